// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.toolkit.Pools;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions whose channels, positions and windows are cut into panels and blocks: around each of the places where they are cut. */
class ConvPanelTest {
    static ConvShape[] shapes() {
        return new ConvShape[] {
            // Rows of pixels for the tiles of a tap, with all kinds of low tiles at their ends.
            of(2, 9, 14, 32, 64, 3, 3).withPadding(1, 1, 1, 1),
            of(1, 6, 15, 33, 128, 3, 3).withPadding(0, 2, 1, 1),
            of(1, 5, 17, 130, 64, 2, 3).withPadding(1, 0, 2, 0).withDilations(2, 2),
            of(1, 11, 22, 150, 64, 3, 2).withStrides(2, 1).withPadding(2, 2, 1, 1),
            of(1, 19, 60, 64, 64, 3, 3).withPadding(1, 1, 1, 1),
            // Blocks of channels, of the depth, and both beyond what stays packed.
            of(2, 7, 7, 130, 65, 3, 3).withPadding(1, 1, 1, 1),
            of(9, 6, 6, 40, 300, 3, 3).withPadding(1, 1, 1, 1),
            of(2, 9, 8, 66, 140, 3, 3).withStrides(2, 2).withPadding(1, 0, 0, 1),
            of(2, 8, 9, 140, 70, 3, 2).withGroups(2).withDilations(2, 1).withPadding(2, 2, 0, 1),
            // Few channels: whole kernel rows, or some taps of one.
            of(3, 23, 22, 3, 40, 7, 7).withStrides(2, 2).withPadding(3, 3, 3, 3),
            of(4, 9, 10, 24, 33, 5, 3).withPadding(2, 2, 1, 1),
            of(3, 40, 40, 6, 32, 5, 5).withPadding(2, 2, 2, 2),
            of(9, 10, 9, 1, 33, 5, 5).withStrides(1, 3).withDilations(2, 1).withPadding(4, 4, 2, 2),
            of(1, 5, 6, 16, 40, 6, 6).withPadding(5, 5, 5, 5),
            // Few channels on both sides: planes, slabs, tiles that lie over the one before.
            of(17, 28, 28, 1, 6, 5, 5).withPadding(2, 2, 2, 2),
            of(9, 14, 14, 6, 16, 5, 5),
            of(2, 15, 17, 6, 32, 5, 5),
            of(3, 13, 37, 1, 6, 5, 3).withPadding(1, 0, 4, 0),
            of(2, 21, 19, 1, 8, 3, 3).withStrides(2, 1),
            of(1, 12, 18, 1, 6, 9, 2),
            of(2, 90, 35, 1, 7, 4, 3).withPadding(3, 1, 2, 0),
            of(3, 3, 12, 1, 1, 6, 5).withPadding(2, 5, 0, 4),
            of(2, 31, 29, 3, 64, 7, 7).withStrides(2, 2).withPadding(3, 3, 3, 3),
            of(2, 40, 37, 3, 80, 3, 3).withStrides(2, 3).withPadding(0, 1, 1, 0),
            of(1, 9, 130, 8, 48, 3, 5).withPadding(4, 3, 2, 4),
            of(3, 13, 12, 5, 11, 4, 3).withPadding(5, 6, 3, 3),
            of(10, 70, 33, 2, 31, 3, 2).withStrides(3, 2).withPadding(0, 0, 1, 2),
            of(2, 23, 14, 7, 32, 2, 4).withDilations(3, 1),
            // Lines of channels: tiles of all kinds, several groups of taps, phases, rows in blocks.
            of(9, 19, 32, 16, 16, 3, 3).withPadding(1, 1, 1, 1),
            of(2, 17, 21, 16, 32, 3, 3).withStrides(2, 2).withPadding(1, 1, 1, 1),
            of(9, 16, 16, 32, 32, 3, 3).withPadding(1, 1, 1, 1),
            of(2, 8, 8, 64, 64, 3, 3).withPadding(1, 1, 1, 1),
            of(2, 9, 19, 48, 16, 3, 3).withPadding(0, 2, 1, 0),
            of(1, 13, 27, 16, 48, 5, 3).withStrides(3, 2).withPadding(4, 0, 2, 1),
            of(2, 12, 40, 32, 16, 2, 4).withStrides(2, 3).withDilations(3, 2),
            of(1, 9, 8, 16, 16, 3, 3).withPadding(5, 4, 6, 7),
            of(2, 16, 16, 32, 48, 1, 1).withStrides(2, 2),
            of(3, 10, 9, 48, 48, 3, 3).withPadding(1, 1, 1, 1),
            // Rows that are swept: one row, blocks of rows, more than one row of zeros and none, several runs of taps,
            // tiles that see nothing but zeros on either side.
            of(2, 1, 8, 16, 16, 3, 3).withPadding(1, 1, 1, 1),
            of(1, 4, 5, 16, 16, 3, 3).withPadding(1, 1, 60, 1),
            of(1, 4, 5, 16, 16, 3, 3).withPadding(1, 1, 1, 60),
            of(1, 2, 16, 16, 32, 3, 3).withPadding(1, 1, 2, 0),
            of(1, 110, 16, 16, 16, 3, 3).withPadding(1, 1, 1, 1),
            of(1, 60, 26, 16, 48, 3, 3).withPadding(0, 1, 0, 0),
            of(5, 7, 40, 16, 32, 3, 3).withPadding(1, 1, 1, 1),
            of(4, 6, 72, 16, 16, 3, 3).withPadding(4, 0, 1, 1),
            of(4, 3, 16, 16, 16, 3, 3).withPadding(5, 5, 1, 1),
            of(2, 5, 24, 16, 16, 3, 6).withPadding(2, 3, 4, 1),
            of(1, 6, 16, 16, 16, 3, 9).withPadding(1, 0, 4, 4),
            of(1, 110, 8, 48, 48, 3, 3).withPadding(2, 1, 1, 1),
            of(4, 9, 24, 64, 32, 3, 3).withPadding(1, 1, 1, 1),
            // In place: zeros on all sides, some and none, images of two rows, blocks of rows, one of a single row.
            of(5, 2, 32, 16, 32, 3, 3).withPadding(1, 1, 1, 1),
            of(1, 6, 33, 16, 16, 3, 3).withPadding(1, 0, 0, 1),
            of(2, 5, 17, 32, 48, 3, 3).withPadding(0, 1, 1, 0),
            of(1, 3, 10, 64, 16, 3, 3),
            of(1, 150, 16, 64, 16, 3, 3).withPadding(1, 1, 1, 1),
            of(1, 1561, 8, 48, 16, 3, 3).withPadding(1, 1, 1, 1),
            // Stride 2 in place: zeros on all sides, some and none, several groups, a single row, kernels of one tap.
            of(2, 32, 32, 16, 32, 3, 3).withStrides(2, 2).withPadding(1, 1, 1, 1),
            of(3, 17, 16, 32, 64, 3, 3).withStrides(2, 2).withPadding(1, 1, 1, 0),
            of(1, 1, 15, 32, 32, 3, 3).withStrides(2, 2).withPadding(1, 1, 1, 1),
            of(2, 10, 33, 16, 64, 3, 3).withStrides(2, 2).withPadding(0, 1, 0, 0),
            of(2, 9, 32, 32, 64, 1, 1).withStrides(2, 2),
            of(1, 6, 31, 16, 32, 1, 1).withStrides(2, 2),
            // The same for gradients of sources: tiles of 4 columns, several groups of channels on both sides.
            of(5, 1, 4, 32, 16, 3, 3).withPadding(1, 1, 1, 1),
            of(2, 6, 12, 48, 32, 3, 5).withPadding(2, 1, 2, 2),
            of(1, 9, 20, 32, 64, 3, 1).withPadding(0, 2, 0, 0),
            of(4, 3, 4, 16, 48, 3, 3).withPadding(9, 0, 1, 30),
            of(4, 120, 16, 32, 32, 3, 3).withPadding(0, 5, 1, 1),
            // First layers: windows at a distance, tiles of three widths, several blocks of rows.
            of(2, 55, 61, 3, 64, 7, 7).withStrides(2, 2).withPadding(3, 3, 3, 3),
            of(2, 50, 53, 3, 112, 3, 3).withStrides(2, 2).withPadding(0, 1, 1, 0),
            of(1, 140, 31, 3, 32, 5, 5).withPadding(4, 1, 9, 2),
            of(1, 13, 130, 8, 48, 4, 3)
                    .withStrides(3, 1)
                    .withPadding(4, 3, 2, 4)
                    .withDilations(2, 1),
            of(3, 1, 80, 5, 16, 1, 2).withStrides(4, 3),
            // The same in place, and in patches at the borders: tiles of two widths and both, whole rows and columns
            // beside the image.
            of(2, 11, 196, 3, 64, 7, 7).withStrides(2, 2).withPadding(3, 3, 3, 3),
            of(2, 9, 201, 3, 32, 3, 3).withStrides(2, 2).withPadding(1, 0, 1, 1),
            of(1, 7, 293, 2, 112, 3, 4).withStrides(1, 3).withDilations(3, 1).withPadding(1, 2, 0, 0),
            of(2, 5, 99, 6, 48, 2, 3).withPadding(4, 1, 85, 95),
            of(1, 4, 640, 1, 96, 3, 5).withStrides(2, 6).withPadding(0, 3, 20, 4),
            of(1, 3, 40, 6, 64, 2, 4).withPadding(1, 1, 90, 2),
            // Their gradient of the source by taps, where an image is smaller than a vector.
            of(2, 2, 1, 6, 3, 2, 4).withPadding(2, 1, 6, 28),
            of(3, 1, 5, 3, 6, 2, 5).withPadding(1, 1, 30, 0),
            // Their gradient of the weights: lines of what a window sees, windows that see the whole row and more.
            of(9, 31, 29, 3, 64, 7, 7).withStrides(2, 2).withPadding(3, 3, 3, 3),
            of(1, 8, 3, 12, 128, 2, 4).withPadding(1, 0, 5, 2),
            // Output channels that fill panels, lines of channels: one lane, several, in blocks of channels, rows and
            // panels.
            of(9, 7, 6, 48, 128, 3, 3).withPadding(1, 1, 1, 1),
            of(1, 41, 40, 32, 64, 3, 2).withPadding(2, 1, 0, 3),
            of(2, 13, 11, 160, 192, 3, 3).withPadding(0, 1, 2, 1).withStrides(2, 3),
            of(3, 9, 14, 16, 64, 2, 3).withPadding(3, 1, 5, 2).withDilations(2, 3),
            of(11, 4, 5, 272, 320, 1, 1).withStrides(3, 2),
            of(1, 3, 2, 80, 64, 5, 4).withPadding(3, 3, 4, 4).withStrides(4, 1),
            // Taps by themselves: images in blocks, panels in parts, several blocks of channels, taps that find
            // rows, columns or no pixel at all, and more pixels than there are in the image.
            of(12, 7, 7, 128, 192, 3, 3).withPadding(1, 1, 1, 1),
            of(1, 7, 7, 256, 64, 3, 3).withPadding(1, 1, 1, 1),
            of(2, 5, 4, 128, 128, 5, 5).withPadding(2, 2, 2, 2),
            of(3, 14, 9, 128, 64, 2, 3).withPadding(3, 0, 2, 4).withDilations(2, 3),
            of(1, 2, 3, 128, 64, 3, 5).withPadding(0, 3, 4, 0),
            // Whole chains in registers: several groups and blocks of channels, phases, rows in blocks, windows that
            // see nothing; the gradient with more and fewer rows and columns than it has pixels.
            of(2, 9, 14, 64, 64, 3, 3).withPadding(1, 1, 1, 1),
            of(1, 30, 28, 128, 96, 3, 3).withPadding(1, 1, 1, 1),
            of(2, 13, 42, 64, 32, 2, 4).withStrides(2, 3).withPadding(1, 0, 2, 1),
            of(1, 15, 30, 192, 64, 2, 3).withPadding(2, 1, 0, 2).withDilations(3, 2),
            of(3, 7, 7, 64, 64, 3, 3).withPadding(2, 2, 5, 4),
            of(1, 3, 7, 32, 448, 3, 3).withPadding(1, 1, 1, 1),
            of(1, 4, 21, 32, 128, 4, 2).withPadding(0, 5, 0, 0).withDilations(1, 3),
            // Full panels of one tap: chains that are added from registers, one block of the depth and several, groups,
            // clipped rows.
            of(3, 14, 14, 64, 70, 3, 3).withPadding(1, 1, 1, 1),
            of(2, 13, 19, 128, 200, 3, 2)
                    .withStrides(2, 3)
                    .withPadding(1, 2, 4, 0)
                    .withDilations(1, 2),
            of(5, 9, 7, 128, 96, 3, 3).withGroups(2).withPadding(2, 2, 2, 2),
            of(2, 7, 9, 64, 65, 1, 1),
            of(1, 6, 5, 192, 130, 1, 1).withStrides(2, 2).withPadding(0, 3, 2, 1),
            of(3, 12, 11, 130, 70, 1, 1),
            of(2, 12, 11, 65, 64, 1, 1).withStrides(2, 2),
            // Blocks of channels that share what is copied: all that fit and some, one block of positions and several,
            // each with its pixels to clear, and with rows and columns of pixels that none sees.
            of(3, 30, 27, 130, 70, 1, 1).withStrides(2, 3),
            of(1, 41, 22, 192, 300, 1, 1).withStrides(3, 1),
            of(2, 23, 20, 260, 900, 1, 1).withGroups(2).withStrides(2, 2),
            of(1, 30, 29, 640, 520, 1, 1).withStrides(2, 2),
            of(1, 9, 9, 150, 600, 3, 3).withStrides(2, 2).withPadding(1, 1, 1, 1),
        };
    }

    private static ConvShape of(int batch, int height, int width, int channels, int outChannels, int kh, int kw) {
        return ConvShape.of(Layout.NHWC, batch, height, width, channels, outChannels, kh, kw);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void everyBlockIsExactOnOneAndOnThreeThreads(ConvShape shape) {
        ConvCase.of(shape, 31).assertEverything(WorkerPool.CALLER);
        ConvCase.of(shape, 32).assertEverything(Pools.ALL.get(2));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void nanInfinityDenormalsAndNegativeZeroGoAsInThePlainLoops(ConvShape shape) {
        ConvCase.odd(shape, 50, 33).assertEverything(WorkerPool.CALLER);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void zerosKeepTheSignThatPaddingGivesThem(ConvShape shape) {
        ConvCase.tiny(shape, 34).assertForward(WorkerPool.CALLER, false, Activation.IDENTITY);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Convolutions to test with. */
final class ConvShapes {
    private ConvShapes() {}

    /** Small ones of every kind, two in seven of them depthwise. */
    static Arbitrary<ConvShape> small(int largestBatch) {
        return Arbitraries.frequencyOf(
                Tuple.of(4, grouped(largestBatch)),
                Tuple.of(1, mostlyPadding(largestBatch)),
                Tuple.of(1, depthwise(largestBatch, windows())),
                Tuple.of(1, depthwise(largestBatch, windows3())));
    }

    /** Groups, strides, dilation and padding differ by axis and side. */
    private static Arbitrary<ConvShape> grouped(int largestBatch) {
        Arbitrary<Integer> channels = Arbitraries.of(1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 33);
        return Combinators.combine(
                        sizes(largestBatch), channels, channels, Arbitraries.of(1, 1, 2, 3, 5), windows(), windows())
                .as((sizes, in, out, groups, v, h) -> {
                    // Many channels in many groups only take time.
                    int most = groups == 1 ? 33 : 5;
                    int c = groups * Math.min(in, most);
                    return shape(sizes, c, groups * Math.min(out, most), groups, v, h);
                });
    }

    /** Each output channel sees one channel; more and fewer channels than lanes. */
    private static Arbitrary<ConvShape> depthwise(int largestBatch, Arbitrary<Window> windows) {
        return Combinators.combine(
                        sizes(largestBatch),
                        Arbitraries.of(1, 2, 5, 15, 16, 17, 32, 40, 67, 256),
                        Arbitraries.of(1, 1, 1, 2, 3),
                        windows,
                        windows)
                .as((sizes, channels, multiplier, v, h) ->
                        shape(sizes, channels, channels * multiplier, channels, v, h));
    }

    /** Many channels, down to images of one pixel, and rows of destinations that are whole tiles: some of these see padding alone. */
    private static Arbitrary<ConvShape> mostlyPadding(int largestBatch) {
        return Combinators.combine(
                        sizes(Math.min(3, largestBatch)),
                        Arbitraries.of(3, 6, 8, 16, 16, 32, 64),
                        Arbitraries.of(3, 6, 8, 16, 16, 32),
                        Arbitraries.of(1, 2, 3, 3, 3, 5),
                        Arbitraries.of(7, 8, 14, 16, 28, 32, 64),
                        Arbitraries.integers().between(0, 64),
                        windows3())
                .as((sizes, in, out, kernel, outWidth, left, v) -> {
                    int padding = Math.max(0, outWidth + kernel - 1 - sizes.width);
                    int before = Math.min(left, padding);
                    return shape(sizes, in, out, 1, v, new Window(kernel, 1, 1, before, padding - before));
                });
    }

    /** Kernels three wide with stride 1 along the width and as many channels a group as whole vectors have lanes. */
    static Arbitrary<ConvShape> wholeVectors(int largestBatch) {
        return Combinators.combine(
                        sizes(largestBatch),
                        Arbitraries.of(16, 16, 32, 48),
                        Arbitraries.of(1, 1, 2, 3),
                        windows(),
                        windows())
                .as((sizes, in, groups, v, h) ->
                        shape(sizes, groups * in, groups, groups, v, new Window(3, 1, h.dilation, h.before, h.after)));
    }

    /** Few channels, kernels of up to seven rows and columns that overlap, wide rows and padding on any side. */
    static Arbitrary<ConvShape> firstLayers(int largestBatch) {
        Arbitrary<Window> windows = Combinators.combine(
                        Arbitraries.of(7, 7, 7, 2, 3, 5, 6),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(0, 8),
                        Arbitraries.integers().between(0, 8))
                .as((kernel, stride, before, after) -> new Window(kernel, stride, 1, before, after));
        return Combinators.combine(
                        Arbitraries.of(Layout.NHWC),
                        Arbitraries.integers().between(1, largestBatch),
                        Arbitraries.integers().between(1, 12),
                        Arbitraries.oneOf(
                                Arbitraries.integers().between(1, 4),
                                Arbitraries.integers().between(1, 40)),
                        Arbitraries.of(1, 2, 3, 3, 4, 5),
                        windows,
                        windows)
                .as((layout, batch, height, width, in, v, h) ->
                        shape(new Sizes(layout, batch, height, width), in, 1, 1, v, h));
    }

    private static Arbitrary<Window> windows3() {
        return Combinators.combine(Arbitraries.of(1, 1, 2), Arbitraries.of(0, 1, 1, 2), Arbitraries.of(0, 1, 1, 2))
                .as((stride, before, after) -> new Window(3, stride, 1, before, after));
    }

    /** Strides, dilation and padding up to the largest of all, with a few positions. */
    static Arbitrary<ConvShape> far() {
        return Combinators.combine(
                        sizes(2),
                        Arbitraries.of(1, 3, 8, 16, 17),
                        Arbitraries.of(1, 16, 17, 64),
                        Arbitraries.of(false, false, true),
                        farWindows(),
                        farWindows())
                .filter((sizes, in, out, depthwise, v, h) ->
                        (double) v.padded(sizes.height) * h.padded(sizes.width) * in < Integer.MAX_VALUE)
                .as((sizes, in, out, depthwise, v, h) ->
                        shape(sizes, in, depthwise ? 2 * in : out, depthwise ? in : 1, v, h));
    }

    /** Padding is as large as one to three outputs need. */
    private static Arbitrary<Window> farWindows() {
        Arbitrary<Integer> distances = Arbitraries.frequency(
                Tuple.of(4, 1), Tuple.of(1, 2), Tuple.of(1, 1 << 12), Tuple.of(1, 1 << 20), Tuple.of(1, 1 << 26));
        return Combinators.combine(
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.oneOf(distances, Arbitraries.of(1 << 30, Integer.MAX_VALUE)),
                        distances,
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.of(0, 1, 2))
                .as((kernel, stride, dilation, outputs, side) -> {
                    long span = (kernel - 1L) * dilation;
                    long more = Math.min(outputs - 1, (Integer.MAX_VALUE - 20 - span) / stride);
                    int padding = (int) (span + more * stride);
                    int before = side == 0 ? 0 : side == 1 ? padding / 2 : padding;
                    return new Window(kernel, stride, dilation, before, padding - before);
                });
    }

    private static Arbitrary<Sizes> sizes(int largestBatch) {
        return Combinators.combine(
                        Arbitraries.of(Layout.class),
                        Arbitraries.integers().between(0, largestBatch),
                        Arbitraries.integers().between(1, 9),
                        Arbitraries.integers().between(1, 9))
                .as(Sizes::new);
    }

    private static Arbitrary<Window> windows() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 5),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 3))
                .as(Window::new);
    }

    private static ConvShape shape(Sizes sizes, int c, int oc, int groups, Window v, Window h) {
        return ConvShape.of(
                        sizes.layout,
                        sizes.batch,
                        v.atLeast(sizes.height),
                        h.atLeast(sizes.width),
                        c,
                        oc,
                        v.kernel,
                        h.kernel)
                .withStrides(v.stride, h.stride)
                .withDilations(v.dilation, h.dilation)
                .withPadding(v.before, v.after, h.before, h.after)
                .withGroups(groups);
    }

    /** Layers of real networks, with depths and widths beyond one block of a product. */
    static List<ConvShape> real(Layout layout) {
        return List.of(
                ConvShape.of(layout, 3, 28, 28, 1, 6, 5, 5).withPadding(2, 2, 2, 2),
                ConvShape.of(layout, 2, 14, 14, 6, 16, 5, 5),
                ConvShape.of(layout, 2, 7, 7, 64, 65, 3, 3).withPadding(1, 1, 1, 1),
                ConvShape.of(layout, 1, 9, 9, 130, 70, 1, 1).withStrides(2, 2),
                ConvShape.of(layout, 1, 40, 41, 3, 16, 7, 7)
                        .withPadding(3, 3, 3, 3)
                        .withStrides(2, 2),
                ConvShape.of(layout, 1, 37, 33, 8, 8, 3, 3)
                        .withPadding(1, 1, 1, 1)
                        .withGroups(8),
                ConvShape.of(layout, 1, 15, 20, 40, 40, 3, 3)
                        .withPadding(1, 1, 1, 1)
                        .withGroups(40),
                ConvShape.of(layout, 1, 60, 57, 32, 32, 3, 3)
                        .withPadding(1, 1, 1, 1)
                        .withGroups(32),
                ConvShape.of(layout, 1, 58, 57, 20, 20, 3, 3)
                        .withPadding(0, 1, 0, 1)
                        .withStrides(2, 2)
                        .withGroups(20),
                ConvShape.of(layout, 1, 35, 12, 96, 96, 5, 5)
                        .withPadding(2, 2, 2, 2)
                        .withStrides(2, 2)
                        .withGroups(96));
    }

    private record Sizes(Layout layout, int batch, int height, int width) {}

    private record Window(int kernel, int stride, int dilation, int before, int after) {
        /** The size, or if the window would not fit into it with its padding, the least that it fits into. */
        int atLeast(int size) {
            return Math.max(size, (kernel - 1) * dilation + 1 - before - after);
        }

        /** The size with its padding. */
        int padded(int size) {
            return atLeast(size) + before + after;
        }
    }
}

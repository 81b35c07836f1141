// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.WindowRowScalar;
import dev.quern.kernels.gemm.Epilogue;
import java.util.Arrays;

/**
 * Output rows of {@link WindowForward} where neighbouring windows lie in the image as far apart as the tiles want it, as with three channels and stride
 * 2: tiles read the image. Those that see beyond it read a patch, where what they see lies with zeros round it, its rows as far apart as the image's.
 */
final class WindowInPlace {
    /** Output columns at least: a row's last tile lies over the one before. */
    private static final int LONG_ROW = 96;

    private WindowInPlace() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        return (long) s.strideWidth() * s.channels() == WindowRowScalar.NEAR
                && WindowTiles.distance(s) == WindowRowScalar.NEAR
                && s.outWidth() >= LONG_ROW
                && tileFloats(s) <= s.width() * s.channels();
    }

    /** Positions that are computed at a time. */
    private static int tile(ConvShape s) {
        return WindowTiles.longest(s);
    }

    /** What a tile sees of a row. */
    private static int tileFloats(ConvShape s) {
        return ((tile(s) - 1) * s.strideWidth() + s.kernelWidth()) * s.channels();
    }

    /** Floats of a patch. */
    static long patchFloats(ConvShape s) {
        return ((s.kernelHeight() - 1L) * s.dilationHeight() + 1) * s.width() * s.channels();
    }

    /** Output rows {@code [oh, end)} of an image. */
    static void rows(
            ConvShape s,
            int oh,
            int end,
            float[] src,
            int image,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int out,
            float[] patch,
            int patchOffset) {
        int[] offsets = offsets(s);
        int tile = tile(s);
        int n = s.outWidth();
        // Tiles [first, last) see nothing beyond their rows.
        int first = Math.ceilDiv(s.paddingLeft(), s.strideWidth());
        first = Math.min(Math.ceilDiv(first, tile) * tile, n);
        int last = Math.floorDiv(s.width() + s.paddingLeft() - s.kernelWidth(), s.strideWidth()) + 1;
        last = last >= n ? n : Math.max(first, last / tile * tile);
        for (; oh < end; oh++) {
            int top = oh * s.strideHeight() - s.paddingTop();
            boolean inside =
                    last - first >= tile && top >= 0 && top + (s.kernelHeight() - 1) * s.dilationHeight() < s.height();
            int to = out + oh * n * s.outChannels();
            int from = inside ? first : n;
            int until = inside ? last : n;
            patches(s, 0, from, top, offsets, src, image, weights, weightsOffset, e, dst, to, patch, patchOffset);
            if (from < until) {
                int x = image + (top * s.width() + from * s.strideWidth() - s.paddingLeft()) * s.channels();
                int c = to + from * s.outChannels();
                WindowTiles.run(s, until - from, offsets, src, x, weights, weightsOffset, e, dst, c);
            }
            patches(s, until, n, top, offsets, src, image, weights, weightsOffset, e, dst, to, patch, patchOffset);
            WindowTiles.activate(e, n * s.outChannels(), dst, to);
        }
    }

    /** Where the elements of a window lie: (kh, kw, c), c fastest. */
    private static int[] offsets(ConvShape s) {
        int[] offsets = ChannelLines.ofThread().offsets(s.patchElements());
        int run = s.kernelWidth() * s.channels();
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            for (int i = 0; i < run; i++) {
                offsets[kh * run + i] = kh * s.dilationHeight() * s.width() * s.channels() + i;
            }
        }
        return offsets;
    }

    /** Output columns {@code [ow, end)} of a row by way of patches; the last tile of a row lies over the one before. */
    private static void patches(
            ConvShape s,
            int ow,
            int end,
            int top,
            int[] offsets,
            float[] src,
            int image,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int to,
            float[] patch,
            int patchOffset) {
        int tile = tile(s);
        for (; ow < end; ow += tile) {
            int first = Math.min(ow, s.outWidth() - tile);
            copy(s, first, top, src, image, patch, patchOffset);
            int c = to + first * s.outChannels();
            WindowTiles.run(s, tile, offsets, patch, patchOffset, weights, weightsOffset, e, dst, c);
        }
    }

    /** Copies what the tile from a column on sees. */
    private static void copy(ConvShape s, int ow, int top, float[] src, int image, float[] to, int at) {
        int width = s.width() * s.channels();
        int all = tileFloats(s);
        int from = (ow * s.strideWidth() - s.paddingLeft()) * s.channels();
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            int h = kh * s.dilationHeight();
            int row = at + h * width;
            boolean inside = top + h >= 0 && top + h < s.height();
            int first = inside ? Math.clamp(-(long) from, 0, all) : all;
            int last = inside ? Math.clamp((long) width - from, first, all) : all;
            Arrays.fill(to, row, row + first, 0f);
            if (first < last) {
                System.arraycopy(src, image + (top + h) * width + from + first, to, row + first, last - first);
            }
            Arrays.fill(to, row + last, row + all, 0f);
        }
    }
}

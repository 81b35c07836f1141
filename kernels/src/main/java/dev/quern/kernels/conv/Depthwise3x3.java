// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.Depthwise3x3Vector;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.transpose.Transposition;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * Depthwise convolution forward as networks use it most: 3×3, stride 1 or 2, at most one column of padding to be seen on
 * either side. NHWC is read where it lies, a task being an image's two output rows. Along rows a vector of channels is
 * read pixel by pixel; where pixels lie at unlucky distances, all channels of some positions are ({@link DepthwiseTiles}), and odd rows go by {@link
 * DepthwiseStrip}. In NCHW a task is some rows of an image's block of channels, turned round in the workspace and back. The workspace
 * holds a row of zeros, and for each thread a row that nobody needs, the second of a pair whose first is the last; in NCHW also what it turns round.
 * For strips it is theirs instead.
 */
final class Depthwise3x3 {
    /** Floats of a block's source rows in NCHW: with what becomes of them they stay in the second-level cache. */
    private static final int TURNED = 1 << 15;

    /** Channels of a block in NCHW are a multiple of it but for the last ones. */
    private static final int BLOCK_STEP = 16;

    private static final int LARGEST_BLOCK = 64;

    /** Lanes for which there are registers enough for tiles of all channels. */
    private static final int TILE_LANES = 16;

    /**
     * Pixels a multiple of so many floats apart, 1 KB, lie at four places of a page at most: they share cache sets, and loads wait for stores of
     * other pixels, as far as the core can tell places apart.
     */
    private static final int ALIASED = 256;

    /** Floats of a source that comes from memory or the far end of the last-level cache, 8 MB. */
    private static final int FAR = 1 << 21;

    /**
     * Source columns that the vectors of channels pass over one after the other, as many more for few channels: fewer, and what a vector of channels
     * begins with, its weights and the first columns, weighs more than what is still in the first-level cache for the next one.
     */
    private static final int COLUMNS = 28;

    /** Floats of a cache line. */
    private static final int LINE = 16;

    private Depthwise3x3() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        return VectorSupport.ENABLED
                && s.groupChannels() == 1
                && s.groupOutChannels() == 1
                && s.channels() >= Lanes.COUNT
                && s.kernelHeight() == 3
                && s.kernelWidth() == 3
                && s.dilationHeight() == 1
                && s.dilationWidth() == 1
                && s.strideHeight() == s.strideWidth()
                && s.strideWidth() <= 2
                && s.paddingLeft() <= 1
                && s.width() >= 2
                && lastColumn(s) <= s.width();
    }

    /** The last source column that a window sees; one that does not exist is the source's width. */
    static int lastColumn(ConvShape s) {
        return (s.outWidth() - 1) * s.strideWidth() + 2 - s.paddingLeft();
    }

    /** Channels of a task. */
    private static int block(ConvShape s) {
        if (s.layout() == Layout.NHWC) {
            return s.channels();
        }
        int fit = Math.clamp(TURNED / s.width() / s.height(), BLOCK_STEP, LARGEST_BLOCK);
        int even = Math.ceilDiv(s.channels(), Math.ceilDiv(s.channels(), fit));
        return Math.min(s.channels(), Math.ceilDiv(even, BLOCK_STEP) * BLOCK_STEP);
    }

    /** Whether pixels lie at an unlucky distance. */
    private static boolean aliased(ConvShape s) {
        return block(s) % ALIASED == 0 && Lanes.COUNT == TILE_LANES;
    }

    /** Whether pixels of stride 1 are brought together. Squares would compute the last column of an odd row twice. */
    private static boolean byStrips(ConvShape s) {
        return s.strideWidth() == 1 && aliased(s) && s.outWidth() % 2 == 1 && DepthwiseStrip.suits(s);
    }

    /** Output rows that are computed together. */
    private static int step(ConvShape s) {
        if (byStrips(s)) {
            return DepthwiseStrip.ROWS;
        }
        return 2;
    }

    /** Output rows of a task. */
    private static int rows(ConvShape s) {
        if (s.layout() == Layout.NHWC) {
            return step(s);
        }
        int fit = (TURNED / s.width() / block(s) - 2) / s.strideHeight() / step(s);
        return Math.clamp(fit * step(s), step(s), s.outHeight() + 1);
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return (long) s.width() * block(s) + slotFloats(s) * pool.threads();
    }

    private static long slotFloats(ConvShape s) {
        long row = (long) s.outWidth() * block(s);
        if (byStrips(s)) {
            return DepthwiseStrip.floats(s);
        }
        return s.layout() == Layout.NHWC ? row : row + sourceFloats(s) + rows(s) * row;
    }

    private static long sourceFloats(ConvShape s) {
        return ((rows(s) - 1L) * s.strideHeight() + 3) * s.width() * block(s);
    }

    static void run(
            ConvShape s,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        WorkerPool pool = workspace.pool();
        float[] scratch = workspace.acquire(workspaceFloats(s, pool));
        try {
            Arrays.fill(scratch, 0, s.width() * block(s), 0f);
            int tasks = s.batch() * Math.ceilDiv(s.channels(), block(s)) * Math.ceilDiv(s.outHeight(), rows(s));
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(s, task, 0, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, scratch);
                }
            } else {
                pool.run(
                        tasks,
                        (task, slot) -> task(
                                s, task, slot, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, scratch));
            }
        } finally {
            workspace.release();
        }
    }

    private static void task(
            ConvShape s,
            int task,
            int slot,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int dstOffset,
            float[] scratch) {
        int c = block(s);
        int rowBlocks = Math.ceilDiv(s.outHeight(), rows(s));
        int blocks = Math.ceilDiv(s.channels(), c);
        int image = task / rowBlocks / blocks;
        // The last block moves back, and computes some channels again.
        int k = Math.min(task / rowBlocks % blocks * c, s.channels() - c);
        int first = task % rowBlocks * rows(s);
        int end = Math.min(s.outHeight(), first + rows(s));
        int x = srcOffset + image * s.imageElements();
        int y = dstOffset + image * s.positions() * s.channels();
        int dummy = (int) (s.width() * c + slot * slotFloats(s));
        if (s.layout() == Layout.NHWC) {
            if (s.sourceElements() >= FAR) {
                scratch[dummy] = fetched(s, first, end, src, x);
            }
            rows(s, first, end, c, k, dummy, src, x, weights, weightsOffset, e, dst, y, scratch);
            return;
        }
        int pixels = s.height() * s.width();
        int top = Math.clamp(first * s.strideHeight() - s.paddingTop(), 0, s.height());
        int bottom = Math.clamp((end - 1) * s.strideHeight() - s.paddingTop() + 3, top, s.height());
        int in = dummy + s.outWidth() * c;
        int out = in + (int) sourceFloats(s);
        int from = x + k * pixels + top * s.width();
        Transposition.run(c, (bottom - top) * s.width(), src, from, pixels, scratch, in, c);
        int turned = in - top * s.width() * c;
        int result = out - first * s.outWidth() * c;
        rows(s, first, end, c, k, dummy, scratch, turned, weights, weightsOffset + k, e, scratch, result, scratch);
        int to = y + k * s.positions() + first * s.outWidth();
        Transposition.run((end - first) * s.outWidth(), c, scratch, out, c, dst, to, s.positions());
    }

    /**
     * Reads the source rows that output rows {@code [first, end)} see and the ones before do not, in the order of memory, which hardware fetches
     * ahead. Vectors of channels one after the other would ask for lines that lie a pixel apart, and wait for each.
     *
     * @return something of all that was read, so that the compiler cannot leave it out
     */
    private static float fetched(ConvShape s, int first, int end, float[] src, int image) {
        int row = s.width() * s.channels();
        int from = first == 0 ? 0 : (first - 1) * s.strideHeight() - s.paddingTop() + 3;
        int to = (end - 1) * s.strideHeight() - s.paddingTop() + 3;
        int stop = image + Math.clamp(to, 0, s.height()) * row;
        int bits = 0;
        for (int i = image + Math.clamp(from, 0, s.height()) * row; i < stop; i += LINE) {
            bits ^= Float.floatToRawIntBits(src[i]);
        }
        return Float.intBitsToFloat(bits);
    }

    /** Output rows {@code [first, end)} of {@code c} channels from {@code k} on, in images that have no others. */
    private static void rows(
            ConvShape s,
            int first,
            int end,
            int c,
            int k,
            int dummy,
            float[] src,
            int image,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int out,
            float[] scratch) {
        int rowFloats = s.outWidth() * c;
        int segment = segmentColumns(s, c);
        boolean bySquares = s.strideHeight() == 1 && aliased(s) && s.outWidth() % 2 == 0;
        boolean byPairs = s.strideHeight() == 2 && aliased(s);
        for (int oh = first; oh < end; oh += step(s)) {
            int y = out + oh * rowFloats;
            int second = oh + 1 < end ? y + rowFloats : -1;
            if (byStrips(s)) {
                DepthwiseStrip.run(s, oh, src, image, weights, weightsOffset, e, dst, out, scratch, dummy);
                continue;
            }
            if (bySquares) {
                DepthwiseTiles.squares(s, oh, dummy, src, image, weights, weightsOffset, e, dst, y, second, scratch);
                continue;
            }
            if (byPairs) {
                DepthwiseTiles.pairs(s, oh, dummy, src, image, weights, weightsOffset, e, dst, y, second, scratch);
                continue;
            }
            for (int ow = 0; ow < s.outWidth(); ow += segment) {
                int pixels = Math.min(segment, s.outWidth() - ow);
                segment(s, oh, ow, pixels, c, k, dummy, src, image, weights, weightsOffset, e, dst, y, second, scratch);
            }
        }
        if (e.activation() != Activation.IDENTITY
                && !(Depthwise3x3Vector.LIMITS && e.activation() == Activation.RELU)) {
            e.activation()
                    .forward((end - first) * rowFloats, dst, out + first * rowFloats, dst, out + first * rowFloats);
        }
    }

    /** Output columns that are computed together of {@code c} channels. */
    private static int segmentColumns(ConvShape s, int c) {
        // Two rows of stride 2 see five: lines of pixels half of ALIASED apart would find too little room in the sets
        // they share.
        int columns = s.strideWidth() == 2 && 2 * c % ALIASED == 0 ? COLUMNS / 2 : COLUMNS;
        return Math.max(columns / s.strideWidth(), 512 / c);
    }

    private static void segment(
            ConvShape s,
            int oh,
            int ow,
            int pixels,
            int c,
            int k,
            int dummy,
            float[] src,
            int image,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int y,
            int second,
            float[] scratch) {
        int top = oh * s.strideHeight() - s.paddingTop();
        int left = ow * s.strideWidth() - s.paddingLeft();
        boolean padded = left < 0;
        int inside = ow + pixels == s.outWidth() && lastColumn(s) == s.width() ? pixels - 1 : pixels;
        float[] init = e.bias() == null ? scratch : e.bias();
        int initOffset = e.bias() == null ? 0 : e.biasOffset() + k;
        int skip = padded ? 0 : left * c;
        int r0 = offset(s, top, c, image) + skip;
        int r1 = offset(s, top + 1, c, image) + skip;
        int r2 = offset(s, top + 2, c, image) + skip;
        int out = y + ow * c;
        float limit = e.activation() == Activation.RELU ? 0f : Float.NaN;
        boolean inner = second >= 0 && top >= 0 && top + s.strideHeight() + 2 < s.height();
        if (inner && s.strideHeight() == 1) {
            Depthwise3x3Vector.twoInnerRows(
                    c,
                    inside,
                    inside < pixels,
                    padded,
                    src,
                    r0,
                    r1,
                    r2,
                    offset(s, top + 3, c, image) + skip,
                    c,
                    scratch,
                    0,
                    weights,
                    weightsOffset,
                    s.channels(),
                    init,
                    initOffset,
                    1,
                    dst,
                    out,
                    second + ow * c,
                    limit);
        } else if (inner && inside == pixels) {
            Depthwise3x3Vector.twoInnerRowsOfStride2(
                    c,
                    pixels,
                    padded,
                    src,
                    r0,
                    r1,
                    r2,
                    offset(s, top + 3, c, image) + skip,
                    offset(s, top + 4, c, image) + skip,
                    c,
                    scratch,
                    0,
                    weights,
                    weightsOffset,
                    s.channels(),
                    init,
                    initOffset,
                    1,
                    dst,
                    out,
                    second + ow * c,
                    limit);
        } else if (s.strideHeight() == 1) {
            Depthwise3x3Vector.twoRows(
                    c,
                    pixels,
                    inside,
                    padded,
                    array(s, top, src, scratch),
                    r0,
                    array(s, top + 1, src, scratch),
                    r1,
                    array(s, top + 2, src, scratch),
                    r2,
                    array(s, top + 3, src, scratch),
                    offset(s, top + 3, c, image) + skip,
                    c,
                    scratch,
                    0,
                    weights,
                    weightsOffset,
                    s.channels(),
                    init,
                    initOffset,
                    1,
                    dst,
                    out,
                    second < 0 ? scratch : dst,
                    second < 0 ? dummy : second + ow * c,
                    limit);
        } else {
            rowOfStride2(s, oh, ow, pixels, inside, c, k, src, image, weights, weightsOffset, e, dst, y, scratch);
            if (second >= 0) {
                rowOfStride2(
                        s,
                        oh + 1,
                        ow,
                        pixels,
                        inside,
                        c,
                        k,
                        src,
                        image,
                        weights,
                        weightsOffset,
                        e,
                        dst,
                        second,
                        scratch);
            }
        }
    }

    private static void rowOfStride2(
            ConvShape s,
            int oh,
            int ow,
            int pixels,
            int inside,
            int c,
            int k,
            float[] src,
            int image,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int y,
            float[] scratch) {
        int top = 2 * oh - s.paddingTop();
        int left = 2 * ow - s.paddingLeft();
        boolean padded = left < 0;
        int skip = padded ? 0 : left * c;
        Depthwise3x3Vector.rowOfStride2(
                c,
                pixels,
                inside,
                padded,
                array(s, top, src, scratch),
                offset(s, top, c, image) + skip,
                array(s, top + 1, src, scratch),
                offset(s, top + 1, c, image) + skip,
                array(s, top + 2, src, scratch),
                offset(s, top + 2, c, image) + skip,
                c,
                scratch,
                0,
                weights,
                weightsOffset,
                s.channels(),
                e.bias() == null ? scratch : e.bias(),
                e.bias() == null ? 0 : e.biasOffset() + k,
                1,
                dst,
                y + ow * c,
                e.activation() == Activation.RELU ? 0f : Float.NaN);
    }

    /** The array of a source row: that of zeros where there is none. */
    static float[] array(ConvShape s, int row, float[] src, float[] zeros) {
        return row < 0 || row >= s.height() ? zeros : src;
    }

    /** Where a source row starts in it. */
    static int offset(ConvShape s, int row, int c, int image) {
        return row < 0 || row >= s.height() ? 0 : image + row * s.width() * c;
    }
}

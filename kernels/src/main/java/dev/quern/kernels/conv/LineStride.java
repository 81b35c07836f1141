// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.LinePairVector;
import dev.quern.kernels.conv.loops.LineScalar;
import dev.quern.kernels.conv.loops.ZeroSumVector;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * Convolution forward in NHWC with stride 2, kernels of 3×3 or 1×1, few output channels in lanes: the image is read in place. A tile's positions lie 64
 * elements apart, a distance the compiler knows, and are every second or next column ({@link LinePairVector}).
 *
 * <pre>
 * task     32 output channels of some of an image's output rows; weights are packed as (t / 16, kh, k / 16, t mod 16, k mod 16), t counts (kw, c)
 * LOOP 2   output rows
 * LOOP 1   tiles of 8 columns
 * </pre>
 *
 * Zeros round the image are not multiplied: what they add to any sum, a zero of either sign or NaN, is packed with the weights. The workspace holds
 * packed weights, unless they came packed.
 */
final class LineStride {
    private static final int LINE = LineScalar.LINE;

    private static final int STRIDE = 2;

    /** Columns of a tile. */
    private static final int COLUMNS = 8;

    /** Input channels at most: as many as two neighbouring positions of a tile may be apart. */
    private static final int MOST = LinePairVector.DISTANCE / STRIDE;

    /** Output channels that are computed together. */
    private static final int GROUP = 2 * LINE;

    /** Output channels at most. */
    private static final int MOST_LANES = 64;

    /** Runs that lie in order, for the tiles; here all do. */
    private static final int RUNS = 3;

    /** Output rows of a task. */
    private static final int ROWS = 4;

    /** Where there is no bias. */
    private static final float[] ZEROS = new float[MOST_LANES];

    /** Behind a group's weights, pairs of lines: -0, what zeros add above the image, below it, left of it in each kernel row, and right of it. */
    private static final int NOTHING = 0;

    private static final int ABOVE = 2 * LINE;
    private static final int BELOW = 4 * LINE;
    private static final int LEFT = 6 * LINE;

    private LineStride() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        int kernel = s.kernelHeight();
        int padding = kernel / 2;
        return VectorSupport.ENABLED
                && Lanes.COUNT == LINE
                && s.layout() == Layout.NHWC
                && s.groups() == 1
                && (kernel == 1 || kernel == 3)
                && s.kernelWidth() == kernel
                && s.strideHeight() == STRIDE
                && s.strideWidth() == STRIDE
                && s.dilationHeight() == 1
                && s.dilationWidth() == 1
                && s.paddingTop() <= padding
                && s.paddingBottom() <= padding
                && s.paddingLeft() <= padding
                && s.paddingRight() <= padding
                && (s.channels() == LINE || s.channels() == MOST)
                && s.outChannels() % GROUP == 0
                && s.outChannels() > 0
                && s.outChannels() <= MOST_LANES
                && s.outWidth() % (COLUMNS * apart(s)) == 0;
    }

    /** Columns from a tile's position to the next. */
    private static int apart(ConvShape s) {
        return MOST / s.channels();
    }

    /** Floats behind a group's weights. */
    private static int endFloats(ConvShape s) {
        return LEFT + 2 * s.kernelHeight() * GROUP;
    }

    private static int groupFloats(ConvShape s) {
        return s.patchElements() * GROUP + endFloats(s);
    }

    private static int packedFloats(ConvShape s) {
        return s.outChannels() / GROUP * groupFloats(s);
    }

    static long workspaceFloats(ConvShape s, boolean packed) {
        return packed ? 0 : packedFloats(s);
    }

    /** Packs weights for good. */
    static PackedWeights pack(ConvShape s, float[] weights, int weightsOffset) {
        float[] to = new float[packedFloats(s)];
        pack(s, weights, weightsOffset, to);
        return PackedWeights.of(to);
    }

    private static void pack(ConvShape s, float[] weights, int offset, float[] to) {
        int rows = s.kernelHeight();
        int all = s.outChannels();
        int kernelRow = s.kernelWidth() * s.channels() * all;
        int last = (s.kernelWidth() - 1) * s.channels() * all;
        int at = 0;
        for (int group = offset; group < offset + all; group += GROUP) {
            for (int run = 0; run < kernelRow; run += LINE * all) {
                for (int kh = 0; kh < rows; kh++) {
                    int from = group + kh * kernelRow + run;
                    PixelCopy.runs(LINE, LINE, weights, from, all, to, at, LINE);
                    PixelCopy.runs(LINE, LINE, weights, from + LINE, all, to, at + LINE * LINE, LINE);
                    at += LINE * GROUP;
                }
            }
            Arrays.fill(to, at, at + endFloats(s), -0f);
            int right = at + LEFT + rows * GROUP;
            for (int k = 0; k < GROUP; k += LINE) {
                int from = group + k;
                int n = s.kernelWidth() * s.channels();
                ZeroSumVector.add(n, weights, from, all, to, at + ABOVE + k);
                ZeroSumVector.add(n, weights, from + (rows - 1) * kernelRow, all, to, at + BELOW + k);
                for (int kh = 0; kh < rows; kh++) {
                    int row = from + kh * kernelRow;
                    ZeroSumVector.add(s.channels(), weights, row, all, to, at + LEFT + kh * GROUP + k);
                    ZeroSumVector.add(s.channels(), weights, row + last, all, to, right + kh * GROUP + k);
                }
            }
            at += endFloats(s);
        }
    }

    /** Adds residual, unless it is null, before the activation. */
    static void run(
            ConvShape s,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            PackedWeights packed,
            Epilogue e,
            float[] residual,
            int residualOffset,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        WorkerPool pool = workspace.pool();
        float[] scratch = workspace.acquire(workspaceFloats(s, packed != null));
        try {
            float[] w = packed != null ? packed.array() : scratch;
            if (packed == null) {
                pack(s, weights, weightsOffset, scratch);
            }
            int tasks = s.batch() * (s.outChannels() / GROUP) * Math.ceilDiv(s.outHeight(), ROWS);
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(s, task, src, srcOffset, w, e, residual, residualOffset, dst, dstOffset);
                }
            } else {
                pool.run(
                        tasks,
                        (task, slot) -> task(s, task, src, srcOffset, w, e, residual, residualOffset, dst, dstOffset));
            }
        } finally {
            workspace.release();
        }
    }

    private static void task(
            ConvShape s,
            int task,
            float[] src,
            int srcOffset,
            float[] w,
            Epilogue e,
            float[] residual,
            int residualOffset,
            float[] dst,
            int dstOffset) {
        int blocks = Math.ceilDiv(s.outHeight(), ROWS);
        int groups = s.outChannels() / GROUP;
        int image = task / (groups * blocks);
        int k = task / blocks % groups * GROUP;
        int first = task % blocks * ROWS;
        int oh = first;
        int end = Math.min(oh + ROWS, s.outHeight());
        int xRow = s.width() * s.channels();
        int wRow = LINE * GROUP;
        int group = k / GROUP * groupFloats(s);
        int ends = group + s.patchElements() * GROUP;
        int outRow = s.outWidth() * s.outChannels();
        int next = apart(s) * s.outChannels();
        int pixelRuns = s.channels() / LINE;
        int runs = s.kernelWidth() * pixelRuns;
        int nothing = ends + NOTHING;
        float[] start = e.bias() == null ? ZEROS : e.bias();
        int bias = e.bias() == null ? 0 : e.biasOffset() + k;
        boolean relu = e.activation() == Activation.RELU;
        for (; oh < end; oh++) { // LOOP 2
            int ih = oh * STRIDE - s.paddingTop();
            int kh = Math.max(0, -ih);
            int rows = Math.min(s.kernelHeight(), s.height() - ih) - kh;
            int line = srcOffset + image * s.imageElements() + (ih + kh) * xRow;
            int to = (image * s.outHeight() + oh) * outRow + k;
            for (int tile = 0; tile < s.outWidth() / COLUMNS; tile++) { // LOOP 1
                int ow = tile / apart(s) * COLUMNS * apart(s) + tile % apart(s);
                boolean beginsRow = ow * STRIDE < s.paddingLeft();
                int seen = (ow + (COLUMNS - 1) * apart(s)) * STRIDE - s.paddingLeft() + s.kernelWidth();
                boolean endsRow = seen > s.width();
                int c = to + ow * s.outChannels();
                LinePairVector.EMPTY_TILE.beside();
                LinePairVector.tile(
                        rows,
                        beginsRow ? pixelRuns : 0,
                        endsRow ? runs - pixelRuns : runs,
                        runs,
                        src,
                        line + (ow * STRIDE - s.paddingLeft()) * s.channels(),
                        xRow,
                        RUNS * LINE,
                        w,
                        group + kh * wRow,
                        wRow,
                        s.kernelHeight() * wRow,
                        kh > 0 ? ends + ABOVE : nothing,
                        beginsRow ? ends + LEFT + kh * GROUP : nothing,
                        endsRow ? ends + LEFT + (s.kernelHeight() + kh) * GROUP : nothing,
                        kh + rows < s.kernelHeight() ? ends + BELOW : nothing,
                        start,
                        bias,
                        LINE,
                        0,
                        residual == null ? w : residual,
                        residual == null ? nothing : residualOffset + c,
                        residual == null ? 0 : LINE,
                        residual == null ? 0 : next,
                        relu ? 0f : Float.NaN,
                        dst,
                        dstOffset + c,
                        LINE,
                        next);
            }
        }
        if (!relu && e.activation() != Activation.IDENTITY) {
            activate(s, oh - first, e.activation(), dst, dstOffset + (image * s.outHeight() + first) * outRow + k);
        }
    }

    /** Applies an activation to a group of some output rows. */
    private static void activate(ConvShape s, int rows, Activation last, float[] dst, int at) {
        int pixels = rows * s.outWidth();
        if (s.outChannels() == GROUP) {
            last.forward(pixels * GROUP, dst, at, dst, at);
            return;
        }
        for (int i = 0; i < pixels; i++) {
            int y = at + i * s.outChannels();
            last.forward(GROUP, dst, y, dst, y);
        }
    }
}

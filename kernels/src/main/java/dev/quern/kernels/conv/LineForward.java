// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.LineScalar;
import dev.quern.kernels.conv.loops.LineVector;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;

/**
 * Convolution forward in NHWC with output channels in lanes, where these are too few for a product's tiles: some image rows at a time are
 * copied to lines of channels ({@link ChannelLines}). Weights are packed as (group of output channels, kh, kw, c, k); where there is but one group
 * they are so already.
 *
 * <pre>
 * task     a block of an image's output rows
 * LOOP 3   one or two vectors of output channels
 * LOOP 2   output rows of the block
 * LOOP 1   positions of a row: tiles, each with all taps
 * </pre>
 *
 * The workspace holds packed weights, unless they came packed, and the lines of each thread.
 */
final class LineForward {
    /** Input channels at most. */
    private static final int MOST = 64;

    /** Output channels at most: from 64 on a product's tiles are as quick. */
    private static final int MOST_LANES = 48;

    /** Positions of a row at least: those of the lower tile. */
    private static final int WIDE = 8;

    private static final int SIXTEEN = 16;

    private static final int LARGEST_STRIDE = 4;

    /** Floats of copied rows, unless one output row sees more. */
    private static final int BLOCK_FLOATS = 6 << 10;

    private static final int LARGEST_BLOCK = 1 << 17;

    /** Where there is no bias. */
    private static final float[] ZEROS = new float[MOST_LANES];

    private LineForward() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        return s.layout() == Layout.NHWC
                && s.groups() == 1
                && s.kernelHeight() * s.kernelWidth() > 1
                && s.channels() % LineScalar.LINE == 0
                && s.outChannels() % LineScalar.LINE == 0
                && s.channels() > 0
                && s.channels() <= MOST
                && s.outChannels() > 0
                && s.outChannels() <= MOST_LANES
                && s.outWidth() >= WIDE
                && s.strideHeight() <= LARGEST_STRIDE
                && s.strideWidth() <= LARGEST_STRIDE
                && floats(s, 1) <= LARGEST_BLOCK;
    }

    private static long columns(ConvShape s) {
        return s.outWidth() + (s.kernelWidth() - 1L) * s.dilationWidth() / s.strideWidth();
    }

    private static long rowFloats(ConvShape s) {
        return s.strideWidth() * columns(s) * LineScalar.LINE;
    }

    private static long sourceRows(ConvShape s, int rows) {
        return (rows - 1L) * s.strideHeight() + (s.kernelHeight() - 1L) * s.dilationHeight() + 1;
    }

    /** Floats of the lines that some output rows see. */
    private static long floats(ConvShape s, int rows) {
        return s.channels() / LineScalar.LINE * sourceRows(s, rows) * rowFloats(s);
    }

    private static int blockRows(ConvShape s) {
        long all = BLOCK_FLOATS / (s.channels() / LineScalar.LINE * rowFloats(s));
        long most = Math.clamp((all - sourceRows(s, 1)) / s.strideHeight() + 1, 1, s.outHeight());
        return Math.ceilDiv(s.outHeight(), (int) Math.ceilDiv(s.outHeight(), most));
    }

    static long workspaceFloats(ConvShape s, boolean packed, WorkerPool pool) {
        return (packed || areInOrder(s) ? 0 : s.weightElements()) + floats(s, blockRows(s)) * pool.threads();
    }

    /** Whether weights are in the order that they would be packed in. */
    private static boolean areInOrder(ConvShape s) {
        return s.outChannels() == group(s);
    }

    /** Packs weights for good; null where they are in that order already. */
    static PackedWeights pack(ConvShape s, float[] weights, int weightsOffset) {
        if (areInOrder(s)) {
            return null;
        }
        float[] to = new float[s.weightElements()];
        pack(s, weights, weightsOffset, to, 0);
        return PackedWeights.of(to);
    }

    private static void pack(ConvShape s, float[] weights, int offset, float[] to, int at) {
        int group = group(s);
        for (int k = 0; k < s.outChannels(); k += group) {
            for (int t = 0; t < s.patchElements(); t++, at += group) {
                System.arraycopy(weights, offset + t * s.outChannels() + k, to, at, group);
            }
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
        boolean asTheyAre = packed != null || areInOrder(s);
        float[] scratch = workspace.acquire(workspaceFloats(s, asTheyAre, pool));
        try {
            float[] w = packed != null ? packed.array() : asTheyAre ? weights : scratch;
            int wOffset = packed == null && asTheyAre ? weightsOffset : 0;
            int lines = asTheyAre ? 0 : s.weightElements();
            if (!asTheyAre) {
                pack(s, weights, weightsOffset, scratch, 0);
            }
            int tasks = s.batch() * Math.ceilDiv(s.outHeight(), blockRows(s));
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(
                            s,
                            task,
                            lines,
                            src,
                            srcOffset,
                            w,
                            wOffset,
                            e,
                            residual,
                            residualOffset,
                            dst,
                            dstOffset,
                            scratch);
                }
            } else {
                pool.run(
                        tasks,
                        (task, slot) -> task(
                                s,
                                task,
                                lines + slot * (int) floats(s, blockRows(s)),
                                src,
                                srcOffset,
                                w,
                                wOffset,
                                e,
                                residual,
                                residualOffset,
                                dst,
                                dstOffset,
                                scratch));
            }
        } finally {
            workspace.release();
        }
    }

    private static void task(
            ConvShape s,
            int task,
            int lines,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] residual,
            int residualOffset,
            float[] dst,
            int dstOffset,
            float[] scratch) {
        int blocks = Math.ceilDiv(s.outHeight(), blockRows(s));
        int image = task / blocks;
        int oh = task % blocks * blockRows(s);
        int rows = Math.min(blockRows(s), s.outHeight() - oh);
        int in = (int) sourceRows(s, rows);
        int top = oh * s.strideHeight() - s.paddingTop();
        ChannelLines.copy(
                src,
                srcOffset + image * s.imageElements(),
                s.height(),
                s.width(),
                s.channels(),
                top,
                in,
                -s.paddingLeft(),
                (int) columns(s),
                s.strideWidth(),
                scratch,
                lines);
        int[] offsets = offsets(s, in);
        int line = s.outWidth() * s.outChannels();
        int at = (image * s.outHeight() + oh) * line;
        int group = group(s);
        float[] start = e.bias() == null ? ZEROS : e.bias();
        for (int k = 0; k < s.outChannels(); k += group) { // LOOP 3
            int from = e.bias() == null ? 0 : e.biasOffset() + k;
            int w = weightsOffset + k * s.patchElements();
            for (int r = 0; r < rows; r++) { // LOOP 2
                int x = lines + r * s.strideHeight() * (int) rowFloats(s);
                int to = dstOffset + at + r * line + k;
                row(s, group, offsets, scratch, x, weights, w, start, from, dst, to);
            }
        }
        finish(rows * line, e.activation(), residual, residualOffset + at, dst, dstOffset + at);
    }

    private static void finish(int n, Activation last, float[] residual, int residualOffset, float[] y, int yOffset) {
        if (residual != null) {
            ResidualSum.apply(n, residual, residualOffset, last, y, yOffset);
        } else if (last != Activation.IDENTITY) {
            last.forward(n, y, yOffset, y, yOffset);
        }
    }

    private static int[] offsets(ConvShape s, int in) {
        int[] offsets = ChannelLines.ofThread().offsets(s.patchElements() / LineScalar.ROW_STEP);
        int block = in * (int) rowFloats(s);
        int phase = (int) columns(s) * LineScalar.LINE;
        int t = 0;
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            for (int kw = 0; kw < s.kernelWidth(); kw++) {
                int w = kw * s.dilationWidth();
                int at = kh * s.dilationHeight() * (int) rowFloats(s)
                        + w % s.strideWidth() * phase
                        + w / s.strideWidth() * LineScalar.LINE;
                ChannelLines.place(offsets, t, s.channels(), LineScalar.ROW_STEP, at, block);
                t += s.channels();
            }
        }
        return offsets;
    }

    /** Output channels that are computed together. */
    private static int group(ConvShape s) {
        if (!VectorSupport.ENABLED) {
            return LineScalar.LINE;
        }
        return Lanes.COUNT == 16 && s.outChannels() % 32 == 0 ? 32 : Lanes.COUNT;
    }

    private static void row(
            ConvShape s,
            int group,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] start,
            int from,
            float[] out,
            int to) {
        int n = s.outWidth();
        int steps = s.patchElements() / LineScalar.ROW_STEP;
        int k = s.outChannels();
        if (!VectorSupport.ENABLED) {
            LineScalar.row(n, group, steps, offsets, x, xOffset, w, wOffset, start, from, out, to, k);
        } else if (group > SIXTEEN) {
            LineVector.eight(n, steps, offsets, x, xOffset, w, wOffset, start, from, out, to, k);
        } else if (group == SIXTEEN && n >= SIXTEEN) {
            LineVector.sixteen(n, steps, offsets, x, xOffset, w, wOffset, start, from, out, to, k);
        } else {
            LineVector.narrow(n, steps, offsets, x, xOffset, w, wOffset, start, from, out, to, k);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.ChainVector;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * Convolution forward in NHWC with many channels and rows of a multiple of 14 positions: sums stay in registers for their whole chain. Some
 * image rows at a time are copied to lines of 64 channels ({@link ChannelLines}), where neighbouring positions lie at a distance the compiler
 * knows. Weights are packed as (group of 32 output channels, kh, kw, c, k); those of a group come from the second-level cache for each tile.
 *
 * <p>Kernel rows that lie above or below the image are left out. Their products are zeros of either sign, or NaN for a weight that is
 * not finite, the same for all positions: what they come to is added in their place, at the start of a chain or at its end.
 *
 * <pre>
 * task     a block of an image's output rows
 * LOOP 3   32 output channels
 * LOOP 2   output rows of the block
 * LOOP 1   14 positions of a row, each with all taps
 * </pre>
 *
 * The workspace holds packed weights, unless they came packed, and the lines of each thread.
 */
final class ChainForward {
    private static final int LINE = ChainVector.LINE;

    private static final int LANES = 16;

    private static final int GROUP = ChainVector.CHANNELS;

    private static final int LARGEST_STRIDE = 4;

    /** Floats of copied rows, unless one output row sees more: 256 KB. */
    private static final int BLOCK_FLOATS = 64 << 10;

    /** Floats of the weights of a group: 288 KB, which the second-level cache holds beside a block. */
    private static final int GROUP_FLOATS = 72 << 10;

    /** Where there is no bias. */
    private static final float[] ZEROS = new float[GROUP];

    /** What changes no sum, whatever its sign. */
    private static final float[] NOTHING = new float[GROUP];

    static {
        Arrays.fill(NOTHING, -0f);
    }

    private ChainForward() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        return VectorSupport.ENABLED
                && Lanes.COUNT == LANES
                && s.layout() == Layout.NHWC
                && s.groups() == 1
                && s.kernelHeight() * s.kernelWidth() > 1
                && s.channels() > 0
                && s.channels() % LINE == 0
                && s.outChannels() > 0
                && s.outChannels() % GROUP == 0
                && s.outWidth() > 0
                && s.outWidth() % ChainVector.POSITIONS == 0
                && s.strideHeight() <= LARGEST_STRIDE
                && s.strideWidth() <= LARGEST_STRIDE
                && (long) s.patchElements() * GROUP <= GROUP_FLOATS
                && floats(s, 1) <= BLOCK_FLOATS;
    }

    private static long columns(ConvShape s) {
        return s.outWidth() + (s.kernelWidth() - 1L) * s.dilationWidth() / s.strideWidth();
    }

    private static long rowFloats(ConvShape s) {
        return s.strideWidth() * columns(s) * LINE;
    }

    private static long sourceRows(ConvShape s, int rows) {
        return (rows - 1L) * s.strideHeight() + (s.kernelHeight() - 1L) * s.dilationHeight() + 1;
    }

    /** Floats of the lines that some output rows see. */
    private static long floats(ConvShape s, int rows) {
        return s.channels() / LINE * sourceRows(s, rows) * rowFloats(s);
    }

    /** Output rows of a block: fewer where threads would have none. */
    private static int blockRows(ConvShape s, WorkerPool pool) {
        long all = BLOCK_FLOATS / (s.channels() / LINE * rowFloats(s));
        long most = Math.clamp((all - sourceRows(s, 1)) / s.strideHeight() + 1, 1, s.outHeight());
        long blocks = Math.max(Math.ceilDiv(s.outHeight(), most), Math.ceilDiv(pool.threads(), Math.max(1, s.batch())));
        return Math.ceilDiv(s.outHeight(), (int) Math.min(blocks, s.outHeight()));
    }

    private static int tasks(ConvShape s, WorkerPool pool) {
        return s.batch() * Math.ceilDiv(s.outHeight(), blockRows(s, pool));
    }

    /** Floats that weights take which did not come packed: a task that is alone packs a group when it comes to it, and it stays near. */
    private static long packedFloats(ConvShape s, WorkerPool pool) {
        return tasks(s, pool) == 1 ? (long) s.patchElements() * GROUP : s.weightElements();
    }

    static long workspaceFloats(ConvShape s, boolean packed, WorkerPool pool) {
        return (packed ? 0 : packedFloats(s, pool)) + threadFloats(s, blockRows(s, pool)) * pool.threads();
    }

    /** Floats of a thread: its lines, the start of chains that leave out kernel rows above the image, and what those below come to. */
    private static long threadFloats(ConvShape s, int rows) {
        return floats(s, rows) + 2 * GROUP;
    }

    /** Packs weights for good. */
    static PackedWeights pack(ConvShape s, float[] weights, int weightsOffset) {
        float[] to = new float[s.weightElements()];
        pack(s, 0, s.outChannels(), weights, weightsOffset, to);
        return PackedWeights.of(to);
    }

    /** Some rows of the weights at a time: from memory they come in order. */
    private static void pack(ConvShape s, int first, int end, float[] weights, int offset, float[] to) {
        int patch = s.patchElements();
        for (int t = 0; t < patch; t += LINE) {
            int from = offset + t * s.outChannels();
            for (int k = first; k < end; k += GROUP) {
                int at = (k - first) * patch + t * GROUP;
                WindowCopy.runs(LINE, GROUP, weights, from + k, s.outChannels(), to, at, GROUP);
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
        float[] scratch = workspace.acquire(workspaceFloats(s, packed != null, pool));
        try {
            float[] w = packed != null ? packed.array() : scratch;
            int lines = packed != null ? 0 : (int) packedFloats(s, pool);
            int step = blockRows(s, pool);
            int tasks = tasks(s, pool);
            if (packed == null && tasks > 1) {
                pack(s, 0, s.outChannels(), weights, weightsOffset, scratch);
            }
            float[] plain = packed == null && tasks == 1 ? weights : null;
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(
                            s,
                            step,
                            task,
                            lines,
                            src,
                            srcOffset,
                            plain,
                            weightsOffset,
                            w,
                            e,
                            residual,
                            residualOffset,
                            dst,
                            dstOffset,
                            scratch);
                }
            } else {
                pool.run(tasks, (task, slot) -> {
                    int own = lines + slot * (int) threadFloats(s, step);
                    task(
                            s,
                            step,
                            task,
                            own,
                            src,
                            srcOffset,
                            plain,
                            weightsOffset,
                            w,
                            e,
                            residual,
                            residualOffset,
                            dst,
                            dstOffset,
                            scratch);
                });
            }
        } finally {
            workspace.release();
        }
    }

    /** With weights that are still to be packed, or null. */
    private static void task(
            ConvShape s,
            int step,
            int task,
            int lines,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            float[] w,
            Epilogue e,
            float[] residual,
            int residualOffset,
            float[] dst,
            int dstOffset,
            float[] scratch) {
        int blocks = Math.ceilDiv(s.outHeight(), step);
        int image = task / blocks;
        int oh = task % blocks * step;
        int rows = Math.min(step, s.outHeight() - oh);
        int in = (int) sourceRows(s, rows);
        ChannelLines.copy(
                LINE,
                src,
                srcOffset + image * s.imageElements(),
                s.height(),
                s.width(),
                s.channels(),
                oh * s.strideHeight() - s.paddingTop(),
                in,
                -s.paddingLeft(),
                (int) columns(s),
                s.strideWidth(),
                scratch,
                lines);
        int[] offsets = offsets(s, in);
        int rowRuns = s.kernelWidth() * s.channels() / LINE;
        int pixel = s.outChannels();
        int line = s.outWidth() * pixel;
        int at = (image * s.outHeight() + oh) * line;
        float[] start = e.bias() == null ? ZEROS : e.bias();
        float[] base = residual == null ? NOTHING : residual;
        int baseStride = residual == null ? 0 : pixel;
        int above = lines + (int) floats(s, step);
        int below = above + GROUP;
        for (int k = 0; k < pixel; k += GROUP) { // LOOP 3
            int from = e.bias() == null ? 0 : e.biasOffset() + k;
            int group = weights != null ? 0 : k * s.patchElements();
            if (weights != null) {
                pack(s, k, k + GROUP, weights, weightsOffset, w);
            }
            // How many kernel rows above, and from which below, their sum was made for.
            int madeAbove = 0;
            int madeBelow = s.kernelHeight();
            for (int r = 0; r < rows; r++) { // LOOP 2
                int x = lines + r * s.strideHeight() * (int) rowFloats(s);
                int top = (oh + r) * s.strideHeight() - s.paddingTop();
                int first = Math.clamp(Math.ceilDiv(-top, s.dilationHeight()), 0, s.kernelHeight());
                int end = Math.clamp(Math.ceilDiv(s.height() - top, s.dilationHeight()), first, s.kernelHeight());
                if (residual != null) {
                    end = s.kernelHeight(); // A residual takes the place of what the rows below come to.
                }
                if (first > 0 && first != madeAbove) {
                    ChainVector.padding(first * rowRuns * LINE, w, group, scratch, above);
                    for (int i = 0; i < GROUP; i++) {
                        scratch[above + i] += start[from + i];
                    }
                    madeAbove = first;
                }
                if (end < s.kernelHeight() && end != madeBelow) {
                    int steps = (s.kernelHeight() - end) * rowRuns * LINE;
                    ChainVector.padding(steps, w, group + end * rowRuns * LINE * GROUP, scratch, below);
                    madeBelow = end;
                }
                boolean cutBelow = end < s.kernelHeight();
                for (int ow = 0; ow < s.outWidth(); ow += ChainVector.POSITIONS) { // LOOP 1
                    int to = at + r * line + ow * pixel + k;
                    ChainVector.EMPTY_TILE.beside();
                    ChainVector.tile(
                            first * rowRuns,
                            end * rowRuns,
                            offsets,
                            scratch,
                            x + ow * LINE,
                            w,
                            group,
                            first > 0 ? scratch : start,
                            first > 0 ? above : from,
                            cutBelow ? scratch : base,
                            cutBelow ? below : residual == null ? 0 : residualOffset + to,
                            cutBelow ? 0 : baseStride,
                            dst,
                            dstOffset + to,
                            pixel);
                }
            }
        }
        if (e.activation() != Activation.IDENTITY) {
            e.activation().forward(rows * line, dst, dstOffset + at, dst, dstOffset + at);
        }
    }

    /** Where the lines of each tap lie. */
    private static int[] offsets(ConvShape s, int in) {
        int[] offsets = ChannelLines.ofThread().offsets(s.patchElements() / LINE);
        int block = in * (int) rowFloats(s);
        int phase = (int) columns(s) * LINE;
        int t = 0;
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            for (int kw = 0; kw < s.kernelWidth(); kw++) {
                int w = kw * s.dilationWidth();
                int at = kh * s.dilationHeight() * (int) rowFloats(s)
                        + w % s.strideWidth() * phase
                        + w / s.strideWidth() * LINE;
                for (int c = 0; c < s.channels(); c += LINE) {
                    offsets[t++] = at + c / LINE * block;
                }
            }
        }
        return offsets;
    }
}

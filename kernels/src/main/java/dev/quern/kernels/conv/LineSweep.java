// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.LineScalar;
import dev.quern.kernels.conv.loops.LineSweepVector;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * Convolution forward in NHWC with kernels of 3×3 and stride 1, few output channels in lanes: image rows are swept from the top, so that a pixel is
 * broadcast once for three output rows ({@link LineSweepVector}). What a position sees of an image row, three pixels, is read in runs of 48
 * elements, and a tile's positions lie 64 elements apart, a distance the compiler knows. Where channels divide that, and tiles fill rows, a tile
 * is every fourth, second or next column, and image rows are copied as they are, with zeros beside them. Else each window is copied by itself, in
 * runs, and a tile is 8 neighbouring columns.
 *
 * <pre>
 * task     some of an image's output rows, or as many columns of them as 8 positions reach over
 * LOOP 2   tiles of 8 columns
 * LOOP 1   16 output channels, whose weights are packed as (t / 48, kh, t mod 48, k), where t counts (kw, c)
 * </pre>
 *
 * A row of zeros above or below the image is not multiplied: what it adds to any sum, a zero of either sign or NaN, is packed with the
 * weights. The workspace holds packed weights, unless they came packed, and the lines of each thread.
 */
final class LineSweep {
    private static final int LINE = LineScalar.LINE;

    private static final int STEPS = LineSweepVector.STEPS;

    private static final int KERNEL_ROWS = 3;

    private static final int KERNEL_COLUMNS = 3;

    /** Columns of a tile. */
    private static final int COLUMNS = 8;

    private static final int DISTANCE = LineSweepVector.DISTANCE;

    /** Channels at most. */
    private static final int MOST = 64;

    /** Output positions at most where output channels are 64: beyond, a product's tiles are as quick. */
    private static final int MOST_POSITIONS = 1 << 10;

    /** From so many small images on, rows of a task are whole, so that memory is read in its order; else threads share an image. */
    private static final int IMAGES = 4;

    /** Floats of copied lines. */
    private static final int BLOCK_FLOATS = 64 << 10;

    /** Lines behind a group's weights. */
    private static final int ENDS = 3;

    /** Where there is no bias. */
    private static final float[] ZEROS = new float[MOST];

    private LineSweep() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        return VectorSupport.ENABLED
                && Lanes.COUNT == LINE
                && s.layout() == Layout.NHWC
                && s.groups() == 1
                && s.kernelHeight() == KERNEL_ROWS
                && s.kernelWidth() == KERNEL_COLUMNS
                && s.strideHeight() == 1
                && s.strideWidth() == 1
                && s.dilationHeight() == 1
                && s.dilationWidth() == 1
                && s.channels() % LINE == 0
                && s.channels() > 0
                && s.channels() <= MOST
                && s.outChannels() % LINE == 0
                && s.outChannels() > 0
                && s.outChannels() <= MOST
                && (s.outChannels() < MOST || s.positions() <= MOST_POSITIONS)
                && s.outWidth() % COLUMNS == 0;
    }

    /** Whether image rows are copied as they are; else each window by itself. */
    private static boolean inRows(ConvShape s) {
        return DISTANCE % s.channels() == 0 && s.outWidth() % (COLUMNS * DISTANCE / s.channels()) == 0;
    }

    /** Columns from a tile's position to the next. */
    private static int apart(ConvShape s) {
        return inRows(s) ? DISTANCE / s.channels() : 1;
    }

    /** Columns of a task: those that a tile's positions reach over, or all. */
    private static int taskColumns(ConvShape s) {
        long image = (s.outHeight() + KERNEL_ROWS - 1L) * rowFloats(s, s.outWidth());
        return s.batch() < IMAGES || image > BLOCK_FLOATS ? COLUMNS * apart(s) : s.outWidth();
    }

    /** Floats of what some positions see of an image row. */
    private static long rowFloats(ConvShape s, int columns) {
        return inRows(s)
                ? (columns + KERNEL_COLUMNS - 1L) * s.channels()
                : (long) columns * DISTANCE * s.channels() / LINE;
    }

    private static int blockRows(ConvShape s) {
        int most = Math.max(1, BLOCK_FLOATS / (int) rowFloats(s, taskColumns(s)) - KERNEL_ROWS + 1);
        return Math.ceilDiv(s.outHeight(), Math.ceilDiv(s.outHeight(), most));
    }

    private static int floats(ConvShape s) {
        return (blockRows(s) + KERNEL_ROWS - 1) * (int) rowFloats(s, taskColumns(s));
    }

    private static int groupFloats(ConvShape s) {
        return (s.patchElements() + ENDS) * LINE;
    }

    private static int packedFloats(ConvShape s) {
        return s.outChannels() / LINE * groupFloats(s);
    }

    static long workspaceFloats(ConvShape s, boolean packed, WorkerPool pool) {
        return (packed ? 0 : packedFloats(s)) + (long) floats(s) * pool.threads();
    }

    /** Packs weights for good. */
    static PackedWeights pack(ConvShape s, float[] weights, int weightsOffset) {
        float[] to = new float[packedFloats(s)];
        pack(s, weights, weightsOffset, to);
        return PackedWeights.of(to);
    }

    private static void pack(ConvShape s, float[] weights, int offset, float[] to) {
        int kernelRow = s.kernelWidth() * s.channels();
        int at = 0;
        for (int k = offset; k < offset + s.outChannels(); k += LINE) {
            for (int run = 0; run < kernelRow; run += STEPS) {
                for (int kh = 0; kh < KERNEL_ROWS; kh++) {
                    for (int t = run; t < run + STEPS; t++, at += LINE) {
                        System.arraycopy(weights, k + (kh * kernelRow + t) * s.outChannels(), to, at, LINE);
                    }
                }
            }
            zeros(kernelRow, weights, k, s.outChannels(), to, at);
            zeros(kernelRow, weights, k + 2 * kernelRow * s.outChannels(), s.outChannels(), to, at + LINE);
            Arrays.fill(to, at + 2 * LINE, at + 3 * LINE, -0f);
            at += ENDS * LINE;
        }
    }

    /** What a row of zeros adds. */
    private static void zeros(int n, float[] weights, int offset, int stride, float[] to, int at) {
        Arrays.fill(to, at, at + LINE, -0f);
        for (int t = 0; t < n; t++) {
            for (int k = 0; k < LINE; k++) {
                to[at + k] = Math.fma(0f, weights[offset + t * stride + k], to[at + k]);
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
            int lines = packed != null ? 0 : packedFloats(s);
            if (packed == null) {
                pack(s, weights, weightsOffset, scratch);
            }
            int tasks = s.batch() * Math.ceilDiv(s.outHeight(), blockRows(s)) * (s.outWidth() / taskColumns(s));
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(s, task, 0, 1, src, srcOffset, w, e, residual, residualOffset, dst, dstOffset, scratch, lines);
                }
            } else {
                // Threads share few images tile by tile, and each copies anew: that is a small part of the work.
                int parts = s.batch() < IMAGES ? apart(s) : 1;
                pool.run(tasks * parts, (part, slot) -> {
                    int task = part / parts;
                    int first = part % parts;
                    int own = lines + slot * floats(s);
                    task(
                            s,
                            task,
                            first,
                            parts,
                            src,
                            srcOffset,
                            w,
                            e,
                            residual,
                            residualOffset,
                            dst,
                            dstOffset,
                            scratch,
                            own);
                });
            }
        } finally {
            workspace.release();
        }
    }

    /** Every {@code parts}-th tile, from the first on. */
    private static void task(
            ConvShape s,
            int task,
            int firstTile,
            int parts,
            float[] src,
            int srcOffset,
            float[] w,
            Epilogue e,
            float[] residual,
            int residualOffset,
            float[] dst,
            int dstOffset,
            float[] scratch,
            int lines) {
        int tiles = s.outWidth() / taskColumns(s);
        int blocks = Math.ceilDiv(s.outHeight(), blockRows(s));
        int image = task / (tiles * blocks);
        int oh = task / tiles % blocks * blockRows(s);
        int ow = task % tiles * taskColumns(s);
        int outRows = Math.min(blockRows(s), s.outHeight() - oh);
        int first = oh - s.paddingTop();
        int end = first + outRows + KERNEL_ROWS - 1;
        int lead = first == -1 ? 1 : KERNEL_ROWS - 1; // row -1 adds what is packed
        int row = lead == 1 ? 0 : first;
        int rows = (end == s.height() + 1 ? s.height() : end) - row; // as does the row below the last
        int from = srcOffset + image * s.imageElements();
        if (inRows(s)) {
            rows(s, src, from, row, rows, ow - s.paddingLeft(), scratch, lines);
        } else {
            windows(s, src, from, row, rows, ow - s.paddingLeft(), scratch, lines);
        }
        int line = inRows(s) ? (int) rowFloats(s, taskColumns(s)) : taskColumns(s) * DISTANCE;
        int next = apart(s) * s.outChannels();
        int outRow = s.outWidth() * s.outChannels();
        int at = (image * s.outHeight() + oh) * outRow + ow * s.outChannels();
        float[] start = e.bias() == null ? ZEROS : e.bias();
        boolean relu = e.activation() == Activation.RELU;
        for (int tile = firstTile; tile < taskColumns(s) / COLUMNS; tile += parts) { // LOOP 2
            int column = tile / apart(s) * COLUMNS * apart(s) + tile % apart(s);
            for (int k = 0; k < s.outChannels(); k += LINE) { // LOOP 1
                int group = k / LINE * groupFloats(s);
                int nothing = group + groupFloats(s) - LINE;
                int to = at + column * s.outChannels() + k;
                LineSweepVector.sweep(
                        rows,
                        lead,
                        outRows + lead,
                        s.channels() / LINE,
                        scratch,
                        lines + column * DISTANCE / apart(s),
                        line,
                        inRows(s) ? STEPS : rows * line,
                        w,
                        group,
                        start,
                        e.bias() == null ? 0 : e.biasOffset() + k,
                        residual == null ? w : residual,
                        residual == null ? nothing : residualOffset + to,
                        residual == null ? 0 : outRow,
                        residual == null ? 0 : next,
                        relu ? 0f : Float.NaN,
                        dst,
                        dstOffset + to,
                        outRow,
                        next);
            }
        }
        if (!relu && e.activation() != Activation.IDENTITY) {
            for (int r = 0; r < outRows; r++) {
                int y = dstOffset + at + r * outRow;
                e.activation().forward(taskColumns(s) * s.outChannels(), dst, y, dst, y);
            }
        }
    }

    /** Copies some image rows from a column on, with zeros beside them. */
    private static void rows(ConvShape s, float[] src, int image, int row, int rows, int column, float[] to, int at) {
        int c = s.channels();
        int n = taskColumns(s) + KERNEL_COLUMNS - 1;
        int inner = Math.clamp(-(long) column, 0, n);
        int end = Math.clamp((long) s.width() - column, inner, n);
        for (int r = row; r < row + rows; r++, at += n * c) {
            if (r < 0 || r >= s.height() || inner == end) {
                Arrays.fill(to, at, at + n * c, 0f);
            } else {
                Arrays.fill(to, at, at + inner * c, 0f);
                int from = image + (r * s.width() + column + inner) * c;
                System.arraycopy(src, from, to, at + inner * c, (end - inner) * c);
                Arrays.fill(to, at + end * c, at + n * c, 0f);
            }
        }
    }

    /** Copies what each position of some rows sees, from the column that the first sees first; windows over an edge have zeros there. */
    private static void windows(
            ConvShape s, float[] src, int image, int row, int rows, int column, float[] to, int at) {
        int c = s.channels();
        int n = taskColumns(s);
        int apart = rows * n * DISTANCE;
        int inner = Math.clamp(-column, 0, n);
        int end = Math.clamp((long) s.width() - KERNEL_COLUMNS + 1 - column, inner, n);
        for (int r = 0; r < rows; r++) {
            int line = at + r * n * DISTANCE;
            int from = image + ((row + r) * s.width() + column) * c;
            boolean outside = row + r < 0 || row + r >= s.height();
            for (int p = 0; p < n; p++) {
                if (outside || p < inner || p >= end) {
                    edge(s, src, from + p * c, outside ? s.width() : column + p, to, line + p * DISTANCE, apart);
                } else {
                    p = end - 1;
                }
            }
            for (int run = 0; run < c / LINE && !outside; run++) {
                int first = from + inner * c + run * STEPS;
                WindowCopy.runs(end - inner, STEPS, src, first, c, to, line + run * apart + inner * DISTANCE, DISTANCE);
            }
        }
    }

    /** Copies what a single position sees from a column on, line by line. */
    private static void edge(ConvShape s, float[] src, int from, int column, float[] to, int at, int apart) {
        for (int t = 0; t < KERNEL_COLUMNS * s.channels(); t += LINE) {
            int line = at + t / STEPS * apart + t % STEPS;
            int iw = column + t / s.channels();
            if (iw >= 0 && iw < s.width()) {
                System.arraycopy(src, from + t, to, line, LINE);
            } else {
                Arrays.fill(to, line, line + LINE, 0f);
            }
        }
    }
}

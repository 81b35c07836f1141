// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.LinePairVector;
import dev.quern.kernels.conv.loops.LineScalar;
import dev.quern.kernels.conv.loops.LineSweepVector;
import dev.quern.kernels.conv.loops.ZeroSumVector;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * Convolution forward in NHWC with kernels of 3×3 and stride 1, few output channels in lanes: image rows are swept from the top, so that a pixel is
 * broadcast once for three output rows ({@link LineSweepVector}). What a position sees of an image row, three pixels, is read in runs of 16
 * elements, and a tile's positions lie 64 elements apart, a distance the compiler knows. Where channels divide that, and tiles fill rows, a tile
 * is every fourth, second or next column, and the image is read in place. Else each window is copied by itself, 48 elements at a time, with zeros
 * where it leaves the image, and a tile is 8 neighbouring columns.
 *
 * <pre>
 * task     some of an image's output rows, or as many columns of them as 8 positions reach over
 * LOOP 2   tiles of 8 columns
 * LOOP 1   16 output channels, whose weights are packed as (t / 16, kh, t mod 16, k), where t counts (kw, c)
 * </pre>
 *
 * A row of zeros above or below the image is not multiplied, nor is a column beside it where it is read in place: what they add to any sum, a
 * zero of either sign or NaN, is packed with the weights. The workspace holds packed weights, unless they came packed, and the lines and waiting
 * sums of each thread.
 */
final class LineSweep {
    private static final int LINE = LineScalar.LINE;

    private static final int STEPS = LinePairVector.STEPS;

    private static final int KERNEL_ROWS = 3;

    private static final int KERNEL_COLUMNS = 3;

    /** Columns of a tile. */
    private static final int COLUMNS = 8;

    private static final int DISTANCE = LinePairVector.DISTANCE;

    /** Channels at most. */
    private static final int MOST = 64;

    /** Output positions at most where output channels are 64: beyond, a product's tiles are as quick. */
    private static final int MOST_POSITIONS = 1 << 10;

    /** From so many small images on, rows of a task are whole, so that memory is read in its order; else threads share an image. */
    private static final int IMAGES = 4;

    /** Elements of what is copied of an image row in one piece: with 16 channels, what a position sees. */
    private static final int PIECE = KERNEL_COLUMNS * LINE;

    /** Floats that a task sees of an image. */
    private static final int BLOCK_FLOATS = 64 << 10;

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

    /** Whether image rows are read where they lie; else each window is copied. */
    private static boolean inPlace(ConvShape s) {
        return DISTANCE % s.channels() == 0
                && s.outWidth() % (COLUMNS * DISTANCE / s.channels()) == 0
                && s.paddingLeft() <= 1
                && s.paddingRight() <= 1
                && s.paddingTop() <= 1
                && s.paddingBottom() <= 1
                && s.height() > 1;
    }

    /** Columns from a tile's position to the next. */
    private static int apart(ConvShape s) {
        return inPlace(s) ? DISTANCE / s.channels() : 1;
    }

    /** Columns of a task: those that a tile's positions reach over, or all. */
    private static int taskColumns(ConvShape s) {
        long image = (s.outHeight() + KERNEL_ROWS - 1L) * rowFloats(s, s.outWidth());
        return s.batch() < IMAGES || image > BLOCK_FLOATS ? COLUMNS * apart(s) : s.outWidth();
    }

    /** Floats of what some positions see of an image row. */
    private static long rowFloats(ConvShape s, int columns) {
        return inPlace(s)
                ? (columns + KERNEL_COLUMNS - 1L) * s.channels()
                : (long) columns * DISTANCE * s.channels() / LINE;
    }

    private static int blockRows(ConvShape s) {
        int most = Math.max(1, BLOCK_FLOATS / (int) rowFloats(s, taskColumns(s)) - KERNEL_ROWS + 1);
        return Math.ceilDiv(s.outHeight(), Math.ceilDiv(s.outHeight(), most));
    }

    /** Floats of a thread: waiting sums, then copied windows. */
    private static int floats(ConvShape s) {
        int lines = inPlace(s) ? 0 : (blockRows(s) + KERNEL_ROWS - 1) * (int) rowFloats(s, taskColumns(s));
        return LineSweepVector.SUMS + lines;
    }

    private static int groupFloats(ConvShape s) {
        return (s.patchElements() + LineSweepVector.LINES) * LINE;
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
            Arrays.fill(to, at, at + LineSweepVector.LINES * LINE, -0f);
            int last = kernelRow - s.channels();
            for (int kh = 0; kh < KERNEL_ROWS; kh++) {
                int row = k + kh * kernelRow * s.outChannels();
                int right = row + last * s.outChannels();
                zeros(s, s.channels(), weights, row, to, at + (LineSweepVector.LEFT + kh) * LINE);
                zeros(s, s.channels(), weights, right, to, at + (LineSweepVector.RIGHT + kh) * LINE);
            }
            zeros(s, kernelRow, weights, k, to, at + LineSweepVector.ABOVE * LINE);
            zeros(s, kernelRow, weights, k + 2 * kernelRow * s.outChannels(), to, at + LineSweepVector.BELOW * LINE);
            at += LineSweepVector.LINES * LINE;
        }
    }

    /** What zeros add that meet some elements of a kernel row. */
    private static void zeros(ConvShape s, int n, float[] weights, int offset, float[] to, int at) {
        ZeroSumVector.add(n, weights, offset, s.outChannels(), to, at);
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
            int sums) {
        int tiles = s.outWidth() / taskColumns(s);
        int blocks = Math.ceilDiv(s.outHeight(), blockRows(s));
        int image = task / (tiles * blocks);
        int oh = task / tiles % blocks * blockRows(s);
        int ow = task % tiles * taskColumns(s);
        int outRows = Math.min(blockRows(s), s.outHeight() - oh);
        int first = oh - s.paddingTop();
        int end = first + outRows + KERNEL_ROWS - 1;
        boolean top = first == -1 && s.height() > 1; // row -1 adds what is packed
        boolean bottom = end == s.height() + 1 && s.height() > 1; // as does the row below the last
        int row = top ? 0 : first;
        int rows = (bottom ? s.height() : end) - row;
        int from = srcOffset + image * s.imageElements();
        boolean inPlace = inPlace(s);
        float[] x = inPlace ? src : scratch;
        int xFirst = sums + LineSweepVector.SUMS;
        int xRow = taskColumns(s) * DISTANCE;
        if (inPlace) {
            xRow = s.width() * s.channels();
            xFirst = from + row * xRow + (ow - s.paddingLeft()) * s.channels();
        } else {
            windows(s, src, from, row, rows, ow - s.paddingLeft(), scratch, xFirst);
        }
        int xRun = inPlace ? PIECE : rows * xRow;
        int runs = KERNEL_COLUMNS * s.channels() / STEPS;
        int next = apart(s) * s.outChannels();
        int outRow = s.outWidth() * s.outChannels();
        int at = (image * s.outHeight() + oh) * outRow + ow * s.outChannels();
        int lastRow = (outRows - 1) * outRow;
        // A block of one row has none above: what is computed for it lies where that row will, which is written after
        // it.
        int above = outRows == 1 ? 0 : -outRow;
        float[] start = e.bias() == null ? ZEROS : e.bias();
        boolean relu = e.activation() == Activation.RELU;
        float floor = relu ? 0f : Float.NaN;
        for (int tile = firstTile; tile < taskColumns(s) / COLUMNS; tile += parts) { // LOOP 2
            int column = tile / apart(s) * COLUMNS * apart(s) + tile % apart(s);
            boolean beginsRow = inPlace && ow + column < s.paddingLeft();
            boolean endsRow = inPlace && ow + column + (COLUMNS - 1) * apart(s) == s.width() + s.paddingLeft() - 2;
            int left = beginsRow ? s.channels() / STEPS : 0;
            int right = endsRow ? (KERNEL_COLUMNS - 1) * s.channels() / STEPS : runs;
            int xTile = xFirst + column * DISTANCE / apart(s);
            for (int k = 0; k < s.outChannels(); k += LINE) { // LOOP 1
                int group = k / LINE * groupFloats(s);
                int ends = group + s.patchElements() * LINE;
                int nothing = ends + LineSweepVector.NOTHING * LINE;
                int onLeft = left > 0 ? ends + LineSweepVector.LEFT * LINE : nothing;
                int onRight = right < runs ? ends + LineSweepVector.RIGHT * LINE : nothing;
                int bias = e.bias() == null ? 0 : e.biasOffset() + k;
                int to = at + column * s.outChannels() + k;
                LinePairVector.EMPTY_TILE.beside();
                LineSweepVector.EMPTY_SWEEP.beside();
                if (top) { // the second output row and the first
                    LinePairVector.tile(
                            1,
                            left,
                            right,
                            runs,
                            x,
                            xTile,
                            0,
                            xRun,
                            w,
                            group,
                            0,
                            LineSweepVector.RUN,
                            ends + (LineSweepVector.ABOVE - 1) * LINE,
                            onLeft,
                            onRight,
                            nothing,
                            start,
                            bias,
                            0,
                            0,
                            w,
                            nothing,
                            0,
                            0,
                            Float.NaN,
                            scratch,
                            sums + COLUMNS * LINE,
                            -COLUMNS * LINE,
                            LINE);
                } else {
                    Arrays.fill(scratch, sums, sums + LineSweepVector.SUMS, 0f); // of no use, but not denormal
                }
                LineSweepVector.sweep(
                        rows - (top ? 1 : 0) - (bottom ? 1 : 0),
                        top ? 0 : KERNEL_ROWS - 1,
                        left,
                        right,
                        runs,
                        x,
                        top ? xTile + xRow : xTile,
                        xRow,
                        xRun,
                        w,
                        group,
                        start,
                        bias,
                        scratch,
                        sums,
                        residual == null ? w : residual,
                        residual == null ? nothing : residualOffset + to,
                        residual == null ? 0 : outRow,
                        residual == null ? 0 : next,
                        floor,
                        dst,
                        dstOffset + to,
                        outRow,
                        next);
                if (bottom) { // the last output row and the one above
                    LinePairVector.tile(
                            1,
                            left,
                            right,
                            runs,
                            x,
                            xTile + (rows - 1) * xRow,
                            0,
                            xRun,
                            w,
                            group + STEPS * LINE,
                            0,
                            LineSweepVector.RUN,
                            nothing,
                            left > 0 ? onLeft + LINE : nothing,
                            right < runs ? onRight + LINE : nothing,
                            ends + LineSweepVector.BELOW * LINE,
                            scratch,
                            sums + COLUMNS * LINE,
                            -COLUMNS * LINE,
                            LINE,
                            residual == null ? w : residual,
                            residual == null ? nothing : residualOffset + to + lastRow,
                            residual == null ? 0 : above,
                            residual == null ? 0 : next,
                            floor,
                            dst,
                            dstOffset + to + lastRow,
                            above,
                            next);
                }
            }
        }
        if (!relu && e.activation() != Activation.IDENTITY) {
            for (int r = 0; r < outRows; r++) {
                int y = dstOffset + at + r * outRow;
                e.activation().forward(taskColumns(s) * s.outChannels(), dst, y, dst, y);
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
            for (int piece = 0; piece < c / LINE && !outside; piece++) {
                int first = from + inner * c + piece * PIECE;
                int place = line + piece * apart + inner * DISTANCE;
                WindowCopy.runs(end - inner, PIECE, src, first, c, to, place, DISTANCE);
            }
        }
    }

    /** Copies what a single position sees from a column on, line by line. */
    private static void edge(ConvShape s, float[] src, int from, int column, float[] to, int at, int apart) {
        for (int t = 0; t < KERNEL_COLUMNS * s.channels(); t += LINE) {
            int line = at + t / PIECE * apart + t % PIECE;
            int iw = column + t / s.channels();
            if (iw >= 0 && iw < s.width()) {
                System.arraycopy(src, from + t, to, line, LINE);
            } else {
                Arrays.fill(to, line, line + LINE, 0f);
            }
        }
    }
}

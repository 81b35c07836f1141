// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.quern.kernels.conv.loops.LineScalar;
import dev.quern.kernels.conv.loops.PanelCopyVector;
import dev.quern.kernels.conv.loops.PixelSumScalar;
import dev.quern.kernels.conv.loops.PixelSumVector;
import dev.quern.kernels.gemm.blocked.PanelProduct;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.VectorSupport;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The gradient of a convolution's weights in NHWC, where output channels fill panels: {@code diffWeights (patch × K) ← columnsᵀ (patch × positions) ·
 * diffDst (positions × K)}. diffDst is packed into panels; of the columns nothing is written: a tile reads neighbouring channels where they
 * lie, in image rows that are copied to lines of channels, once for each column of the kernel; with few channels to
 * lines of what a window sees of an image row.
 *
 * <pre>
 * task     some lines of 16 channels with all their taps, some panels of output channels
 * LOOP 5   logical lanes, and the images of each, ascending
 * LOOP 4   blocks of output rows, ascending: copies what they see, packs diffDst
 * LOOP 3   the task's panels
 * LOOP 2   the depth, ascending
 * LOOP 1   lines and taps: tiles of 6, 6 and 4 channels
 * </pre>
 *
 * A single image's sums are formed where they belong; those of several lanes in the workspace, then the task folds them. Behind them the
 * workspace holds, for each thread, the copied rows.
 */
final class PixelBackwardWeights {
    private static final int LINE = LineScalar.LINE;
    private static final int WIDTH = PanelProduct.WIDTH;

    /** Floats of the sums of a task, unless one block of channels and one panel have more. */
    private static final int SUM_FLOATS = 1 << 19;

    /** Floats of the sums of a lane: they stay in the second-level cache. */
    private static final int LANE_FLOATS = 1 << 17;

    /** Floats of copied rows, unless one output row sees more. */
    private static final int LINE_FLOATS = 1 << 17;

    private static final int LARGEST_BLOCK = 1 << 20;

    /** Positions of a 1×1 convolution at most: with more of them a product of the tensors as they are is quicker. */
    private static final int FEW = 256;

    private static final float[] ZEROS = new float[WIDTH];

    private static final boolean TILES = !VectorSupport.ENABLED || PixelSumVector.SUITS;

    private PixelBackwardWeights() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        return TILES
                && s.layout() == Layout.NHWC
                && s.groups() == 1
                && s.channels() > 0
                && (s.channels() % LINE == 0 || PixelLines.isJoined(s))
                && s.outChannels() > 0
                && s.outChannels() % WIDTH == 0
                && !(s.isPointwise() && s.positions() > FEW)
                && (double) PixelLines.columns(s)
                                * PixelLines.phases(s)
                                * PixelLines.phaseRows(s, 1)
                                * s.outWidth()
                                * PixelLines.lines(s)
                                * LINE
                        <= LARGEST_BLOCK
                && taskFloats(s, WorkerPool.CALLER) <= 1 << 26;
    }

    private static int taps(ConvShape s) {
        return s.kernelHeight() * PixelLines.columns(s);
    }

    /** Lines of a task, as many as go with its panels. */
    private static int taskLines(ConvShape s, WorkerPool pool) {
        return even(PixelLines.lines(s), linesBeside(s, taskPanels(s, pool), pool));
    }

    /** Lines that have room beside each other for so many panels; with several threads there are to be tasks for them. */
    private static int linesBeside(ConvShape s, int panels, WorkerPool pool) {
        long most = Math.min(LANE_FLOATS, SUM_FLOATS / Math.max(1, BackwardWeights.lanes(s)));
        long room = most / ((long) taps(s) * LINE * WIDTH * panels);
        int across = Math.ceilDiv(s.outChannels() / WIDTH, panels);
        int down = pool.threads() == 1 ? 1 : Math.ceilDiv(2 * pool.threads(), across);
        return Math.clamp(Math.min(room, PixelLines.lines(s) / down), 1, PixelLines.lines(s));
    }

    /** Panels of a task: tasks that share channels copy src anew, those that share panels pack diffDst. */
    private static int taskPanels(ConvShape s, WorkerPool pool) {
        int panels = s.outChannels() / WIDTH;
        int best = 1;
        long least = Long.MAX_VALUE;
        for (int n = panels; n > 0; n--) {
            long down = Math.ceilDiv(PixelLines.lines(s), linesBeside(s, n, pool));
            long across = Math.ceilDiv(panels, n);
            long cost = across * s.sourceElements() + down * s.destinationElements();
            boolean shared = pool.threads() == 1 || down * across >= 2 * pool.threads();
            if (cost < least && (shared || n == 1)) {
                least = cost;
                best = n;
            }
        }
        return even(panels, best);
    }

    /** Items of each part at most, where parts of {@code most} are made about as large. */
    private static int even(int items, int most) {
        return Math.ceilDiv(items, Math.ceilDiv(items, most));
    }

    /** Output rows at a time. */
    private static int blockRows(ConvShape s, WorkerPool pool) {
        long row = PixelLines.lineFloats(s, 2) - PixelLines.lineFloats(s, 1);
        long seen = (LINE_FLOATS / taskLines(s, pool) - PixelLines.lineFloats(s, 1)) / row + 1;
        long most = Math.clamp(seen, 1, s.outHeight());
        return Math.ceilDiv(s.outHeight(), (int) Math.ceilDiv(s.outHeight(), most));
    }

    /** Whether sums are formed in the gradient: there is one lane, and no line is partial. */
    private static boolean inPlace(ConvShape s) {
        return BackwardWeights.lanes(s) == 1 && PixelLines.run(s) % LINE == 0;
    }

    /** Floats of the sums of a task; none where they are formed in their place. */
    private static long sumFloats(ConvShape s, WorkerPool pool) {
        int lanes = BackwardWeights.lanes(s);
        return inPlace(s) ? 0 : (long) lanes * taskLines(s, pool) * LINE * taps(s) * taskPanels(s, pool) * WIDTH;
    }

    private static long taskFloats(ConvShape s, WorkerPool pool) {
        return sumFloats(s, pool) + taskLines(s, pool) * PixelLines.lineFloats(s, blockRows(s, pool));
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return taskFloats(s, pool) * pool.threads();
    }

    static void run(
            ConvShape s,
            float[] src,
            int srcOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] diffWeights,
            int diffWeightsOffset,
            Workspace workspace) {
        WorkerPool pool = workspace.pool();
        float[] scratch = workspace.acquire(workspaceFloats(s, pool));
        try {
            if (s.batch() == 0) {
                Arrays.fill(diffWeights, diffWeightsOffset, diffWeightsOffset + s.weightElements(), 0f);
                return;
            }
            int tasks = Math.ceilDiv(PixelLines.lines(s), taskLines(s, pool))
                    * Math.ceilDiv(s.outChannels() / WIDTH, taskPanels(s, pool));
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(
                            s,
                            pool,
                            task,
                            0,
                            src,
                            srcOffset,
                            diffDst,
                            diffDstOffset,
                            diffWeights,
                            diffWeightsOffset,
                            scratch);
                }
            } else {
                pool.run(
                        tasks,
                        (task, slot) -> task(
                                s,
                                pool,
                                task,
                                (int) (slot * taskFloats(s, pool)),
                                src,
                                srcOffset,
                                diffDst,
                                diffDstOffset,
                                diffWeights,
                                diffWeightsOffset,
                                scratch));
            }
        } finally {
            workspace.release();
        }
    }

    private static void task(
            ConvShape s,
            WorkerPool pool,
            int task,
            int sums,
            float[] src,
            int srcOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] diffWeights,
            int diffWeightsOffset,
            float[] scratch) {
        int across = Math.ceilDiv(s.outChannels() / WIDTH, taskPanels(s, pool));
        int channel = task / across * taskLines(s, pool) * LINE;
        int channels = Math.min(taskLines(s, pool) * LINE, PixelLines.lines(s) * LINE - channel);
        int k = task % across * taskPanels(s, pool) * WIDTH;
        int width = Math.min(taskPanels(s, pool) * WIDTH, s.outChannels() - k);
        int lanes = BackwardWeights.lanes(s);
        int laneFloats = taps(s) * channels * width;
        int lines = sums + (int) sumFloats(s, pool);
        int step = blockRows(s, pool);
        for (int lane = 0; lane < lanes; lane++) { // LOOP 5
            for (int image = lane; image < s.batch(); image += BackwardWeights.LANES) {
                for (int oh = 0; oh < s.outHeight(); oh += step) { // LOOP 4
                    int rows = Math.min(step, s.outHeight() - oh);
                    PixelLines.copy(
                            s, src, srcOffset + image * s.imageElements(), channel, channels, oh, rows, scratch, lines);
                    int d = diffDstOffset + (image * s.positions() + oh * s.outWidth()) * s.outChannels() + k;
                    boolean goOn = image != lane || oh > 0;
                    if (inPlace(s)) {
                        int to = diffWeightsOffset + channel * s.outChannels() + k;
                        int tap = PixelLines.run(s) * s.outChannels();
                        block(
                                s,
                                rows,
                                channel,
                                channels,
                                width,
                                diffDst,
                                d,
                                scratch,
                                lines,
                                goOn,
                                diffWeights,
                                to,
                                tap,
                                s.outChannels());
                    } else {
                        int to = sums + lane * laneFloats;
                        int tap = channels * width;
                        block(
                                s, rows, channel, channels, width, diffDst, d, scratch, lines, goOn, scratch, to, tap,
                                width);
                    }
                }
            }
        }
        if (!inPlace(s)) {
            BackwardWeights.fold(laneFloats, lanes, scratch, sums);
            int rows = Math.min(channels, PixelLines.run(s) - channel);
            for (int tap = 0; tap < taps(s); tap++) {
                for (int row = 0; row < rows; row++) {
                    int from = sums + (tap * channels + row) * width;
                    int to = diffWeightsOffset + (tap * PixelLines.run(s) + channel + row) * s.outChannels() + k;
                    System.arraycopy(scratch, from, diffWeights, to, width);
                }
            }
        }
    }

    /** The positions of some output rows; the sums of a tap are {@code tap} floats apart, their rows {@code stride}. */
    private static void block(
            ConvShape s,
            int rows,
            int firstChannel,
            int channels,
            int width,
            float[] diffDst,
            int d,
            float[] x,
            int lines,
            boolean goOn,
            float[] c,
            int to,
            int tap,
            int stride) {
        int n = rows * s.outWidth();
        int step = PanelProduct.depth(n);
        int depthBlocks = Math.ceilDiv(n, step);
        int line = (int) PixelLines.lineFloats(s, rows);
        int phase = (int) PixelLines.phaseRows(s, rows) * s.outWidth() * LINE;
        var product = PanelProduct.ofThread();
        for (int panel = 0; panel < width / WIDTH; panel++) { // LOOP 3
            for (int block = 0; block < depthBlocks; block++) { // LOOP 2
                int first = block * step;
                int depth = Math.min(step, n - first);
                MemorySegment right = product.panel(0);
                pack(depth, diffDst, d + first * s.outChannels() + panel * WIDTH, s.outChannels(), right);
                for (int channel = 0; channel < channels; channel += LINE) { // LOOP 1
                    int from = lines + channel / LINE * line;
                    int at = to + channel * stride + panel * WIDTH;
                    int count = Math.min(LINE, PixelLines.run(s) - firstChannel - channel);
                    for (int kw = 0; kw < PixelLines.columns(s); kw++) {
                        for (int kh = 0; kh < s.kernelHeight(); kh++) {
                            int h = kh * s.dilationHeight();
                            int pixel = from
                                    + (kw * PixelLines.phases(s) + h % s.strideHeight()) * phase
                                    + (h / s.strideHeight() * s.outWidth() + first) * LINE;
                            int row = at + (kh * PixelLines.columns(s) + kw) * tap;
                            tiles(count, depth, x, pixel, right, goOn || block > 0, c, row, stride);
                        }
                    }
                }
            }
        }
    }

    private static void pack(int depth, float[] diffDst, int from, int stride, MemorySegment to) {
        if (VectorSupport.ENABLED) {
            long row = (long) WIDTH * Float.BYTES;
            PanelCopyVector.windows(depth, 1, WIDTH, diffDst, from, stride, 0, to, 0, row);
            return;
        }
        for (int p = 0; p < depth; p++) {
            for (int j = 0; j < WIDTH; j++) {
                to.setAtIndex(JAVA_FLOAT, (long) p * WIDTH + j, diffDst[from + p * stride + j]);
            }
        }
    }

    private static void tiles(
            int count,
            int depth,
            float[] x,
            int from,
            MemorySegment right,
            boolean goOn,
            float[] c,
            int to,
            int stride) {
        float[] init = goOn ? c : ZEROS;
        int start = goOn ? to : 0;
        int initStride = goOn ? stride : 0;
        if (!VectorSupport.ENABLED) {
            PixelSumScalar.run(LINE, WIDTH, depth, x, from, right, init, start, initStride, c, to, stride);
            return;
        }
        PixelSumVector.six(depth, x, from, right, init, start, initStride, c, to, stride);
        if (count > 6) {
            start += 6 * initStride;
            to += 6 * stride;
            PixelSumVector.six(depth, x, from + 6, right, init, start, initStride, c, to, stride);
        }
        if (count > 12) {
            start += 6 * initStride;
            to += 6 * stride;
            PixelSumVector.four(depth, x, from + 12, right, init, start, initStride, c, to, stride);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.PlaneScalar;
import dev.quern.kernels.conv.loops.PlaneVector;
import dev.quern.kernels.conv.loops.SixChannelsVector;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * Convolution forward with output positions in lanes, for outputs that see few channels: depthwise in NCHW, layers of some
 * channels in NCHW, and one channel in NHWC, where a pixel is a float. Planes are copied with zeros round them
 * ({@link PhasePlanes}); then each tap is a shift.
 *
 * <p>A task is a block of an image's output rows, of some channels where it is depthwise. The workspace holds the weights in
 * sixes, then for each thread its planes and six rows of results.
 */
final class PlaneForward {
    /** Output channels that are computed together. */
    private static final int SIX = 6;

    /** Positions of a task: results of six channels, 48 KB, go through the second-level cache. */
    private static final int POSITIONS = 1 << 11;

    /** Input channels up to which nothing is faster. */
    private static final int FEW = 4;

    /** Input channels at most: the planes are to stay in the second-level cache while the output channels pass. */
    private static final int SOME = 256;

    /** With more channels than few, output columns at least: in narrower images too many positions mean nothing. */
    private static final int WIDE = 8;

    private static final int LARGEST_STRIDE = 4;
    private static final int LARGEST_PLANES = 1 << 20;

    private PlaneForward() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        boolean planes = s.layout() == Layout.NCHW ? isDepthwise(s) || isDense(s) : s.channels() == 1;
        return planes
                && !Depthwise3x3.suits(s)
                && s.strideHeight() <= LARGEST_STRIDE
                && s.strideWidth() <= LARGEST_STRIDE
                && PhasePlanes.rowFloats(s) <= 2L * s.outWidth()
                && planeFloats(s) <= LARGEST_PLANES;
    }

    private static boolean isDense(ConvShape s) {
        boolean some = s.channels() <= SOME && s.outWidth() >= WIDE && s.kernelHeight() * s.kernelWidth() > 1;
        return s.groups() == 1 && (s.channels() <= FEW || some);
    }

    private static boolean isDepthwise(ConvShape s) {
        return s.groupChannels() == 1 && s.groups() > 1;
    }

    private static int blockRows(ConvShape s) {
        return Math.clamp(POSITIONS / PhasePlanes.rowFloats(s), 1, s.outHeight());
    }

    private static int groupsATask(ConvShape s) {
        return Math.max(1, 2 * POSITIONS / positions(s, blockRows(s)));
    }

    private static int positions(ConvShape s, int rows) {
        return (rows - 1) * (int) PhasePlanes.rowFloats(s) + s.outWidth();
    }

    /** What the kernels write for so many positions: whole steps of four of the widest vectors. */
    private static int padded(int positions) {
        return (positions + 63) / 64 * 64;
    }

    private static long planeFloats(ConvShape s) {
        return s.groupChannels() * PhasePlanes.planeFloats(s, blockRows(s)) + 64 + 16;
    }

    /** Floats of the weights in sixes; 0 where they are read as they are. */
    private static long packedFloats(ConvShape s) {
        return isDepthwise(s) ? 0 : (long) Math.ceilDiv(s.outChannels(), SIX) * SIX * (1 + s.patchElements());
    }

    private static long slotFloats(ConvShape s) {
        return planeFloats(s) + (long) (isDepthwise(s) ? 1 : SIX) * padded(positions(s, blockRows(s)));
    }

    static long workspaceFloats(ConvShape s, boolean packed, WorkerPool pool) {
        return (packed ? 0 : packedFloats(s)) + slotFloats(s) * pool.threads();
    }

    static void run(
            ConvShape s,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            PackedWeights packed,
            Epilogue e,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        WorkerPool pool = workspace.pool();
        float[] scratch = workspace.acquire(workspaceFloats(s, packed != null, pool));
        try {
            float[] w = packed != null ? packed.array() : isDepthwise(s) ? weights : scratch;
            int wOffset = w == weights ? weightsOffset : 0;
            int slots = w == scratch ? (int) packedFloats(s) : 0;
            if (w == scratch) {
                pack(s, weights, weightsOffset, e, scratch);
            }
            int blocks = Math.ceilDiv(s.outHeight(), blockRows(s));
            int tasks = s.batch() * Math.ceilDiv(s.groups(), groupsATask(s)) * blocks;
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(s, task, blocks, slots, src, srcOffset, w, wOffset, e, dst, dstOffset, scratch);
                }
            } else {
                pool.run(
                        tasks,
                        (task, slot) -> task(
                                s,
                                task,
                                blocks,
                                slots + slot * (int) slotFloats(s),
                                src,
                                srcOffset,
                                w,
                                wOffset,
                                e,
                                dst,
                                dstOffset,
                                scratch));
            }
        } finally {
            workspace.release();
        }
    }

    /** The weights and biases for good; null where they are read as they are. */
    static PackedWeights pack(ConvShape s, float[] weights, int weightsOffset, Epilogue e) {
        if (packedFloats(s) == 0) {
            return null;
        }
        float[] sixes = new float[(int) packedFloats(s)];
        pack(s, weights, weightsOffset, e, sixes);
        return PackedWeights.of(sixes);
    }

    /** For each six output channels their biases, then their weights tap by tap; zeros where there are fewer. */
    private static void pack(ConvShape s, float[] weights, int weightsOffset, Epilogue e, float[] to) {
        int at = 0;
        for (int k = 0; k < s.outChannels(); k += SIX) {
            int channels = Math.min(SIX, s.outChannels() - k);
            if (e.bias() == null) {
                Arrays.fill(to, at, at + SIX, 0f);
            } else {
                copySix(channels, e.bias(), e.biasOffset() + k, to, at);
            }
            at += SIX;
            for (int tap = 0; tap < s.patchElements(); tap++, at += SIX) {
                copySix(channels, weights, weightsOffset + tap * s.outChannels() + k, to, at);
            }
        }
    }

    /** Too short for the JDK's copy. */
    private static void copySix(int channels, float[] from, int offset, float[] to, int at) {
        for (int i = 0; i < SIX; i++) {
            to[at + i] = i < channels ? from[offset + i] : 0f;
        }
    }

    private static void task(
            ConvShape s,
            int task,
            int blocks,
            int planes,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int dstOffset,
            float[] scratch) {
        int groups = groupsATask(s);
        int parts = Math.ceilDiv(s.groups(), groups);
        int image = task / (blocks * parts);
        int first = task / blocks % parts * groups;
        int most = blockRows(s);
        int oh = task % blocks * most;
        int rows = Math.min(most, s.outHeight() - oh);
        int[] offsets = PhasePlanes.ofThread().offsets(s, rows);
        int from = srcOffset + image * s.imageElements();
        int out = dstOffset + image * s.positions() * s.outChannels();
        for (int group = first; group < Math.min(s.groups(), first + groups); group++) {
            group(s, group, oh, rows, offsets, planes, src, from, weights, weightsOffset, e, dst, out, scratch);
        }
    }

    private static void group(
            ConvShape s,
            int group,
            int oh,
            int rows,
            int[] offsets,
            int planes,
            float[] src,
            int image,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int out,
            float[] scratch) {
        int results = planes + (int) planeFloats(s);
        int plane = (int) PhasePlanes.planeFloats(s, rows);
        for (int c = 0; c < s.groupChannels(); c++) {
            int from = image + (group * s.groupChannels() + c) * s.height() * s.width();
            PhasePlanes.copy(s, oh, rows, src, from, 1, scratch, planes + c * plane);
        }
        int n = positions(s, rows);
        int step = isDepthwise(s) ? 1 : SIX;
        for (int i = 0; i < s.groupOutChannels(); i += step) {
            int k = group * s.groupOutChannels() + i;
            if (isDepthwise(s)) {
                float start = e.bias() == null ? 0f : e.bias()[e.biasOffset() + k];
                one(s, n, offsets, scratch, planes, start, weights, weightsOffset + k, results);
            } else {
                six(s, n, offsets, scratch, planes, weights, weightsOffset + k * (1 + s.patchElements()), results);
            }
            int count = Math.min(step, s.groupOutChannels() - i);
            if (storesSixes(s)) {
                sixes(s, oh, rows, e.activation(), scratch, results, padded(n), dst, out);
                continue;
            }
            if (e.activation() != Activation.IDENTITY) {
                int floats = (count - 1) * padded(n) + n;
                e.activation().forward(floats, scratch, results, scratch, results);
            }
            store(s, oh, rows, count, scratch, results, padded(n), dst, out, k);
        }
    }

    private static void one(
            ConvShape s, int n, int[] offsets, float[] x, int planes, float start, float[] w, int k, int results) {
        if (VectorSupport.ENABLED) {
            PlaneVector.one(n, s.patchElements(), offsets, x, planes, start, w, k, s.outChannels(), x, results);
        } else {
            PlaneScalar.one(n, s.patchElements(), offsets, x, planes, start, w, k, s.outChannels(), x, results);
        }
    }

    private static void six(ConvShape s, int n, int[] offsets, float[] x, int planes, float[] w, int k, int results) {
        if (VectorSupport.ENABLED) {
            PlaneVector.EMPTY_SIX.beside();
            PlaneVector.six(n, s.patchElements(), offsets, x, planes, w, k, x, results, padded(n));
        } else {
            PlaneScalar.six(n, s.patchElements(), offsets, x, planes, w, k, x, results, padded(n));
        }
    }

    /** Copies the positions that mean something to the destination. */
    private static void store(
            ConvShape s,
            int oh,
            int rows,
            int channels,
            float[] results,
            int from,
            int stride,
            float[] dst,
            int out,
            int k) {
        int q = (int) PhasePlanes.rowFloats(s);
        int width = s.outWidth();
        if (s.layout() == Layout.NHWC) {
            for (int r = 0; r < rows; r++) {
                int to = out + (oh + r) * width * s.outChannels() + k;
                if (s.outChannels() == SIX) {
                    PixelCopy.sixes(width, results, from + r * q, stride, dst, to);
                    continue;
                }
                for (int c = 0; c < channels; c++) {
                    PixelCopy.spread(width, results, from + c * stride + r * q, dst, to + c, s.outChannels());
                }
            }
            return;
        }
        for (int c = 0; c < channels; c++) {
            int to = out + (k + c) * s.positions() + oh * width;
            // Whole vectors, as long as what they overwrite beyond a row is overwritten by the rows that follow.
            int whole = VectorSupport.ENABLED ? Math.max(0, rows - Math.ceilDiv(Lanes.COUNT, width)) : 0;
            if (whole > 0) {
                WindowCopy.runs(whole, width, results, from + c * stride, q, dst, to, width);
            }
            for (int r = whole; r < rows; r++) {
                System.arraycopy(results, from + c * stride + r * q, dst, to + r * width, width);
            }
        }
    }

    /** Whether pixels are six channels, and rows are brought to them by vectors. */
    private static boolean storesSixes(ConvShape s) {
        return s.layout() == Layout.NHWC
                && s.outChannels() == SIX
                && VectorSupport.ENABLED
                && SixChannelsVector.SUITS
                && s.outWidth() >= SixChannelsVector.PIXELS;
    }

    /** Applies the activation and brings the positions that mean something to pixels; ReLU on the way. */
    private static void sixes(
            ConvShape s,
            int oh,
            int rows,
            Activation activation,
            float[] results,
            int from,
            int stride,
            float[] dst,
            int out) {
        int q = (int) PhasePlanes.rowFloats(s);
        int width = s.outWidth();
        int to = out + oh * width * SIX;
        boolean relu = activation == Activation.RELU;
        SixChannelsVector.EMPTY_RUN.beside();
        SixChannelsVector.run(rows, width, relu ? 0f : Float.NaN, results, from, q, stride, dst, to);
        if (!relu && activation != Activation.IDENTITY) {
            activation.forward(rows * width * SIX, dst, to, dst, to);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.Depthwise3x3GradientVector;
import dev.quern.kernels.conv.loops.DepthwiseScalar;
import dev.quern.kernels.conv.loops.DepthwiseVector;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.transpose.Transposition;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * The gradient of a depthwise convolution's source, with one output channel for each channel: every source pixel gathers its
 * own taps, with channels in lanes. Pixels that are seen by the same taps are computed together; taps that do not exist
 * are left out, and not multiplied as zeros, because a weight may be infinite. Where none is, 3×3 kernels of stride 1 go two rows at
 * a time, with rows of zeros round diffDst.
 *
 * <p>NHWC is read and written where it lies, a task being some rows of an image. In NCHW a task is an image's block of
 * channels, turned round in the workspace. That holds a row of zeros, and for each thread a row that nobody needs and what it turns round.
 */
final class DepthwiseBackwardData {
    private static final int ROWS = 8;

    /** Channels of a block in NCHW: a vector of the widest kind. */
    private static final int BLOCK = 16;

    private DepthwiseBackwardData() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        return s.groups() > 1 && s.groupChannels() == 1 && s.groupOutChannels() == 1 && slotFloats(s) <= 1 << 26;
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return zeroFloats(s) + slotFloats(s) * pool.threads();
    }

    /** Of a row of diffDst. */
    private static long zeroFloats(ConvShape s) {
        return isSmall(s) ? (long) s.outWidth() * pixelFloats(s) : 0;
    }

    private static int pixelFloats(ConvShape s) {
        return s.layout() == Layout.NHWC ? s.channels() : BLOCK;
    }

    private static long dummyFloats(ConvShape s) {
        return isSmall(s) ? (long) s.width() * pixelFloats(s) : 0;
    }

    private static long slotFloats(ConvShape s) {
        long turned = s.layout() == Layout.NHWC ? 0 : ((long) s.height() * s.width() + s.positions()) * BLOCK;
        return dummyFloats(s) + turned;
    }

    /** Whether two rows go at a time, with finite weights: at most one column beside diffDst is to be seen on either side. */
    private static boolean isSmall(ConvShape s) {
        return VectorSupport.ENABLED
                && s.kernelHeight() == 3
                && s.kernelWidth() == 3
                && s.strideHeight() == 1
                && s.strideWidth() == 1
                && s.dilationHeight() == 1
                && s.dilationWidth() == 1
                && s.paddingLeft() >= 1
                && s.paddingLeft() <= 2
                && s.outWidth() >= 2
                && s.width() - 1 + s.paddingLeft() <= s.outWidth();
    }

    static void run(
            ConvShape s,
            float[] diffDst,
            int diffDstOffset,
            float[] weights,
            int weightsOffset,
            float[] diffSrc,
            int diffSrcOffset,
            Workspace workspace) {
        WorkerPool pool = workspace.pool();
        float[] scratch = workspace.acquire(workspaceFloats(s, pool));
        try {
            boolean small = isSmall(s) && PlaneBackwardData.finite(s, weights, weightsOffset);
            Arrays.fill(scratch, 0, (int) zeroFloats(s), 0f);
            int tasks = s.batch() * tasksAnImage(s);
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(
                            s,
                            small,
                            task,
                            0,
                            diffDst,
                            diffDstOffset,
                            weights,
                            weightsOffset,
                            diffSrc,
                            diffSrcOffset,
                            scratch);
                }
            } else {
                pool.run(
                        tasks,
                        (task, slot) -> task(
                                s,
                                small,
                                task,
                                slot,
                                diffDst,
                                diffDstOffset,
                                weights,
                                weightsOffset,
                                diffSrc,
                                diffSrcOffset,
                                scratch));
            }
        } finally {
            workspace.release();
        }
    }

    private static int tasksAnImage(ConvShape s) {
        return s.layout() == Layout.NHWC ? Math.ceilDiv(s.height(), ROWS) : Math.ceilDiv(s.channels(), BLOCK);
    }

    private static void task(
            ConvShape s,
            boolean small,
            int task,
            int slot,
            float[] dy,
            int dyOffset,
            float[] w,
            int wOffset,
            float[] dx,
            int dxOffset,
            float[] scratch) {
        int image = task / tasksAnImage(s);
        int part = task % tasksAnImage(s);
        int y = dyOffset + image * s.positions() * s.channels();
        int x = dxOffset + image * s.imageElements();
        int c = s.channels();
        int dummy = (int) (zeroFloats(s) + slot * slotFloats(s));
        if (s.layout() == Layout.NHWC) {
            int to = Math.min(s.height(), (part + 1) * ROWS);
            rows(s, small, part * ROWS, to, c, dy, y, c, w, wOffset, dx, x, c, scratch, dummy);
            return;
        }
        int first = part * BLOCK;
        int channels = Math.min(BLOCK, c - first);
        int pixels = s.height() * s.width();
        int turnedY = dummy + (int) dummyFloats(s);
        int turnedX = turnedY + s.positions() * BLOCK;
        Transposition.run(
                channels, s.positions(), dy, y + first * s.positions(), s.positions(), scratch, turnedY, BLOCK);
        rows(
                s,
                small,
                0,
                s.height(),
                channels,
                scratch,
                turnedY,
                BLOCK,
                w,
                wOffset + first,
                scratch,
                turnedX,
                BLOCK,
                scratch,
                dummy);
        Transposition.run(pixels, channels, scratch, turnedX, BLOCK, dx, x + first * pixels, pixels);
    }

    /** Two rows at a time. */
    private static void pairs(
            ConvShape s,
            int from,
            int to,
            int channels,
            float[] dy,
            int y,
            float[] w,
            int wOffset,
            float[] dx,
            int x,
            int step,
            float[] zeros,
            int dummy) {
        int segment = Math.max(14, 512 / channels); // As forward.
        for (int ih = from; ih < to; ih += 2) {
            int top = ih + s.paddingTop() - 2;
            boolean pair = ih + 1 < to;
            for (int iw = 0; iw < s.width(); iw += segment) {
                int pixels = Math.min(segment, s.width() - iw);
                int left = iw + s.paddingLeft() - 2;
                boolean lacking = iw + pixels - 1 + s.paddingLeft() == s.outWidth();
                int skip = Math.max(0, left) * step;
                int out = x + (ih * s.width() + iw) * step;
                Depthwise3x3GradientVector.twoRowsOfSource(
                        channels,
                        pixels,
                        lacking ? pixels - 1 : pixels,
                        left < 0,
                        array(s, top, dy, zeros),
                        skip + offset(s, top, y, step),
                        array(s, top + 1, dy, zeros),
                        skip + offset(s, top + 1, y, step),
                        array(s, top + 2, dy, zeros),
                        skip + offset(s, top + 2, y, step),
                        array(s, top + 3, dy, zeros),
                        skip + offset(s, top + 3, y, step),
                        step,
                        zeros,
                        0,
                        w,
                        wOffset,
                        s.outChannels(),
                        dx,
                        out,
                        pair ? dx : zeros,
                        pair ? out + s.width() * step : dummy);
            }
        }
    }

    private static float[] array(ConvShape s, int row, float[] dy, float[] zeros) {
        return row < 0 || row >= s.outHeight() ? zeros : dy;
    }

    private static int offset(ConvShape s, int row, int y, int step) {
        return row < 0 || row >= s.outHeight() ? 0 : y + row * s.outWidth() * step;
    }

    /** Rows {@code [from, to)} of an image, whose pixels are {@code dyStep} and {@code dxStep} apart. */
    private static void rows(
            ConvShape s,
            boolean small,
            int from,
            int to,
            int channels,
            float[] dy,
            int y,
            int dyStep,
            float[] w,
            int wOffset,
            float[] dx,
            int x,
            int dxStep,
            float[] scratch,
            int dummy) {
        if (small && channels >= Lanes.COUNT) {
            pairs(s, from, to, channels, dy, y, w, wOffset, dx, x, dxStep, scratch, dummy);
            return;
        }
        int stride = s.strideWidth();
        for (int first = 0; first < Math.min(stride, s.width()); first++) {
            int pixels;
            for (int iw = first; iw < s.width(); iw += pixels * stride) {
                int tap = s.horizontal().firstTap(iw);
                int taps = s.horizontal().tapsOf(iw);
                pixels = 1;
                for (int next = iw + stride; next < s.width(); next += stride) {
                    if (s.horizontal().firstTap(next) != tap || s.horizontal().tapsOf(next) != taps) {
                        break;
                    }
                    pixels++;
                }
                for (int ih = from; ih < to; ih++) {
                    run(s, ih, iw, pixels, tap, taps, channels, dy, y, dyStep, w, wOffset, dx, x, dxStep);
                }
            }
        }
    }

    private static void run(
            ConvShape s,
            int ih,
            int iw,
            int pixels,
            int tap,
            int taps,
            int channels,
            float[] dy,
            int y,
            int dyStep,
            float[] w,
            int wOffset,
            float[] dx,
            int x,
            int dxStep) {
        int tapRow = s.vertical().firstTap(ih);
        int tapRows = s.vertical().tapsOf(ih);
        int oh = s.vertical().output(ih, tapRow);
        int ow = s.horizontal().output(iw, tap);
        int dyFirst = y + (oh * s.outWidth() + ow) * dyStep;
        int dyRowStep = -s.vertical().outputStep() * s.outWidth() * dyStep;
        int dyTapStep = -s.horizontal().outputStep() * dyStep;
        int k = s.outChannels();
        int wFirst = wOffset + (tapRow * s.kernelWidth() + tap) * k;
        int wRowStep = s.vertical().tapStep() * s.kernelWidth() * k;
        int wTapStep = s.horizontal().tapStep() * k;
        int dxFirst = x + (ih * s.width() + iw) * dxStep;
        if (VectorSupport.ENABLED && channels >= Lanes.COUNT) {
            DepthwiseVector.backwardData(
                    channels,
                    pixels,
                    taps,
                    tapRows,
                    dy,
                    dyFirst,
                    dyRowStep,
                    dyTapStep,
                    dyStep,
                    w,
                    wFirst,
                    wRowStep,
                    wTapStep,
                    dx,
                    dxFirst,
                    s.strideWidth() * dxStep);
        } else {
            DepthwiseScalar.backwardData(
                    channels,
                    pixels,
                    taps,
                    tapRows,
                    dy,
                    dyFirst,
                    dyRowStep,
                    dyTapStep,
                    dyStep,
                    w,
                    wFirst,
                    wRowStep,
                    wTapStep,
                    dx,
                    dxFirst,
                    s.strideWidth() * dxStep);
        }
    }
}

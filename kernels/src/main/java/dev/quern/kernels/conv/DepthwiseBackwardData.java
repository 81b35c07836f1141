// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.DepthwiseScalar;
import dev.quern.kernels.conv.loops.DepthwiseVector;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;

/**
 * The gradient of a depthwise convolution's source, with one output channel for each channel: every source pixel gathers its
 * own taps, with channels in lanes. Pixels that are seen by the same taps are computed together; taps that do not exist
 * are left out, and not multiplied as zeros, because a weight may be infinite.
 *
 * <p>NHWC is read and written where it lies, a task being some rows of an image. In NCHW a task is an image's block of
 * channels, turned round in the workspace.
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
        return slotFloats(s) * pool.threads();
    }

    private static long slotFloats(ConvShape s) {
        return s.layout() == Layout.NHWC ? 0 : ((long) s.height() * s.width() + s.positions()) * BLOCK;
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
            int tasks = s.batch() * tasksAnImage(s);
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(s, task, 0, diffDst, diffDstOffset, weights, weightsOffset, diffSrc, diffSrcOffset, scratch);
                }
            } else {
                pool.run(
                        tasks,
                        (task, slot) -> task(
                                s,
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
        if (s.layout() == Layout.NHWC) {
            int to = Math.min(s.height(), (part + 1) * ROWS);
            rows(s, part * ROWS, to, c, dy, y, c, w, wOffset, dx, x, c);
            return;
        }
        int first = part * BLOCK;
        int channels = Math.min(BLOCK, c - first);
        int pixels = s.height() * s.width();
        int turnedY = (int) (slot * slotFloats(s));
        int turnedX = turnedY + s.positions() * BLOCK;
        for (int i = 0; i < channels; i++) {
            PixelCopy.spread(s.positions(), dy, y + (first + i) * s.positions(), scratch, turnedY + i, BLOCK);
        }
        rows(s, 0, s.height(), channels, scratch, turnedY, BLOCK, w, wOffset + first, scratch, turnedX, BLOCK);
        for (int i = 0; i < channels; i++) {
            PixelCopy.gather(pixels, scratch, turnedX + i, BLOCK, dx, x + (first + i) * pixels);
        }
    }

    /** Rows {@code [from, to)} of an image, whose pixels are {@code dyStep} and {@code dxStep} apart. */
    private static void rows(
            ConvShape s,
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
            int dxStep) {
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

// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.Depthwise3x3Vector;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * Depthwise convolution forward as networks use it most: NHWC, 3×3, stride 1 or 2, at most one column of padding to be seen on
 * either side. Reads the source where it lies. A task is an image's two output rows (stride 1) or one (stride 2). The
 * workspace holds a row of zeros, and for each thread a row that nobody needs: the second of a pair whose first is the last.
 */
final class Depthwise3x3 {
    private Depthwise3x3() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        return VectorSupport.ENABLED
                && s.layout() == Layout.NHWC
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
    private static int lastColumn(ConvShape s) {
        return (s.outWidth() - 1) * s.strideWidth() + 2 - s.paddingLeft();
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return (long) s.width() * s.channels() + (long) s.outWidth() * s.channels() * pool.threads();
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
            Arrays.fill(scratch, 0, s.width() * s.channels(), 0f);
            int tasks = s.batch() * tasksAnImage(s);
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

    private static int tasksAnImage(ConvShape s) {
        return s.strideHeight() == 1 ? Math.ceilDiv(s.outHeight(), 2) : s.outHeight();
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
        int image = srcOffset + task / tasksAnImage(s) * s.imageElements();
        int rowFloats = s.outWidth() * s.channels();
        int out = dstOffset + task / tasksAnImage(s) * s.outHeight() * rowFloats;
        boolean pairs = s.strideHeight() == 1;
        int oh = task % tasksAnImage(s) * (pairs ? 2 : 1);
        int top = oh * s.strideHeight() - s.paddingTop();
        int y = out + oh * rowFloats;
        int rows = pairs && oh + 1 < s.outHeight() ? 2 : 1;
        int segment = segment(s);
        for (int ow = 0; ow < s.outWidth(); ow += segment) {
            segment(
                    s,
                    ow,
                    Math.min(segment, s.outWidth() - ow),
                    top,
                    slot,
                    src,
                    image,
                    weights,
                    weightsOffset,
                    e,
                    dst,
                    y,
                    rows,
                    scratch);
        }
        if (e.activation() != Activation.IDENTITY) {
            e.activation().forward(rows * rowFloats, dst, y, dst, y);
        }
    }

    /** Pixels of a segment: its rows stay in the first-level cache while the blocks of channels pass. */
    private static int segment(ConvShape s) {
        return Math.max(14, 512 / s.channels());
    }

    private static void segment(
            ConvShape s,
            int ow,
            int pixels,
            int top,
            int slot,
            float[] src,
            int image,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int y,
            int rows,
            float[] scratch) {
        int c = s.channels();
        int left = ow * s.strideWidth() - s.paddingLeft();
        boolean padded = left < 0;
        int inside = ow + pixels == s.outWidth() && lastColumn(s) == s.width() ? pixels - 1 : pixels;
        float[] init = e.bias() == null ? scratch : e.bias();
        int initOffset = e.bias() == null ? 0 : e.biasOffset();
        int skip = padded ? 0 : left * c;
        int r0 = offset(s, top, image) + skip;
        int r1 = offset(s, top + 1, image) + skip;
        int r2 = offset(s, top + 2, image) + skip;
        int out = y + ow * c;
        if (s.strideHeight() == 1) {
            int dummy = s.width() * c + slot * s.outWidth() * c;
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
                    offset(s, top + 3, image) + skip,
                    c,
                    scratch,
                    0,
                    weights,
                    weightsOffset,
                    c,
                    init,
                    initOffset,
                    1,
                    dst,
                    out,
                    rows == 2 ? dst : scratch,
                    rows == 2 ? out + s.outWidth() * c : dummy);
        } else {
            Depthwise3x3Vector.rowOfStride2(
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
                    c,
                    scratch,
                    0,
                    weights,
                    weightsOffset,
                    c,
                    init,
                    initOffset,
                    1,
                    dst,
                    out);
        }
    }

    private static float[] array(ConvShape s, int row, float[] src, float[] zeros) {
        return row < 0 || row >= s.height() ? zeros : src;
    }

    private static int offset(ConvShape s, int row, int image) {
        return row < 0 || row >= s.height() ? 0 : image + row * s.width() * s.channels();
    }
}

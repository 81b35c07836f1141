// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;

/** Chooses among the kernels that are no matrix products. */
final class DirectForward {
    private DirectForward() {}

    static boolean suits(ConvShape s) {
        return PlaneForward.suits(s) || Depthwise3x3.suits(s) || DepthwiseForward.suits(s);
    }

    static String reason(ConvShape s) {
        if (PlaneForward.suits(s)) {
            return "output positions in lanes, taps as shifts of planes";
        }
        return Depthwise3x3.suits(s)
                ? "depthwise 3×3, channels in lanes, the source read where it lies"
                : "depthwise, channels in lanes, rows copied with zeros round them";
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        if (PlaneForward.suits(s)) {
            return PlaneForward.workspaceFloats(s, pool);
        }
        return Depthwise3x3.suits(s)
                ? Depthwise3x3.workspaceFloats(s, pool)
                : DepthwiseForward.workspaceFloats(s, pool);
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
        if (PlaneForward.suits(s)) {
            PlaneForward.run(s, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, workspace);
        } else if (Depthwise3x3.suits(s)) {
            Depthwise3x3.run(s, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, workspace);
        } else {
            DepthwiseForward.run(s, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, workspace);
        }
    }
}

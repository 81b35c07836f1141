// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;

/** Chooses among the kernels that are no matrix products. */
final class DirectForward {
    private DirectForward() {}

    static boolean suits(ConvShape s) {
        return WindowForward.suits(s)
                || ChannelForward.suits(s)
                || LineSweep.suits(s)
                || LineForward.suits(s)
                || PlaneForward.suits(s)
                || Depthwise3x3.suits(s)
                || DepthwiseForward.suits(s);
    }

    static String reason(ConvShape s) {
        if (WindowForward.suits(s)) {
            return "output channels in lanes, windows in the order of image rows";
        }
        if (ChannelForward.suits(s)) {
            return "output channels in lanes, taps as shifts of planes";
        }
        if (LineSweep.suits(s)) {
            return "output channels in lanes, three output rows for each image row, whose windows are copied in runs";
        }
        if (LineForward.suits(s)) {
            return "output channels in lanes, rows copied to lines of channels with zeros round them";
        }
        if (PlaneForward.suits(s)) {
            return "output positions in lanes, taps as shifts of planes";
        }
        if (Depthwise3x3.suits(s)) {
            return s.layout() == Layout.NHWC
                    ? "depthwise 3×3, channels in lanes, the source read where it lies"
                    : "depthwise 3×3, channels in lanes, blocks of channels turned round";
        }
        return "depthwise, channels in lanes, rows copied with zeros round them";
    }

    static long workspaceFloats(ConvShape s, boolean packed, WorkerPool pool) {
        if (WindowForward.suits(s)) {
            return WindowForward.workspaceFloats(s, pool);
        }
        if (ChannelForward.suits(s)) {
            return ChannelForward.workspaceFloats(s, pool);
        }
        if (LineSweep.suits(s)) {
            return LineSweep.workspaceFloats(s, packed, pool);
        }
        if (LineForward.suits(s)) {
            return LineForward.workspaceFloats(s, packed, pool);
        }
        if (PlaneForward.suits(s)) {
            return PlaneForward.workspaceFloats(s, packed, pool);
        }
        return Depthwise3x3.suits(s)
                ? Depthwise3x3.workspaceFloats(s, pool)
                : DepthwiseForward.workspaceFloats(s, pool);
    }

    /** Packs weights and bias for good; null where they are read as they are. */
    static PackedWeights pack(ConvShape s, float[] weights, int weightsOffset, Epilogue e) {
        if (WindowForward.suits(s)) {
            return null;
        }
        if (!ChannelForward.suits(s) && LineSweep.suits(s)) {
            return LineSweep.pack(s, weights, weightsOffset);
        }
        if (!ChannelForward.suits(s) && LineForward.suits(s)) {
            return LineForward.pack(s, weights, weightsOffset);
        }
        if (ChannelForward.suits(s) || !PlaneForward.suits(s) || PlaneForward.packedFloats(s) == 0) {
            return null;
        }
        float[] sixes = new float[(int) PlaneForward.packedFloats(s)];
        PlaneForward.pack(s, weights, weightsOffset, e, sixes);
        return PackedWeights.of(sixes);
    }

    /** Whether something is added before the activation on the way. */
    static boolean takesResidual(ConvShape s) {
        return !WindowForward.suits(s) && !ChannelForward.suits(s) && (LineSweep.suits(s) || LineForward.suits(s));
    }

    /** With what {@link #pack} made of the weights, or null; residual is null unless {@link #takesResidual}. */
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
        if (WindowForward.suits(s)) {
            WindowForward.run(s, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, workspace);
        } else if (ChannelForward.suits(s)) {
            ChannelForward.run(s, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, workspace);
        } else if (LineSweep.suits(s)) {
            LineSweep.run(
                    s,
                    src,
                    srcOffset,
                    weights,
                    weightsOffset,
                    packed,
                    e,
                    residual,
                    residualOffset,
                    dst,
                    dstOffset,
                    workspace);
        } else if (LineForward.suits(s)) {
            LineForward.run(
                    s,
                    src,
                    srcOffset,
                    weights,
                    weightsOffset,
                    packed,
                    e,
                    residual,
                    residualOffset,
                    dst,
                    dstOffset,
                    workspace);
        } else if (PlaneForward.suits(s)) {
            PlaneForward.run(s, src, srcOffset, weights, weightsOffset, packed, e, dst, dstOffset, workspace);
        } else if (Depthwise3x3.suits(s)) {
            Depthwise3x3.run(s, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, workspace);
        } else {
            DepthwiseForward.run(s, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, workspace);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;

/** The kernels that are no matrix products: the first that suits a shape serves it. */
enum DirectForward {
    WINDOW("output channels in lanes, windows in the order of image rows"),
    CHANNEL("output channels in lanes, taps as shifts of planes"),
    SWEEP("output channels in lanes, three output rows for each image row, read in place or copied by windows"),
    STRIDE("output channels in lanes, strided, image rows read in place"),
    LINE("output channels in lanes, rows copied to lines of channels with zeros round them"),
    CHAIN("output channels in lanes, sums in registers for their whole chain, rows copied to lines of 64 channels"),
    PLANE("output positions in lanes, taps as shifts of planes"),
    DEPTHWISE_3X3("depthwise 3×3, channels in lanes; NCHW turned round in blocks of channels"),
    DEPTHWISE("depthwise, channels in lanes, rows copied with zeros round them");

    private static final DirectForward[] IN_ORDER = values();

    private final String reason;

    DirectForward(String reason) {
        this.reason = reason;
    }

    /** The kernel for a shape, or null. */
    private static DirectForward find(ConvShape s) {
        for (DirectForward kernel : IN_ORDER) {
            if (kernel.serves(s)) {
                return kernel;
            }
        }
        return null;
    }

    static boolean suits(ConvShape s) {
        return find(s) != null;
    }

    /** The kernel for a shape that {@link #suits}. */
    static DirectForward of(ConvShape s) {
        DirectForward kernel = find(s);
        assert kernel != null : s;
        return kernel;
    }

    private boolean serves(ConvShape s) {
        return switch (this) {
            case WINDOW -> WindowForward.suits(s);
            case CHANNEL -> ChannelForward.suits(s);
            case SWEEP -> LineSweep.suits(s);
            case STRIDE -> LineStride.suits(s);
            case LINE -> LineForward.suits(s);
            case CHAIN -> ChainForward.suits(s);
            case PLANE -> PlaneForward.suits(s);
            case DEPTHWISE_3X3 -> Depthwise3x3.suits(s);
            case DEPTHWISE -> DepthwiseForward.suits(s);
        };
    }

    String reason() {
        return reason;
    }

    long workspaceFloats(ConvShape s, boolean packed, WorkerPool pool) {
        return switch (this) {
            case WINDOW -> WindowForward.workspaceFloats(s, pool);
            case CHANNEL -> ChannelForward.workspaceFloats(s, pool);
            case SWEEP -> LineSweep.workspaceFloats(s, packed, pool);
            case STRIDE -> LineStride.workspaceFloats(s, packed);
            case LINE -> LineForward.workspaceFloats(s, packed, pool);
            case CHAIN -> ChainForward.workspaceFloats(s, packed, pool);
            case PLANE -> PlaneForward.workspaceFloats(s, packed, pool);
            case DEPTHWISE_3X3 -> Depthwise3x3.workspaceFloats(s, pool);
            case DEPTHWISE -> DepthwiseForward.workspaceFloats(s, pool);
        };
    }

    /** Packs weights and bias for good; null where they are read as they are. */
    PackedWeights pack(ConvShape s, float[] weights, int weightsOffset, Epilogue e) {
        return switch (this) {
            case SWEEP -> LineSweep.pack(s, weights, weightsOffset);
            case STRIDE -> LineStride.pack(s, weights, weightsOffset);
            case LINE -> LineForward.pack(s, weights, weightsOffset);
            case CHAIN -> ChainForward.pack(s, weights, weightsOffset);
            case PLANE -> PlaneForward.pack(s, weights, weightsOffset, e);
            case WINDOW, CHANNEL, DEPTHWISE_3X3, DEPTHWISE -> null;
        };
    }

    /** Whether something is added before the activation on the way. */
    boolean takesResidual() {
        return this == SWEEP || this == STRIDE || this == LINE || this == CHAIN;
    }

    /** With what {@link #pack} made of the weights, or null; residual is null unless {@link #takesResidual}. */
    void run(
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
        switch (this) {
            case WINDOW -> WindowForward.run(s, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, workspace);
            case CHANNEL -> ChannelForward.run(s, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, workspace);
            case SWEEP ->
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
            case STRIDE ->
                LineStride.run(
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
            case LINE ->
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
            case CHAIN ->
                ChainForward.run(
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
            case PLANE ->
                PlaneForward.run(s, src, srcOffset, weights, weightsOffset, packed, e, dst, dstOffset, workspace);
            case DEPTHWISE_3X3 ->
                Depthwise3x3.run(s, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, workspace);
            case DEPTHWISE ->
                DepthwiseForward.run(s, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, workspace);
        }
    }
}

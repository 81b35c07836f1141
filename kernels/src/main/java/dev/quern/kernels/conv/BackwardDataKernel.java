// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;

/** The kernels of the gradient of a convolution's source: the first that suits a shape, and its weights, serves it. */
enum BackwardDataKernel {
    DEPTHWISE,
    PLANE,
    SWEEP,
    LINE,
    CHAIN,
    TAP,
    PANEL,
    COLUMNS;

    private static final BackwardDataKernel[] IN_ORDER = values();

    /** The kernel for a shape and these weights. */
    static BackwardDataKernel of(ConvShape s, float[] weights, int weightsOffset) {
        BackwardDataKernel kernel = find(s, true);
        return kernel.needsFiniteWeights() && !PlaneBackwardData.finite(s, weights, weightsOffset)
                ? find(s, false)
                : kernel;
    }

    private static BackwardDataKernel find(ConvShape s, boolean finiteWeights) {
        for (BackwardDataKernel kernel : IN_ORDER) {
            if (kernel.serves(s) && (finiteWeights || !kernel.needsFiniteWeights())) {
                return kernel;
            }
        }
        throw new AssertionError(s);
    }

    /** Enough for any weights. */
    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return Math.max(find(s, true).floats(s, pool), find(s, false).floats(s, pool));
    }

    /** Whether zeros of the padding or between strides are multiplied with weights: infinity times zero would be NaN. */
    private boolean needsFiniteWeights() {
        return this == PLANE || this == SWEEP || this == LINE || this == CHAIN;
    }

    private boolean serves(ConvShape s) {
        return switch (this) {
            case DEPTHWISE -> DepthwiseBackwardData.suits(s);
            case PLANE -> PlaneBackwardData.suits(s);
            case SWEEP -> LineSweepBackwardData.suits(s);
            case LINE -> LineBackwardData.suits(s);
            case CHAIN -> ChainBackwardData.suits(s);
            case TAP -> TapBackwardData.suits(s);
            case PANEL -> PanelBackwardData.suits(s);
            case COLUMNS -> true;
        };
    }

    private long floats(ConvShape s, WorkerPool pool) {
        return switch (this) {
            case DEPTHWISE -> DepthwiseBackwardData.workspaceFloats(s, pool);
            case PLANE -> PlaneBackwardData.workspaceFloats(s, pool);
            case SWEEP -> LineSweepBackwardData.workspaceFloats(s, pool);
            case LINE -> LineBackwardData.workspaceFloats(s, pool);
            case CHAIN -> ChainBackwardData.workspaceFloats(s, pool);
            case TAP -> TapBackwardData.workspaceFloats(s, pool);
            case PANEL -> PanelBackwardData.workspaceFloats(s, pool);
            case COLUMNS -> BackwardData.workspaceFloats(s, pool);
        };
    }

    void run(
            ConvShape s,
            float[] diffDst,
            int diffDstOffset,
            float[] weights,
            int weightsOffset,
            float[] diffSrc,
            int diffSrcOffset,
            Workspace workspace) {
        switch (this) {
            case DEPTHWISE ->
                DepthwiseBackwardData.run(
                        s, diffDst, diffDstOffset, weights, weightsOffset, diffSrc, diffSrcOffset, workspace);
            case PLANE ->
                PlaneBackwardData.run(
                        s, diffDst, diffDstOffset, weights, weightsOffset, diffSrc, diffSrcOffset, workspace);
            case SWEEP ->
                LineSweepBackwardData.run(
                        s, diffDst, diffDstOffset, weights, weightsOffset, diffSrc, diffSrcOffset, workspace);
            case LINE ->
                LineBackwardData.run(
                        s, diffDst, diffDstOffset, weights, weightsOffset, diffSrc, diffSrcOffset, workspace);
            case CHAIN ->
                ChainBackwardData.run(
                        s, diffDst, diffDstOffset, weights, weightsOffset, diffSrc, diffSrcOffset, workspace);
            case TAP ->
                TapBackwardData.run(
                        s, diffDst, diffDstOffset, weights, weightsOffset, diffSrc, diffSrcOffset, workspace);
            case PANEL ->
                PanelBackwardData.run(
                        s, diffDst, diffDstOffset, weights, weightsOffset, diffSrc, diffSrcOffset, workspace);
            case COLUMNS ->
                BackwardData.run(s, diffDst, diffDstOffset, weights, weightsOffset, diffSrc, diffSrcOffset, workspace);
        }
    }
}

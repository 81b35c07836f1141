// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;

/** The kernels of the gradient of a convolution's weights: the first that suits a shape serves it. */
enum BackwardWeightsKernel {
    DEPTHWISE,
    PIXEL,
    LINE,
    PANEL,
    WINDOW,
    COLUMNS;

    private static final BackwardWeightsKernel[] IN_ORDER = values();

    /** The kernel for a shape. */
    static BackwardWeightsKernel of(ConvShape s) {
        for (BackwardWeightsKernel kernel : IN_ORDER) {
            if (kernel.serves(s)) {
                return kernel;
            }
        }
        throw new AssertionError(s);
    }

    private boolean serves(ConvShape s) {
        return switch (this) {
            case DEPTHWISE -> DepthwiseBackwardWeights.suits(s);
            case PIXEL -> PixelBackwardWeights.suits(s);
            case LINE -> LineBackwardWeights.suits(s);
            case PANEL -> PanelBackwardWeights.suits(s);
            case WINDOW -> WindowBackwardWeights.suits(s);
            case COLUMNS -> true;
        };
    }

    long workspaceFloats(ConvShape s, WorkerPool pool) {
        return switch (this) {
            case DEPTHWISE -> DepthwiseBackwardWeights.workspaceFloats(s, pool);
            case PIXEL -> PixelBackwardWeights.workspaceFloats(s, pool);
            case LINE -> LineBackwardWeights.workspaceFloats(s, pool);
            case PANEL -> PanelBackwardWeights.workspaceFloats(s, pool);
            case WINDOW -> WindowBackwardWeights.workspaceFloats(s, pool);
            case COLUMNS -> BackwardWeights.workspaceFloats(s, pool);
        };
    }

    void run(
            ConvShape s,
            float[] src,
            int srcOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] diffWeights,
            int diffWeightsOffset,
            Workspace workspace) {
        switch (this) {
            case DEPTHWISE ->
                DepthwiseBackwardWeights.run(
                        s, src, srcOffset, diffDst, diffDstOffset, diffWeights, diffWeightsOffset, workspace);
            case PIXEL ->
                PixelBackwardWeights.run(
                        s, src, srcOffset, diffDst, diffDstOffset, diffWeights, diffWeightsOffset, workspace);
            case LINE ->
                LineBackwardWeights.run(
                        s, src, srcOffset, diffDst, diffDstOffset, diffWeights, diffWeightsOffset, workspace);
            case PANEL ->
                PanelBackwardWeights.run(
                        s, src, srcOffset, diffDst, diffDstOffset, diffWeights, diffWeightsOffset, workspace);
            case WINDOW ->
                WindowBackwardWeights.run(
                        s, src, srcOffset, diffDst, diffDstOffset, diffWeights, diffWeightsOffset, workspace);
            case COLUMNS ->
                BackwardWeights.run(
                        s, src, srcOffset, diffDst, diffDstOffset, diffWeights, diffWeightsOffset, workspace);
        }
    }
}

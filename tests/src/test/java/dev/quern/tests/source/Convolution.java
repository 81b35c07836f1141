// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.source;

import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.util.Arrays;

/** The doors of one convolution, with results in new arrays. */
record Convolution(ConvShape shape) {
    float[] forward(float[] x, float[] weights, float[] bias) {
        float[] y = nan(shape.destinationElements());
        Conv2D.forward(shape, x, 0, weights, 0, Epilogue.biasAlongN(bias, 0), y, 0, workspace());
        return y;
    }

    float[] diffSource(float[] diff, float[] weights) {
        float[] result = nan(shape.sourceElements());
        Conv2D.backwardData(shape, diff, 0, weights, 0, result, 0, workspace());
        return result;
    }

    float[] diffWeights(float[] x, float[] diff) {
        float[] result = nan(shape.weightElements());
        Conv2D.backwardWeights(shape, x, 0, diff, 0, result, 0, workspace());
        return result;
    }

    float[] diffBias(float[] diff) {
        float[] result = nan(shape.outChannels());
        Conv2D.backwardBias(shape, diff, 0, result, 0);
        return result;
    }

    private Workspace workspace() {
        return new Workspace(Conv2D.workspaceFloats(shape, WorkerPool.CALLER));
    }

    private static float[] nan(int n) {
        float[] values = new float[n];
        Arrays.fill(values, Float.NaN);
        return values;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.loss.MeanSquaredError;
import dev.quern.kernels.parallel.WorkerPool;

/** The squared difference from a tensor of wanted outputs, mean over all elements. See {@link MeanSquaredError}. */
public final class MeanSquaredErrorLoss implements Loss<Tensor> {
    /** A loss without settings. */
    public MeanSquaredErrorLoss() {}

    @Override
    public float lossAndGradient(Tensor prediction, Tensor targets, Tensor gradient, WorkerPool pool) {
        TensorTargets.check("mean squared error", prediction, targets, gradient, pool);
        return MeanSquaredError.lossAndGradient(
                prediction.elements(), prediction.data(), 0, targets.data(), 0, gradient.data(), 0);
    }
}

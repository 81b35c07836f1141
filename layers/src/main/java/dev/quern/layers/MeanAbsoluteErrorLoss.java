// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.loss.MeanAbsoluteError;
import dev.quern.kernels.parallel.WorkerPool;

/** The absolute difference from a tensor of wanted outputs, mean over all elements. See {@link MeanAbsoluteError}. */
public final class MeanAbsoluteErrorLoss implements Loss<Tensor> {
    /** A loss without settings. */
    public MeanAbsoluteErrorLoss() {}

    @Override
    public float lossAndGradient(Tensor prediction, Tensor targets, Tensor gradient, WorkerPool pool) {
        TensorTargets.check("mean absolute error", prediction, targets, gradient, pool);
        return MeanAbsoluteError.lossAndGradient(
                prediction.elements(), prediction.data(), 0, targets.data(), 0, gradient.data(), 0);
    }
}

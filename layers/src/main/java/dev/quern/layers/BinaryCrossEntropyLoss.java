// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.loss.BinaryCrossEntropy;
import dev.quern.kernels.parallel.WorkerPool;

/**
 * Minus the logarithm of the probability that sigmoid of the model's outputs gives the right answer, each output a
 * question of its own, mean over all elements. The model has no sigmoid of its own at the end. Targets have the
 * output's shape: 1 for yes, 0 for no, or a probability. See {@link BinaryCrossEntropy}.
 */
public final class BinaryCrossEntropyLoss implements Loss<Tensor> {
    /** A loss without settings. */
    public BinaryCrossEntropyLoss() {}

    @Override
    public float lossAndGradient(Tensor prediction, Tensor targets, Tensor gradient, WorkerPool pool) {
        TensorTargets.check("binary cross-entropy", prediction, targets, gradient, pool);
        return BinaryCrossEntropy.lossAndGradient(
                prediction.elements(), prediction.data(), 0, targets.data(), 0, gradient.data(), 0);
    }
}

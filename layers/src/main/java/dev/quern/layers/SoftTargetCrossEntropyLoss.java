// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.loss.SoftTargetCrossEntropy;
import dev.quern.kernels.parallel.WorkerPool;

/**
 * As {@link SoftmaxCrossEntropyLoss}, with a distribution over the classes for each image in place of one right class:
 * targets are (batch, classes). See {@link SoftTargetCrossEntropy}.
 */
public final class SoftTargetCrossEntropyLoss implements Loss<Tensor> {
    /** A loss without settings. */
    public SoftTargetCrossEntropyLoss() {}

    @Override
    public float lossAndGradient(Tensor prediction, Tensor targets, Tensor gradient, WorkerPool pool) {
        TensorTargets.requireClasses(prediction);
        TensorTargets.check("softmax cross-entropy", prediction, targets, gradient, pool);
        return SoftTargetCrossEntropy.lossAndGradient(
                prediction.dimension(0),
                prediction.dimension(1),
                prediction.data(),
                0,
                targets.data(),
                0,
                gradient.data(),
                0,
                pool);
    }
}

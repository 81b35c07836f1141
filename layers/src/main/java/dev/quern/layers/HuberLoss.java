// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.loss.Huber;
import dev.quern.kernels.parallel.WorkerPool;

/**
 * Half the squared difference from a tensor of wanted outputs, but a straight line from a difference of delta on, mean
 * over all elements. See {@link Huber}.
 */
public final class HuberLoss implements Loss<Tensor> {
    private final float delta;

    /**
     * A loss whose line begins at delta.
     *
     * @throws IllegalArgumentException unless {@code delta} is above 0 and finite
     */
    public HuberLoss(float delta) {
        this.delta = Numbers.positive("delta", delta);
    }

    @Override
    public float lossAndGradient(Tensor prediction, Tensor targets, Tensor gradient, WorkerPool pool) {
        TensorTargets.check("Huber loss", prediction, targets, gradient, pool);
        return Huber.lossAndGradient(
                prediction.elements(), delta, prediction.data(), 0, targets.data(), 0, gradient.data(), 0);
    }
}

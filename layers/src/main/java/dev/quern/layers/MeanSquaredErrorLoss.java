// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.loss.MeanSquaredError;
import dev.quern.kernels.parallel.WorkerPool;
import java.util.Arrays;
import java.util.Objects;

/** The squared difference from a tensor of wanted outputs, mean over all elements. */
public final class MeanSquaredErrorLoss implements Loss<Tensor> {
    /** A loss without settings. */
    public MeanSquaredErrorLoss() {}

    @Override
    public float lossAndGradient(Tensor prediction, Tensor targets, Tensor gradient, WorkerPool pool) {
        Objects.requireNonNull(targets, "targets");
        boolean same = prediction.rank() == targets.rank();
        for (int axis = 0; same && axis < prediction.rank(); axis++) {
            same = prediction.dimension(axis) == targets.dimension(axis);
        }
        if (!same) {
            throw new IllegalArgumentException("mean squared error got targets of shape "
                    + Arrays.toString(targets.shape()) + ", wanted " + Arrays.toString(prediction.shape()));
        }
        return MeanSquaredError.lossAndGradient(
                prediction.elements(), prediction.data(), 0, targets.data(), 0, gradient.data(), 0);
    }
}

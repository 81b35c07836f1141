// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.WorkerPool;
import java.util.Arrays;
import java.util.Objects;

/** What losses check whose labels are a tensor. */
final class TensorTargets {
    private TensorTargets() {}

    /** Requires targets of the prediction's shape, and the rest of what a loss is given. */
    static void check(String loss, Tensor prediction, Tensor targets, Tensor gradient, WorkerPool pool) {
        Objects.requireNonNull(prediction, "prediction");
        Objects.requireNonNull(targets, "targets");
        Objects.requireNonNull(gradient, "gradient");
        Objects.requireNonNull(pool, "pool");
        boolean same = prediction.rank() == targets.rank();
        for (int axis = 0; same && axis < prediction.rank(); axis++) {
            same = prediction.dimension(axis) == targets.dimension(axis);
        }
        if (!same) {
            throw new IllegalArgumentException(loss + " got targets of shape " + Arrays.toString(targets.shape())
                    + ", wanted " + Arrays.toString(prediction.shape()));
        }
    }

    /** Requires a prediction of (batch, classes). */
    static void requireClasses(Tensor prediction) {
        if (Objects.requireNonNull(prediction, "prediction").rank() != 2) {
            throw new IllegalArgumentException(
                    "softmax cross-entropy got a prediction " + prediction + ", wanted (batch, classes)");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.WorkerPool;
import java.util.List;

/** Changes a model's parameters by their gradients. What it remembers from step to step belongs to one model. */
public interface Optimizer {
    /**
     * One step.
     *
     * @param parameters of one model, the same list at every step
     * @throws IllegalStateException when the list is another model's
     */
    void step(List<Parameter> parameters, WorkerPool pool);

    /** The learning rate of the steps to come. */
    float rate();

    /**
     * Sets the learning rate of the steps to come.
     *
     * @throws IllegalArgumentException when it is negative, NaN or infinite
     */
    void rate(float value);

    /**
     * What it remembers of a model, to be saved and restored; all zeros before the first step.
     *
     * @param parameters of one model, the same list as at every step
     * @throws IllegalStateException when the list is another model's
     */
    OptimizerState state(List<Parameter> parameters);
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.WorkerPool;
import java.util.List;
import java.util.Objects;

/**
 * Adam, and with {@link #decay} AdamW: descent along the running mean of the gradient, divided element by element by the
 * root of the running mean of its square. The definition, its bits and the papers are those of
 * {@link dev.quern.kernels.optimizer.Adam}. Settings are made before the first step.
 */
public final class Adam implements Optimizer {
    private float rate;
    private float beta1 = 0.9f;
    private float beta2 = 0.999f;
    private float epsilon = 1e-8f;
    private float decay;
    private OptimizerState state;

    /**
     * Adam with β of 0.9 and 0.999, ε of 1e-8 and no decay.
     *
     * @throws IllegalArgumentException unless {@code rate} is finite and not negative
     */
    public Adam(float rate) {
        rate(rate);
    }

    /**
     * What is kept of the two running means at each step.
     *
     * @throws IllegalArgumentException unless both are from 0 to below 1
     */
    public Adam betas(float first, float second) {
        beta1 = Numbers.fraction("beta1", first);
        beta2 = Numbers.fraction("beta2", second);
        return this;
    }

    /**
     * Added to the root that is divided by.
     *
     * @throws IllegalArgumentException unless it is above 0 and finite
     */
    public Adam epsilon(float value) {
        epsilon = Numbers.positive("epsilon", value);
        return this;
    }

    /**
     * What makes it AdamW: each step takes {@code rate·decay} of every parameter off it, apart from the gradient. 0.01 is
     * usual.
     *
     * @throws IllegalArgumentException unless it is finite and not negative
     */
    public Adam decay(float value) {
        decay = Numbers.notNegative("decay", value);
        return this;
    }

    @Override
    public void rate(float value) {
        rate = Numbers.notNegative("rate", value);
    }

    @Override
    public float rate() {
        return rate;
    }

    @Override
    public OptimizerState state(List<Parameter> parameters) {
        state = OptimizerState.of(state, parameters, 2);
        return state;
    }

    @Override
    public void step(List<Parameter> parameters, WorkerPool pool) {
        Objects.requireNonNull(pool, "pool");
        state(parameters).steps(state.steps() + 1);
        for (int i = 0; i < parameters.size(); i++) {
            dev.quern.kernels.optimizer.Adam.update(
                    parameters.get(i).value().elements(),
                    state.steps(),
                    rate,
                    beta1,
                    beta2,
                    epsilon,
                    decay,
                    parameters.get(i).gradient().data(),
                    0,
                    state.array(i, 0),
                    0,
                    state.array(i, 1),
                    0,
                    parameters.get(i).value().data(),
                    0,
                    pool);
        }
    }
}

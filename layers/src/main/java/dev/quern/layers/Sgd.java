// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.optimizer.SgdMomentum;
import dev.quern.kernels.parallel.WorkerPool;
import java.util.List;
import java.util.Objects;

/**
 * Stochastic gradient descent with momentum: {@code v = momentum·v + g}, {@code p = p - rate·v}; in Nesterov's form
 * {@code p = p - rate·(momentum·v + g)}. The definition, down to its bits, is that of {@link SgdMomentum}.
 */
public final class Sgd implements Optimizer {
    private final float momentum;
    private boolean ahead;
    private float rate;
    private OptimizerState state;

    /**
     * Descent with these settings.
     *
     * @throws IllegalArgumentException unless {@code rate} is finite and not negative and {@code 0 ≤ momentum < 1}
     */
    public Sgd(float rate, float momentum) {
        this.momentum = Numbers.fraction("momentum", momentum);
        rate(rate);
    }

    /** Nesterov's form from now on. */
    public Sgd nesterov() {
        ahead = true;
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
        state = OptimizerState.of(state, parameters, 1);
        return state;
    }

    @Override
    public void step(List<Parameter> parameters, WorkerPool pool) {
        Objects.requireNonNull(pool, "pool");
        state(parameters).steps(state.steps() + 1);
        for (int i = 0; i < parameters.size(); i++) {
            int n = parameters.get(i).value().elements();
            float[] value = parameters.get(i).value().data();
            float[] gradient = parameters.get(i).gradient().data();
            float[] velocity = state.array(i, 0);
            if (ahead) {
                SgdMomentum.updateNesterov(n, rate, momentum, gradient, 0, velocity, 0, value, 0, pool);
            } else {
                SgdMomentum.update(n, rate, momentum, gradient, 0, velocity, 0, value, 0, pool);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.optimizer.SgdMomentum;
import dev.quern.kernels.parallel.WorkerPool;
import java.util.List;
import java.util.Objects;

/** Stochastic gradient descent with momentum: {@code v = momentum·v + g}, {@code p = p - rate·v}. */
public final class Sgd implements Optimizer {
    private final float momentum;
    private float rate;
    private List<Parameter> model;
    private float[][] velocities;

    /**
     * Descent with these settings.
     *
     * @throws IllegalArgumentException unless {@code rate} is finite and not negative and {@code 0 ≤ momentum < 1}
     */
    public Sgd(float rate, float momentum) {
        if (!(momentum >= 0f && momentum < 1f)) {
            throw new IllegalArgumentException("momentum = " + momentum + ", allowed: 0 to below 1");
        }
        this.momentum = momentum;
        rate(rate);
    }

    /** Sets the learning rate of the steps to come. */
    public void rate(float value) {
        if (!(value >= 0f && value <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("rate = " + value + ", allowed: 0 or more, finite");
        }
        rate = value;
    }

    /** The learning rate. */
    public float rate() {
        return rate;
    }

    @Override
    public void step(List<Parameter> parameters, WorkerPool pool) {
        if (model == null) {
            model = Objects.requireNonNull(parameters, "parameters");
            velocities = new float[parameters.size()][];
            for (int i = 0; i < velocities.length; i++) {
                velocities[i] = new float[parameters.get(i).value().elements()];
            }
        }
        if (model != parameters) {
            throw new IllegalStateException("this optimiser holds the velocities of another model");
        }
        for (int i = 0; i < velocities.length; i++) {
            Parameter parameter = parameters.get(i);
            SgdMomentum.update(
                    parameter.value().elements(),
                    rate,
                    momentum,
                    parameter.gradient().data(),
                    0,
                    velocities[i],
                    0,
                    parameter.value().data(),
                    0,
                    pool);
        }
    }
}

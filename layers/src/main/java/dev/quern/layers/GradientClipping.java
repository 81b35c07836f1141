// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.optimizer.GradientClip;
import dev.quern.kernels.parallel.WorkerPool;
import java.util.List;
import java.util.Objects;

/** An optimiser whose gradients are kept short before each step. They are changed in place. */
public final class GradientClipping implements Optimizer {
    private final Optimizer optimizer;
    private final float largest;
    private final float[] scratch;

    private GradientClipping(Optimizer optimizer, float largest, float[] scratch) {
        this.optimizer = Objects.requireNonNull(optimizer, "optimizer");
        this.largest = largest;
        this.scratch = scratch;
    }

    /**
     * Where the length of all gradients together, the root of the sum of all squares, is above a limit, they are
     * multiplied by limit / length (R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural
     * networks", ICML 2013). Each parameter's squares are added by {@link GradientClip#squaredNorm}, the parameters' sums
     * one after the other in double; root and quotient are taken in double and rounded to float. Gradients with NaN in
     * them stay as they are; where the length is above the float range they become 0, or NaN where they were infinite.
     *
     * @throws IllegalArgumentException unless {@code norm} is above 0 and finite
     */
    public static GradientClipping byGlobalNorm(Optimizer optimizer, float norm) {
        return new GradientClipping(optimizer, Numbers.positive("norm", norm), new float[GradientClip.SCRATCH]);
    }

    /**
     * Each number of a gradient is kept between -limit and limit.
     *
     * @throws IllegalArgumentException unless {@code limit} is above 0 and finite
     */
    public static GradientClipping byValue(Optimizer optimizer, float limit) {
        return new GradientClipping(optimizer, Numbers.positive("limit", limit), null);
    }

    @Override
    public void step(List<Parameter> parameters, WorkerPool pool) {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(pool, "pool");
        if (scratch == null) {
            limit(parameters, pool);
        } else {
            shorten(parameters, pool);
        }
        optimizer.step(parameters, pool);
    }

    private void limit(List<Parameter> parameters, WorkerPool pool) {
        for (int i = 0; i < parameters.size(); i++) {
            Tensor gradient = parameters.get(i).gradient();
            GradientClip.limit(gradient.elements(), largest, gradient.data(), 0, pool);
        }
    }

    private void shorten(List<Parameter> parameters, WorkerPool pool) {
        double squares = 0;
        for (int i = 0; i < parameters.size(); i++) {
            Tensor gradient = parameters.get(i).gradient();
            squares += GradientClip.squaredNorm(gradient.elements(), gradient.data(), 0, scratch, 0);
        }
        double length = Math.sqrt(squares);
        if (length > largest) {
            float factor = (float) (largest / length);
            for (int i = 0; i < parameters.size(); i++) {
                Tensor gradient = parameters.get(i).gradient();
                GradientClip.scale(gradient.elements(), factor, gradient.data(), 0, pool);
            }
        }
    }

    @Override
    public void rate(float value) {
        optimizer.rate(value);
    }

    @Override
    public float rate() {
        return optimizer.rate();
    }

    @Override
    public OptimizerState state(List<Parameter> parameters) {
        return optimizer.state(parameters);
    }
}

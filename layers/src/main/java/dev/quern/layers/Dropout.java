// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;

/**
 * In training each element becomes 0 with a probability, the rate, or else is divided by 1 - rate; in prediction all
 * stay as they are. What is dropped follows from the model's seed, the layer's place, the number of the training step
 * and the element, so it is the same on any number of threads. The number of steps is state, {@code step}: two numbers,
 * steps = first + 2²⁴·second. The definition is that of {@link dev.quern.kernels.random.Dropout}.
 */
public final class Dropout implements Layer {
    /** Above it a float no longer holds every whole number. */
    private static final long LOW = 1 << 24;

    private final float rate;
    private Plan plan;
    private Tensor steps;
    private long step;

    /**
     * A layer with this rate.
     *
     * @throws IllegalArgumentException unless {@code 0 ≤ rate < 1}
     */
    public Dropout(float rate) {
        dev.quern.kernels.random.Dropout.checkRate(rate);
        this.rate = rate;
    }

    @Override
    public String kind() {
        return "dropout";
    }

    @Override
    public int[] build(Plan plan, int... inputShape) {
        Given.build(plan, inputShape);
        plan.requireNew(this.plan);
        this.plan = plan;
        steps = plan.state("step", 0f, 2);
        return inputShape;
    }

    @Override
    public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
        Given.forward(src, dst, workspace);
        if (training) {
            float[] count = steps.data();
            step = ((long) count[0] + LOW * (long) count[1]) % dev.quern.kernels.random.Dropout.STEPS;
            count[0] = (step + 1) % LOW;
            count[1] = (step + 1) / LOW;
            apply(src, dst, workspace);
        } else {
            System.arraycopy(src.data(), 0, dst.data(), 0, src.elements());
        }
    }

    @Override
    public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
        Given.backward(src, dst, diffDst, workspace);
        if (diffSrc != null) {
            apply(diffDst, diffSrc, workspace);
        }
    }

    private void apply(Tensor from, Tensor to, Workspace workspace) {
        dev.quern.kernels.random.Dropout.apply(
                rate,
                plan.seed(),
                plan.stream(),
                step,
                from.elements(),
                from.data(),
                0,
                to.data(),
                0,
                workspace.pool());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;

/**
 * The maximum or the average of each channel over the whole image: (height, width, channels) becomes (channels). It is
 * {@link MaxPool2D} or {@link AvgPool2D} with a window as large as the image, with their bits.
 */
public final class GlobalPool2D implements Layer {
    private final boolean max;
    private Pool2D<?> pool;

    private GlobalPool2D(boolean max) {
        this.max = max;
    }

    /** The largest of each channel; its gradient goes to the first maximum. */
    public static GlobalPool2D max() {
        return new GlobalPool2D(true);
    }

    /** The average of each channel. */
    public static GlobalPool2D average() {
        return new GlobalPool2D(false);
    }

    @Override
    public String kind() {
        return max ? "global_max_pool2d" : "global_avg_pool2d";
    }

    @Override
    public int[] build(Plan plan, int... inputShape) {
        Given.build(plan, inputShape);
        plan.requireNew(pool);
        if (inputShape.length != 3 || inputShape[0] < 1 || inputShape[1] < 1) {
            throw plan.refuse(inputShape, "(height, width, channels) with height and width of 1 or more");
        }
        int height = inputShape[0];
        int width = inputShape[1];
        pool = max ? new MaxPool2D(height, width) : new AvgPool2D(height, width);
        return new int[] {pool.build(plan, inputShape)[2]};
    }

    @Override
    public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
        pool.forward(src, dst, training, workspace);
    }

    @Override
    public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
        pool.backward(src, dst, diffDst, diffSrc, workspace);
    }

    /** For a plan. */
    Operation operation() {
        return pool.operation();
    }
}

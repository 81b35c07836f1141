// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.pool.PoolShape;
import java.util.Objects;

/**
 * What {@link MaxPool2D} and {@link AvgPool2D} share: a window that slides over (height, width, channels). Settings are
 * made before the model is built.
 *
 * @param <P> the pooling itself
 */
public abstract sealed class Pool2D<P extends Pool2D<P>> implements Layer permits MaxPool2D, AvgPool2D {
    private final int poolHeight;
    private final int poolWidth;
    private int strideHeight;
    private int strideWidth;
    private Padding padding = Padding.VALID;
    private boolean ceilMode;
    private PerBatch<PoolShape> shapes;
    private PoolShape largest;

    Pool2D(int poolHeight, int poolWidth) {
        this.poolHeight = Shapes.positive("poolHeight", poolHeight);
        this.poolWidth = Shapes.positive("poolWidth", poolWidth);
        strideHeight = poolHeight;
        strideWidth = poolWidth;
    }

    /** The same step in both directions; the window's size by default. */
    public P strides(int strides) {
        return strides(strides, strides);
    }

    /** The step down and the step to the right. */
    public P strides(int height, int width) {
        strideHeight = Shapes.positive("strideHeight", height);
        strideWidth = Shapes.positive("strideWidth", width);
        return self();
    }

    /** {@link Padding#VALID} by default. Each side must be smaller than the window. */
    public P padding(Padding padding) {
        this.padding = Objects.requireNonNull(padding, "padding");
        return self();
    }

    /** Whether a last window may reach beyond the padded image; false by default. See {@link PoolShape}. */
    public P ceilMode(boolean value) {
        ceilMode = value;
        return self();
    }

    abstract P self();

    @Override
    public int[] build(Plan plan, int... inputShape) {
        Given.build(plan, inputShape);
        plan.requireNew(shapes);
        if (inputShape.length != 3) {
            throw plan.refuse(inputShape, "(height, width, channels)");
        }
        int height = inputShape[0];
        int width = inputShape[1];
        try {
            shapes = new PerBatch<>(plan.maxBatch(), batch -> shape(batch, height, width, inputShape[2]));
            PoolShape full = shapes.get(plan.maxBatch());
            largest = full;
            return new int[] {full.outHeight(), full.outWidth(), full.channels()};
        } catch (IllegalArgumentException e) {
            IllegalArgumentException refusal = plan.refuse(
                    inputShape, "one that a window of " + poolHeight + "×" + poolWidth + " fits: " + e.getMessage());
            refusal.initCause(e);
            throw refusal;
        }
    }

    private PoolShape shape(int batch, int height, int width, int channels) {
        return PoolShape.of(Layout.NHWC, batch, height, width, channels, poolHeight, poolWidth)
                .withStrides(strideHeight, strideWidth)
                .withPadding(
                        padding.top(height, poolHeight, strideHeight),
                        padding.bottom(height, poolHeight, strideHeight),
                        padding.left(width, poolWidth, strideWidth),
                        padding.right(width, poolWidth, strideWidth))
                .withCeilMode(ceilMode);
    }

    /** For a plan. */
    abstract Operation operation();

    /** For a plan: the kernel's sizes for the largest batch. */
    PoolShape shape() {
        return largest;
    }

    /** The kernel's sizes for the batch of a tensor. */
    PoolShape shape(Tensor src) {
        return shapes.get(src.dimension(0));
    }
}

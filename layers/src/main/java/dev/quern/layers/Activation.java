// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.activation.LogSoftmax;
import dev.quern.kernels.activation.Softmax;
import dev.quern.kernels.parallel.Workspace;
import java.util.Objects;

/**
 * A function of each element, or softmax or its logarithm over the last dimension, as a layer of its own. The element-wise ones may also
 * be given to {@link Conv2D#activation} and {@link Dense#activation}, which apply them to results still in cache.
 */
public final class Activation implements Layer {
    private static final String LOG_SOFTMAX = "log_softmax";

    private final String kind;
    private final dev.quern.kernels.activation.Activation function;
    private int columns;

    private Activation(String kind, dev.quern.kernels.activation.Activation function) {
        this.kind = kind;
        this.function = function;
    }

    /** max(x, 0). */
    public static Activation relu() {
        return new Activation("relu", dev.quern.kernels.activation.Activation.RELU);
    }

    /**
     * x where x is positive, {@code slope·x} elsewhere.
     *
     * @throws IllegalArgumentException unless {@code 0 ≤ slope ≤ 1}
     */
    public static Activation leakyRelu(float slope) {
        return new Activation("leaky_relu", dev.quern.kernels.activation.Activation.leakyRelu(slope));
    }

    /**
     * x, but at least low and at most high.
     *
     * @throws IllegalArgumentException unless both are finite and {@code low < high}
     */
    public static Activation clip(float low, float high) {
        return new Activation("clip", dev.quern.kernels.activation.Activation.clip(low, high));
    }

    /** x, but at least 0 and at most 6. */
    public static Activation relu6() {
        return new Activation("relu6", dev.quern.kernels.activation.Activation.RELU6);
    }

    /**
     * x where it is 0 or more, {@code alpha·(exp(x) - 1)} elsewhere.
     *
     * @throws IllegalArgumentException unless {@code alpha} is finite and 0 or more
     */
    public static Activation elu(float alpha) {
        return new Activation("elu", dev.quern.kernels.activation.Activation.elu(alpha));
    }

    /** x·Φ(x), exactly. */
    public static Activation gelu() {
        return new Activation("gelu", dev.quern.kernels.activation.Activation.GELU);
    }

    /** GELU approximated by tanh. */
    public static Activation geluTanh() {
        return new Activation("gelu_tanh", dev.quern.kernels.activation.Activation.GELU_TANH);
    }

    /** x / (1 + exp(-x)). */
    public static Activation silu() {
        return new Activation("silu", dev.quern.kernels.activation.Activation.SILU);
    }

    /** x·relu6(x + 3) / 6. */
    public static Activation hardSwish() {
        return new Activation("hard_swish", dev.quern.kernels.activation.Activation.HARD_SWISH);
    }

    /** ln(1 + exp(x)). */
    public static Activation softplus() {
        return new Activation("softplus", dev.quern.kernels.activation.Activation.SOFTPLUS);
    }

    /** 1 / (1 + exp(-x)). */
    public static Activation sigmoid() {
        return new Activation("sigmoid", dev.quern.kernels.activation.Activation.SIGMOID);
    }

    /** tanh(x). */
    public static Activation tanh() {
        return new Activation("tanh", dev.quern.kernels.activation.Activation.TANH);
    }

    /** exp(x) divided by the sum of exp over the last dimension. {@link SoftmaxCrossEntropyLoss} brings its own. */
    public static Activation softmax() {
        return new Activation("softmax", null);
    }

    /** The logarithm of softmax, which underflows nowhere. */
    public static Activation logSoftmax() {
        return new Activation(LOG_SOFTMAX, null);
    }

    /** The kernel to fuse. */
    static dev.quern.kernels.activation.Activation elementWise(Activation activation) {
        var function = Objects.requireNonNull(activation, "activation").function;
        if (function == null) {
            throw new IllegalArgumentException("activation = " + activation.kind
                    + ", allowed: an element-wise one; add " + activation.kind + " as a layer of its own");
        }
        return function;
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public int[] build(Plan plan, int... inputShape) {
        Given.build(plan, inputShape);
        if (inputShape.length == 0) {
            throw plan.refuse(inputShape, "one dimension or more");
        }
        columns = inputShape[inputShape.length - 1];
        return inputShape;
    }

    @Override
    public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
        Given.forward(src, dst, workspace);
        if (function != null) {
            function.forward(src.elements(), src.data(), 0, dst.data(), 0, workspace.pool());
        } else if (kind.equals(LOG_SOFTMAX)) {
            LogSoftmax.forward(rows(src), columns, src.data(), 0, dst.data(), 0, workspace.pool());
        } else {
            Softmax.forward(rows(src), columns, src.data(), 0, dst.data(), 0, workspace.pool());
        }
    }

    @Override
    public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
        Given.backward(src, dst, diffDst, workspace);
        if (diffSrc == null) {
            return;
        }
        int n = src.elements();
        float[] y = dst.data();
        float[] dy = diffDst.data();
        float[] dx = diffSrc.data();
        if (function != null && function.needsInput()) {
            function.backwardFromInput(n, src.data(), 0, dy, 0, dx, 0, workspace.pool());
        } else if (function != null) {
            function.backward(n, y, 0, dy, 0, dx, 0, workspace.pool());
        } else if (kind.equals(LOG_SOFTMAX)) {
            LogSoftmax.backward(rows(dst), columns, y, 0, dy, 0, dx, 0, workspace.pool());
        } else {
            Softmax.backward(rows(dst), columns, y, 0, dy, 0, dx, 0, workspace.pool());
        }
    }

    private int rows(Tensor tensor) {
        return columns == 0 ? 0 : tensor.elements() / columns;
    }

    /** The kernel; null where it is not element-wise. */
    dev.quern.kernels.activation.Activation function() {
        return function;
    }

    /** For a plan, where an image has so many elements. */
    Operation operation(int elements) {
        return new Planned(kind, function, elements, columns);
    }

    private record Planned(String kind, dev.quern.kernels.activation.Activation function, int elements, int columns)
            implements Operation {
        @Override
        public String text() {
            return kind;
        }

        @Override
        public boolean inPlace() {
            return !kind.equals(LOG_SOFTMAX);
        }

        @Override
        public Call bind(int batch) {
            int n = elements * batch;
            int rows = columns == 0 ? 0 : n / columns;
            if (function != null) {
                return (srcs, dst, scratch, workspace) -> function.forward(n, srcs[0], 0, dst, 0, workspace.pool());
            }
            return kind.equals(LOG_SOFTMAX)
                    ? (srcs, dst, scratch, workspace) ->
                            LogSoftmax.forward(rows, columns, srcs[0], 0, dst, 0, workspace.pool())
                    : (srcs, dst, scratch, workspace) ->
                            Softmax.forward(rows, columns, srcs[0], 0, dst, 0, workspace.pool());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.random.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Compares the gradients of a layer, or of a whole model under a loss, with differences of the loss: for whoever writes
 * a layer.
 *
 * <p>Each number x of the input and of every parameter is moved by a step h; the slope is taken as {@code (8·(L(x + h) -
 * L(x - h)) - (L(x + 2h) - L(x - 2h))) / 12h}, whose error falls with h⁴ where the loss L is smooth. As layers compute in
 * floats, L is rounded and a small h shows that; as some have kinks (a maximum, max(x, 0)), a large h may reach over one.
 * So steps of 2⁻⁵, 2⁻⁷, 2⁻⁹ and 2⁻¹¹ are tried and the slope nearest to the gradient counts. The error is its distance
 * from the gradient, divided by the largest gradient or slope of the same tensor. A right layer of common size is well
 * below {@link #TOLERANCE}; a wrong one is off by a large part of 1. A model whose every parameter moves hundreds of kinks,
 * as convolutions with max(x, 0) do, is better checked layer by layer.
 *
 * <p>State of the layers is put back before each evaluation, so what is random is the same in all of them.
 */
public final class GradientChecker {
    /** What the error of a right layer is to stay below. */
    public static final double TOLERANCE = 2e-3;

    private static final float[] STEPS = {0x1p-5f, 0x1p-7f, 0x1p-9f, 0x1p-11f};

    /** Streams of random numbers, far from those of the parameters. */
    private static final long IMAGES = -1;

    private static final long WEIGHTS = -2;

    private GradientChecker() {}

    /**
     * The worst that was found.
     *
     * @param error relative to the largest of its tensor
     * @param where a parameter's name, or {@code input}, and the element's index, as in {@code dense_1/weights[7]}
     * @param gradient what the layer says
     * @param slope what differences of the loss say
     */
    public record Worst(double error, String where, double gradient, double slope) {
        /** Checks that all is there. */
        public Worst {
            Objects.requireNonNull(where, "where");
        }

        /** True when the error is at most {@link #TOLERANCE}. */
        public boolean passed() {
            return error <= TOLERANCE;
        }
    }

    /**
     * Checks one layer, whose inputs are uniform in [-1, 1), under a loss that is a sum of its outputs with random
     * weights.
     *
     * @param layer not built yet
     * @param seed decides inputs, weights and first values
     * @param inputShape of one image
     */
    public static Worst check(Layer layer, long seed, int batch, int... inputShape) {
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(inputShape, "inputShape");
        Sequential model = new Sequential("check").add(layer).build(WorkerPool.CALLER, seed, batch, inputShape);
        Tensor images = uniform(seed, IMAGES, Shapes.withBatch(batch, inputShape));
        Tensor weights = uniform(seed, WEIGHTS, model.predict(images).shape());
        return check(model, images, weights, new WeightedSum());
    }

    /**
     * Checks a model under a loss.
     *
     * @param <L> what the loss takes for labels
     * @param images put back as they were
     * @param labels null where the loss takes none
     * @throws IllegalArgumentException when images or labels are not for this model
     */
    public static <L> Worst check(Model model, Tensor images, L labels, Loss<L> loss) {
        return new Run<>(Objects.requireNonNull(model, "model"), images, labels, new Exact<>(loss)).worst();
    }

    private static Tensor uniform(long seed, long stream, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        CounterRandom.fillUniform(seed, stream, tensor.elements(), -1f, 1f, tensor.data(), 0);
        return tensor;
    }

    /** Keeps the loss as it was before it became a float, where the loss knows that. */
    private static final class Exact<L> implements Loss<L> {
        private final Loss<L> loss;
        private float rounded;
        private double value;

        Exact(Loss<L> loss) {
            this.loss = Objects.requireNonNull(loss, "loss");
        }

        @Override
        public float lossAndGradient(Tensor prediction, L labels, Tensor gradient, WorkerPool pool) {
            rounded = loss.lossAndGradient(prediction, labels, gradient, pool);
            value = loss instanceof WeightedSum sum ? sum.value : rounded;
            return rounded;
        }
    }

    /** Σ weightᵢ·outputᵢ in double. */
    private static final class WeightedSum implements Loss<Tensor> {
        private double value;

        @Override
        public float lossAndGradient(Tensor prediction, Tensor weights, Tensor gradient, WorkerPool pool) {
            value = 0;
            for (int i = 0; i < prediction.elements(); i++) {
                value += (double) weights.data()[i] * prediction.data()[i];
                gradient.data()[i] = weights.data()[i];
            }
            return (float) value;
        }
    }

    private static final class Run<L> {
        private final Model model;
        private final Tensor images;
        private final L labels;
        private final Exact<L> loss;
        private final List<float[]> states = new ArrayList<>();

        Run(Model model, Tensor images, L labels, Exact<L> loss) {
            this.model = model;
            this.images = images;
            this.labels = labels;
            this.loss = loss;
            model.states().forEach(state -> states.add(state.value().data().clone()));
        }

        Worst worst() {
            Tensor inputGradient =
                    Tensor.zeros(Objects.requireNonNull(images, "images").shape());
            loss(inputGradient);
            List<float[]> gradients = model.parameters().stream()
                    .map(parameter -> parameter.gradient().data().clone())
                    .toList();
            Worst worst = worst("input", images, inputGradient.data(), null);
            for (int i = 0; i < gradients.size(); i++) {
                Parameter parameter = model.parameters().get(i);
                worst = worst(parameter.name(), parameter.value(), gradients.get(i), worst);
            }
            return worst;
        }

        private Worst worst(String name, Tensor tensor, float[] gradient, Worst before) {
            int n = tensor.elements();
            double[] slopes = new double[n];
            double largest = Float.MIN_NORMAL;
            for (int i = 0; i < n; i++) {
                slopes[i] = nearest(tensor.data(), i, gradient[i]);
                largest = Math.max(largest, Math.max(Math.abs(slopes[i]), Math.abs(gradient[i])));
            }
            Worst worst = before == null ? new Worst(0, "nowhere", 0, 0) : before;
            for (int i = 0; i < n; i++) {
                double error = Math.abs(slopes[i] - gradient[i]) / largest;
                // NaN is worse than any number.
                if (!(error <= worst.error())) {
                    worst = new Worst(
                            Double.isNaN(error) ? Double.POSITIVE_INFINITY : error,
                            name + "[" + i + "]",
                            gradient[i],
                            slopes[i]);
                }
            }
            return worst;
        }

        private double nearest(float[] x, int i, float gradient) {
            double nearest = Double.NaN;
            for (float h : STEPS) {
                double slope = slope(x, i, h);
                if (!(Math.abs(nearest - gradient) <= Math.abs(slope - gradient))) {
                    nearest = slope;
                }
            }
            return nearest;
        }

        private double slope(float[] x, int i, float h) {
            float here = x[i];
            double near = difference(x, i, here, h);
            double far = difference(x, i, here, 2 * h);
            x[i] = here;
            return (8 * near - far) / (12.0 * h);
        }

        /** L(x + h) - L(x - h), corrected where x ± h are no floats. */
        private double difference(float[] x, int i, float here, float h) {
            float above = here + h;
            float below = here - h;
            x[i] = above;
            double high = loss(null);
            x[i] = below;
            double low = loss(null);
            return (high - low) * (2.0 * h / ((double) above - below));
        }

        private double loss(Tensor inputGradient) {
            for (int i = 0; i < states.size(); i++) {
                float[] kept = states.get(i);
                System.arraycopy(kept, 0, model.states().get(i).value().data(), 0, kept.length);
            }
            float whole = model.gradients(images, labels, loss, inputGradient);
            // The loss before rounding, and what regularisers added to it.
            return loss.value + (whole - loss.rounded);
        }
    }
}

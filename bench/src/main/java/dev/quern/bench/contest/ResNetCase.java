// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import dev.quern.bench.demo.ResNet20;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Graph;
import dev.quern.layers.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ResNet-20 on 32×32×3 images, named {@code resnet20-BATCH}. Batch normalisation starts from drawn numbers, as ones and
 * zeros would hide it where they are mixed up.
 *
 * @param batch images of one call
 */
public record ResNetCase(int batch) implements TrainingCase, StackCase {
    /** Added to variances. */
    public static final float EPSILON = 1e-5f;

    /** How far a batch moves the running statistics. */
    public static final float NORM_MOMENTUM = 0.1f;

    static final String PREFIX = "resnet20-";

    private static final long SEED = 1;
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d{1,4})");

    /** Reads a name. */
    public static ResNetCase parse(String name) {
        Matcher text = NAME.matcher(name);
        if (!text.matches()) {
            throw Inputs.unknown("network", name, "resnet20-32");
        }
        return new ResNetCase(Integer.parseInt(text.group(1)));
    }

    @Override
    public ConvStack stack() {
        return ConvStack.RESNET20;
    }

    @Override
    public Graph network(WorkerPool pool) {
        Graph network = ResNet20.create(pool, SEED, batch);
        network.parameters().stream()
                .filter(parameter -> parameter.name().startsWith("batch_norm"))
                .forEach(parameter -> draw(parameter.name().endsWith("gamma") ? 1f : 0f, parameter.value(), 0));
        network.states().forEach(state -> {
            int channels = state.value().elements() / 2;
            draw(0f, state.value(), 0);
            draw(1f, state.value(), channels);
        });
        return network;
    }

    /** Within 1/4 of the centre. */
    private static void draw(float centre, Tensor values, int from) {
        float[] drawn = Inputs.uniform(values.elements(), values.elements() + (long) centre, 0.5f);
        for (int i = from; i < drawn.length; i++) {
            values.data()[i] = centre + drawn[i];
        }
    }

    /** The first values: weights, gamma and beta of each convolution, weights and bias of the dense layer. */
    public List<float[]> values() {
        return new ResNetCase(1)
                .network(WorkerPool.CALLER).parameters().stream()
                        .map(parameter -> copy(parameter.value()))
                        .toList();
    }

    /** The first running statistics behind each convolution: means, then variances. */
    public List<float[]> running() {
        return new ResNetCase(1)
                .network(WorkerPool.CALLER).states().stream()
                        .map(state -> copy(state.value()))
                        .toList();
    }

    /** As the definition of {@link dev.quern.layers.InferencePlan} has it: in doubles, rounded once. */
    @Override
    public List<float[]> folded() {
        List<float[]> values = values();
        List<float[]> running = running();
        List<float[]> folded = new ArrayList<>();
        for (int i = 0; i < running.size(); i++) {
            float[] weights = values.get(3 * i);
            float[] gamma = values.get(3 * i + 1);
            float[] bias = values.get(3 * i + 2);
            float[] statistics = running.get(i);
            double[] scales = new double[bias.length];
            for (int k = 0; k < scales.length; k++) {
                scales[k] = gamma[k] / Math.sqrt((double) statistics[scales.length + k] + EPSILON);
                bias[k] = (float) (bias[k] - statistics[k] * scales[k]);
            }
            for (int j = 0; j < weights.length; j++) {
                weights[j] = (float) (weights[j] * scales[j % scales.length]);
            }
            folded.add(weights);
            folded.add(bias);
        }
        folded.addAll(values.subList(values.size() - 2, values.size()));
        return folded;
    }

    private static float[] copy(Tensor tensor) {
        return Arrays.copyOf(tensor.data(), tensor.elements());
    }

    @Override
    public float[] parameters() {
        return TrainingCase.join(values());
    }

    @Override
    public String toString() {
        return PREFIX + batch;
    }
}

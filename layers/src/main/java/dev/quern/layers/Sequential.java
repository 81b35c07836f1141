// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;

/**
 * Layers one after the other. {@link #add} them, {@link #build} once, then {@link #train} and {@link #predict}.
 *
 * <p>All memory is taken by {@code build}, for the largest batch to come. A call with a full batch takes no more; the
 * first call with another size makes a few small objects. The same seed and the same batches give the same bits in every
 * weight, on any number of threads. A model serves one thread at a time.
 */
public final class Sequential {
    private final String name;
    private final List<Layer> layers = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<int[]> shapes = new ArrayList<>();
    private List<Parameter> parameters;
    private int maxBatch;
    private int firstLearning;
    private Tensor[] outputs;
    private float[][] gradients;
    private PerBatch<Views> views;
    private Workspace workspace;

    /** The tensors between the layers for one size of batch; {@code gradients[i]} is that of the input of layer i. */
    private record Views(Tensor[] outputs, Tensor[] gradients) {}

    /** A model without layers. */
    public Sequential(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    /**
     * Adds a layer at the end.
     *
     * @throws IllegalArgumentException when the layer is in the model already
     * @throws IllegalStateException when the model is built
     */
    public Sequential add(Layer layer) {
        requireBuilt(false);
        if (layers.contains(Objects.requireNonNull(layer, "layer"))) {
            throw new IllegalArgumentException(name + ": this " + layer.kind() + " is in the model already");
        }
        layers.add(layer);
        return this;
    }

    /**
     * Fixes all shapes, takes all memory, gives the parameters their first values. Each layer is named by its kind and a
     * number, {@code conv2d_1}.
     *
     * @param pool the threads that share the work; they change no bit of any result
     * @param seed decides the first values
     * @param largestBatch the most images one call will bring
     * @param inputShape of one image, as in (28, 28, 1)
     * @return this model
     * @throws IllegalArgumentException when a layer refuses its input, naming the layer, what it got and what it wanted
     * @throws IllegalStateException when the model is built already or has no layer
     */
    public Sequential build(WorkerPool pool, long seed, int largestBatch, int... inputShape) {
        requireBuilt(false);
        Objects.requireNonNull(pool, "pool");
        Shapes.positive("largestBatch", largestBatch);
        Shapes.elements(inputShape);
        if (layers.isEmpty()) {
            throw new IllegalStateException(name + " has no layer");
        }
        maxBatch = largestBatch;
        names.clear();
        shapes.clear();
        firstLearning = layers.size();
        var all = new ArrayList<Parameter>();
        Map<String, Integer> numbers = new HashMap<>();
        shapes.add(inputShape.clone());
        for (int i = 0; i < layers.size(); i++) {
            String kind = layers.get(i).kind();
            names.add(kind + "_" + numbers.merge(kind, 1, Integer::sum));
            // A stream for each parameter of each layer, with room for more parameters than any layer has.
            var plan = new Plan(names.get(i), maxBatch, pool, seed, (long) i << 32);
            shapes.add(layers.get(i).build(plan, shapes.get(i)));
            if (!plan.parameters().isEmpty()) {
                firstLearning = Math.min(firstLearning, i);
            }
            all.addAll(plan.parameters());
        }
        takeMemory(pool);
        parameters = List.copyOf(all);
        return this;
    }

    private void takeMemory(WorkerPool pool) {
        outputs = new Tensor[layers.size()];
        int largest = 0;
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = Tensor.zeros(Shapes.withBatch(maxBatch, shapes.get(i + 1)));
            largest = Math.max(largest, outputs[i].elements());
        }
        // Going back, a layer reads one gradient and writes the next: two arrays take turns.
        gradients = new float[][] {new float[largest], new float[largest]};
        views = new PerBatch<>(maxBatch, this::views);
        workspace = new Workspace(pool, workspaceFloats(maxBatch));
    }

    private Views views(int batch) {
        var out = new Tensor[outputs.length];
        var diff = new Tensor[outputs.length + 1];
        for (int i = 0; i < out.length; i++) {
            out[i] = outputs[i].first(batch);
            diff[i + 1] = Tensor.of(gradients[i % 2], out[i].shape());
        }
        return new Views(out, diff);
    }

    private long workspaceFloats(int batch) {
        long floats = 0;
        for (Layer layer : layers) {
            floats = Math.max(floats, layer.workspaceFloats(batch));
        }
        return floats;
    }

    /**
     * The model's output.
     *
     * @param images (batch, …) with at most the batch that the model was built for
     * @return a tensor in the model's own memory: valid until the next call
     * @throws IllegalArgumentException when the images have another shape than the model was built for
     */
    public Tensor predict(Tensor images) {
        return forward(images, false);
    }

    /**
     * One step of training: forward, loss, backward, optimiser.
     *
     * @param <L> what the loss takes for labels
     * @param images as in {@link #predict}
     * @param labels what is right for each image
     * @return the mean loss over the batch, before the step
     * @throws IllegalArgumentException when images or labels have a wrong shape; nothing is learnt then
     */
    public <L> float train(Tensor images, L labels, Loss<L> loss, Optimizer optimizer) {
        Objects.requireNonNull(optimizer, "optimizer");
        float value = gradients(images, labels, loss, null);
        optimizer.step(parameters, workspace.pool());
        return value;
    }

    /**
     * The loss and the gradients of all {@link #parameters}, without learning from them.
     *
     * @param <L> what the loss takes for labels
     * @param inputGradient receives the gradient with respect to the images, in their shape; null when it is not wanted,
     *     which saves the first layer that work
     * @return the mean loss over the batch
     */
    public <L> float gradients(Tensor images, L labels, Loss<L> loss, Tensor inputGradient) {
        Objects.requireNonNull(loss, "loss");
        if (inputGradient != null) {
            requireImages("inputGradient", inputGradient);
            if (inputGradient.dimension(0) != images.dimension(0)) {
                throw new IllegalArgumentException("inputGradient has " + inputGradient.dimension(0)
                        + " images but images = " + images.dimension(0));
            }
        }
        Tensor prediction = forward(images, true);
        Views v = views.get(images.dimension(0));
        int last = layers.size();
        float value = loss.lossAndGradient(prediction, labels, v.gradients[last], workspace.pool());
        int lowest = inputGradient == null ? firstLearning : 0;
        for (int i = last - 1; i >= lowest; i--) {
            Tensor src = i == 0 ? images : v.outputs[i - 1];
            Tensor diffSrc = i == 0 ? inputGradient : i == lowest ? null : v.gradients[i];
            layers.get(i).backward(src, v.outputs[i], v.gradients[i + 1], diffSrc, workspace);
        }
        return value;
    }

    private Tensor forward(Tensor images, boolean training) {
        requireBuilt(true);
        requireImages("images", images);
        int batch = images.dimension(0);
        if (batch != maxBatch && workspaceFloats(batch) > workspace.capacity()) {
            workspace = new Workspace(workspace.pool(), workspaceFloats(batch));
        }
        Views v = views.get(batch);
        Tensor x = images;
        for (int i = 0; i < v.outputs.length; i++) {
            layers.get(i).forward(x, v.outputs[i], training, workspace);
            x = v.outputs[i];
        }
        return x;
    }

    private void requireImages(String what, Tensor images) {
        int[] wanted = shapes.get(0);
        if (!Objects.requireNonNull(images, what).holds(wanted) || images.dimension(0) > maxBatch) {
            throw new IllegalArgumentException(name + " (" + names.get(0) + ") got " + what + " of shape "
                    + Shapes.text(images.shape()) + ", wanted " + Shapes.text(Shapes.withBatch(maxBatch, wanted))
                    + " or fewer images");
        }
    }

    private void requireBuilt(boolean wanted) {
        if (wanted != (parameters != null)) {
            throw new IllegalStateException(name + (wanted ? " is not built yet" : " is built already"));
        }
    }

    /** All parameters in the order of the layers, weights before bias. Unmodifiable; their numbers are not. */
    public List<Parameter> parameters() {
        requireBuilt(true);
        return parameters;
    }

    /** CRC-32 of all parameters in order, each number as its four bytes, low byte first. */
    public long weightsCrc32() {
        var crc = new CRC32();
        for (Parameter parameter : parameters()) {
            for (int i = 0; i < parameter.value().elements(); i++) {
                int bits = Float.floatToIntBits(parameter.value().data()[i]);
                crc.update(bits);
                crc.update(bits >>> 8);
                crc.update(bits >>> 16);
                crc.update(bits >>> 24);
            }
        }
        return crc.getValue();
    }

    /** A table of the layers with the shapes of their outputs (without the batch) and the number of parameters. */
    public String summary() {
        requireBuilt(true);
        var text = new StringBuilder();
        long total = 0;
        text.append(name).append(": input ").append(Shapes.text(shapes.get(0))).append('\n');
        for (int i = 0; i < layers.size(); i++) {
            String prefix = names.get(i) + "/";
            long count = parameters.stream()
                    .filter(p -> p.name().startsWith(prefix))
                    .mapToLong(p -> p.value().elements())
                    .sum();
            total += count;
            text.append(String.format(
                    Locale.ROOT, "  %-16s %-18s %,12d%n", names.get(i), Shapes.text(shapes.get(i + 1)), count));
        }
        return text.append(String.format(Locale.ROOT, "  %-35s %,12d", "parameters", total))
                .toString();
    }

    @Override
    public String toString() {
        return "Sequential(" + name + ", "
                + Arrays.toString(layers.stream().map(Layer::kind).toArray()) + ")";
    }
}

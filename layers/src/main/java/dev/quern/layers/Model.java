// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.elementwise.ElementWise;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;

/**
 * What a {@link Sequential} and a {@link Graph} share: steps in the order in which they are computed, each fed by the
 * model's input or by steps before it.
 *
 * <p>All memory is taken when the model is built, for the largest batch to come. A call with a full batch takes no more;
 * the first call with another size makes a few small objects. The same seed and the same batches give the same bits in
 * every weight, on any number of threads. A model serves one thread at a time.
 *
 * <p>Going back, steps are taken from the last to the first. Where several steps took the same value, the gradient of
 * the last of them comes first and the others' are added to it one by one, in that order.
 */
public abstract sealed class Model permits Sequential, Graph {
    private final String name;
    private final List<Step> steps = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<int[]> shapes = new ArrayList<>();
    private List<Pass> passes;
    private List<Parameter> parameters;
    private Penalties penalties;
    private List<State> states;
    private int maxBatch;
    /** For each value, whether something on the way to it learns: then its gradient is wanted. */
    private boolean[] learning;

    private Tensor[] outputs;
    private GradientBuffers gradients;
    private PerBatch<Views> views;
    private Workspace workspace;

    Model(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    /** What it was called when it was made. */
    public String name() {
        return name;
    }

    List<Step> steps() {
        return steps;
    }

    /** What the model calls step i. */
    String stepName(int i) {
        return names.get(i);
    }

    /** Of value i, without the batch: 0 is the input, i + 1 the output of step i. */
    int[] valueShape(int i) {
        return shapes.get(i);
    }

    void addStep(Step step) {
        requireBuilt(false);
        for (Step other : steps) {
            if (step.layer() != null && other.layer() == step.layer()
                    || step.merge() != null && other.merge() == step.merge()) {
                throw new IllegalArgumentException(name + ": this " + step.kind() + " is in the model already");
            }
        }
        steps.add(step);
    }

    void buildSteps(WorkerPool pool, long seed, int largestBatch, int... inputShape) {
        requireBuilt(false);
        Objects.requireNonNull(pool, "pool");
        Objects.requireNonNull(inputShape, "inputShape");
        Shapes.positive("largestBatch", largestBatch);
        Shapes.elements(inputShape);
        if (steps.isEmpty()) {
            throw new IllegalStateException(name + " has no layer");
        }
        maxBatch = largestBatch;
        names.clear();
        shapes.clear();
        learning = new boolean[steps.size() + 1];
        var allParameters = new ArrayList<Parameter>();
        var allStates = new ArrayList<State>();
        Map<String, Integer> numbers = new HashMap<>();
        shapes.add(inputShape.clone());
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            names.add(step.kind() + "_" + numbers.merge(step.kind(), 1, Integer::sum));
            // A stream for each parameter of each layer, with room for more parameters than any layer has.
            var plan = new Plan(names.get(i), maxBatch, pool, seed, (long) i << 32);
            int[][] inputs = Arrays.stream(step.inputs()).mapToObj(shapes::get).toArray(int[][]::new);
            shapes.add(step.build(plan, inputs));
            learning[i + 1] =
                    !plan.parameters().isEmpty() || Arrays.stream(step.inputs()).anyMatch(value -> learning[value]);
            allParameters.addAll(plan.parameters());
            allStates.addAll(plan.states());
        }
        takeMemory(pool);
        states = List.copyOf(allStates);
        parameters = List.copyOf(allParameters);
        penalties = new Penalties(parameters);
    }

    private void takeMemory(WorkerPool pool) {
        passes = Passes.of(steps);
        outputs = new Tensor[steps.size()];
        int[] elements = new int[steps.size() + 1];
        for (int value = 0; value < elements.length; value++) {
            elements[value] = Shapes.elements(Shapes.withBatch(maxBatch, shapes.get(value)));
        }
        for (Pass pass : passes) {
            int value = pass.output();
            outputs[value - 1] = Tensor.zeros(Shapes.withBatch(maxBatch, shapes.get(value)));
        }
        gradients = new GradientBuffers(passes, elements);
        views = new PerBatch<>(maxBatch, batch -> new Views(passes, shapes.get(0), outputs, gradients, batch));
        workspace = new Workspace(pool, workspaceFloats(maxBatch));
    }

    private long workspaceFloats(int batch) {
        long floats = 0;
        for (Pass pass : passes) {
            floats = Math.max(floats, pass.workspaceFloats(batch));
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
     * @param labels what is right for each image; null where the loss takes none
     * @return the mean loss over the batch, before the step, and what the regularisers add
     * @throws IllegalArgumentException when images or labels have a wrong shape; nothing is learnt then
     */
    public <L> float train(Tensor images, L labels, Loss<L> loss, Optimizer optimizer) {
        Objects.requireNonNull(optimizer, "optimizer");
        float value = gradients(images, labels, loss, null);
        optimizer.step(parameters, workspace.pool());
        return value;
    }

    /**
     * The loss and the gradients of all {@link #parameters}, without learning from them. State moves on, as in training.
     *
     * @param <L> what the loss takes for labels
     * @param labels as in {@link #train}
     * @param inputGradient receives the gradient with respect to the images, in their shape; null when it is not wanted,
     *     which saves the first layers that work
     * @return the mean loss over the batch, and what the regularisers add
     */
    public <L> float gradients(Tensor images, L labels, Loss<L> loss, Tensor inputGradient) {
        requireBuilt(true);
        requireImages("images", images);
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
        float value = loss.lossAndGradient(prediction, labels, v.gradients[steps.size()], workspace.pool());
        backward(v, inputGradient);
        return penalties.addTo(value);
    }

    /**
     * Trains on examples, epoch by epoch.
     *
     * @param <L> what the loss takes for labels
     * @return what came of each epoch
     * @throws IllegalArgumentException when examples have a wrong shape, or batches are larger than the model was built for
     */
    public <L> List<Epoch> fit(Examples<L> training, Fit<L> how) {
        requireBuilt(true);
        return Objects.requireNonNull(how, "how").run(this, training);
    }

    /**
     * The mean loss over examples and what metrics count on them, without learning from them.
     *
     * @param <L> what the loss takes for labels
     * @param batch how many examples are predicted at once; they do not change the predictions
     * @throws IllegalArgumentException when examples have a wrong shape, or the batch is larger than the model was built
     *     for
     */
    public <L> Evaluation evaluate(Examples<L> examples, int batch, Loss<L> loss, List<Metric<L>> metrics) {
        requireBuilt(true);
        Objects.requireNonNull(loss, "loss");
        Objects.requireNonNull(metrics, "metrics");
        return new Batches<>(examples, Shapes.positive("batch", batch)).evaluate(this, loss, metrics);
    }

    WorkerPool pool() {
        return workspace.pool();
    }

    private Tensor forward(Tensor images, boolean training) {
        requireBuilt(true);
        requireImages("images", images);
        int batch = images.dimension(0);
        if (batch != maxBatch && workspaceFloats(batch) > workspace.capacity()) {
            workspace = new Workspace(workspace.pool(), workspaceFloats(batch));
        }
        Views v = views.get(batch);
        for (int i = 0; i < passes.size(); i++) {
            Pass pass = passes.get(i);
            for (int k = 0; k < pass.inputs().length; k++) {
                v.srcs[i][k] = pass.inputs()[k] == 0 ? images : v.outputs[pass.inputs()[k] - 1];
            }
            pass.forward(v.srcs[i], v.outputs[pass.output() - 1], training, workspace);
        }
        return v.outputs[steps.size() - 1];
    }

    private void backward(Views v, Tensor inputGradient) {
        v.gradients[0] = inputGradient;
        boolean all = inputGradient != null;
        for (int i = passes.size() - 1; i >= 0; i--) {
            Pass pass = passes.get(i);
            if (!all && !learning[pass.output()]) {
                continue;
            }
            Tensor[] diffs = v.diffs[i];
            for (int k = 0; k < diffs.length; k++) {
                int value = pass.inputs()[k];
                Tensor target = v.aside[i][k] == null ? v.gradients[value] : v.aside[i][k];
                diffs[k] = all || learning[value] ? target : null;
            }
            pass.backward(v.srcs[i], v.outputs[pass.output() - 1], v.gradients[pass.output()], diffs, workspace);
            for (int k = 0; k < diffs.length; k++) {
                if (diffs[k] != null && diffs[k] == v.aside[i][k]) {
                    float[] sum = v.gradients[pass.inputs()[k]].data();
                    ElementWise.add(diffs[k].elements(), sum, 0, diffs[k].data(), 0, sum, 0, workspace.pool());
                }
            }
        }
    }

    void requireImages(String what, Tensor images) {
        int[] wanted = shapes.get(0);
        if (!Objects.requireNonNull(images, what).holds(wanted) || images.dimension(0) > maxBatch) {
            throw new IllegalArgumentException(name + " (" + names.get(0) + ") got " + what + " of shape "
                    + Shapes.text(images.shape()) + ", wanted " + Shapes.text(Shapes.withBatch(maxBatch, wanted))
                    + " or fewer images");
        }
    }

    void requireBuilt(boolean wanted) {
        if (wanted != (parameters != null)) {
            throw new IllegalStateException(name + (wanted ? " is not built yet" : " is built already"));
        }
    }

    /** All parameters in the order of the layers, weights before bias. Unmodifiable; their numbers are not. */
    public List<Parameter> parameters() {
        requireBuilt(true);
        return parameters;
    }

    /** What the layers remember beside parameters, in their order. Unmodifiable; the numbers are not. */
    public List<State> states() {
        requireBuilt(true);
        return states;
    }

    /** CRC-32 of all parameters in order, then all state, each number as its four bytes, low byte first. */
    public long weightsCrc32() {
        var crc = new CRC32();
        parameters().forEach(parameter -> update(crc, parameter.value()));
        states.forEach(state -> update(crc, state.value()));
        return crc.getValue();
    }

    private static void update(CRC32 crc, Tensor tensor) {
        for (int i = 0; i < tensor.elements(); i++) {
            int bits = Float.floatToIntBits(tensor.data()[i]);
            crc.update(bits);
            crc.update(bits >>> 8);
            crc.update(bits >>> 16);
            crc.update(bits >>> 24);
        }
    }

    /**
     * A table of the layers: the shapes of their outputs (without the batch), the number of parameters, the
     * floating-point operations that one image takes on its way forward (see {@link Layer#flops}), and where a layer
     * gets its input when that is not the line above.
     */
    public String summary() {
        requireBuilt(true);
        return new Summary(name, steps, names, shapes, parameters).text();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "(" + name + ", "
                + Arrays.toString(steps.stream().map(Step::kind).toArray()) + ")";
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Examples cut into batches, in an order that the caller may change, with memory for one of them. */
final class Batches<L> {
    private final Examples<L> examples;
    private final int size;
    private final int[] shape;
    private final int[] order;
    private final float[] images;
    private final PerBatch<Tensor> tensors;

    Batches(Examples<L> examples, int size) {
        this.examples = Objects.requireNonNull(examples, "examples");
        this.size = size;
        order = new int[examples.count()];
        shape = examples.imageShape();
        images = new float[Shapes.elements(Shapes.withBatch(size, shape))];
        tensors = new PerBatch<>(size, count -> Tensor.of(images, Shapes.withBatch(count, shape)));
        ascending();
    }

    /** The indices of the examples in the order in which they are taken. */
    int[] order() {
        return order;
    }

    void ascending() {
        IntStream.range(0, order.length).forEach(i -> order[i] = i);
    }

    /** How many batches there are, the last one perhaps smaller. */
    int count() {
        return Math.ceilDiv(order.length, size);
    }

    int size(int batch) {
        return Math.min(size, order.length - batch * size);
    }

    /** Refuses examples that are not for this model, or batches that are too large for it. */
    void check(Model model, String what) {
        if (order.length > 0) {
            model.requireImages(what, images(0));
        }
    }

    /** Puts a batch's images into {@link #images} and returns its labels. */
    L labels(int batch) {
        return examples.gather(order, batch * size, size(batch), images);
    }

    /** Changes the images of the batch whose labels were asked for last; an example's stream is {@code stream} plus its index. */
    void augment(int batch, Augmentation augmentation, long seed, long stream) {
        int elements = Shapes.elements(shape);
        for (int i = 0; i < size(batch); i++) {
            augmentation.change(seed, stream + order[batch * size + i], shape, images, i * elements);
        }
    }

    Tensor images(int batch) {
        return tensors.get(size(batch));
    }

    /** Goes through all of them without learning. */
    Evaluation evaluate(Model model, Loss<L> loss, List<Metric<L>> metrics) {
        metrics.forEach(Metric::reset);
        double sum = 0;
        Tensor gradient = null;
        for (int batch = 0; batch < count(); batch++) {
            L labels = labels(batch);
            Tensor prediction = model.predict(images(batch));
            if (gradient == null || gradient.elements() != prediction.elements()) {
                gradient = Tensor.zeros(prediction.shape());
            }
            sum += (double) loss.lossAndGradient(prediction, labels, gradient, model.pool()) * size(batch);
            metrics.forEach(metric -> metric.add(prediction, labels));
        }
        var values = new LinkedHashMap<String, Double>();
        metrics.forEach(metric -> values.put(metric.name(), metric.value()));
        return new Evaluation(sum / order.length, values);
    }
}

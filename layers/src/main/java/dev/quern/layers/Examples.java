// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.Objects;

/**
 * Images and what is right for each of them, to learn from or to be tested on.
 *
 * @param <L> what the loss takes for labels
 */
public interface Examples<L> {
    /** How many there are. */
    int count();

    /** The shape of one image. */
    int[] imageShape();

    /**
     * Puts a batch together.
     *
     * @param order indices of examples
     * @param first where in the order the batch begins
     * @param count how many examples it has
     * @param images receives the images, one after the other
     * @return the labels of the batch, valid until the next call
     */
    L gather(int[] order, int first, int count, float[] images);

    /**
     * Images with a class index each. Both are referred to, not copied.
     *
     * @param images (count, …)
     * @throws IllegalArgumentException when there are fewer labels than images, or images have no dimension
     */
    static Examples<int[]> of(Tensor images, int[] labels) {
        var source = new TensorRows("images", images);
        if (Objects.requireNonNull(labels, "labels").length < source.count()) {
            throw new IllegalArgumentException("labels = " + labels.length + " but images = " + source.count());
        }
        return new LabelledRows(source, labels);
    }

    /**
     * Images with a tensor of wanted outputs each. Both are referred to, not copied.
     *
     * @param images (count, …)
     * @param targets (count, …)
     * @throws IllegalArgumentException when there are not as many targets as images, or either has no dimension
     */
    static Examples<Tensor> of(Tensor images, Tensor targets) {
        var source = new TensorRows("images", images);
        var wanted = new TensorRows("targets", targets);
        if (wanted.count() != source.count()) {
            throw new IllegalArgumentException("targets = " + wanted.count() + " but images = " + source.count());
        }
        return new TargetRows(source, wanted);
    }
}

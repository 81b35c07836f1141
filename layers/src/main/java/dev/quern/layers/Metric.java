// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

/**
 * Counts how good predictions are.
 *
 * @param <L> what is right: class indices, or a tensor of wanted outputs
 */
public interface Metric<L> {
    /** What it is called in results. */
    String name();

    /** Forgets all predictions. */
    void reset();

    /**
     * Counts a batch.
     *
     * @param prediction the model's output
     * @param labels what is right for each image of the batch
     * @throws IllegalArgumentException when prediction and labels do not go together
     */
    void add(Tensor prediction, L labels);

    /** The result for all batches since the last {@link #reset}; NaN when there was none. */
    double value();
}

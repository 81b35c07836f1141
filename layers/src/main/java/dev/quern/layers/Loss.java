// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.WorkerPool;

/**
 * What training makes smaller.
 *
 * @param <L> what is right: class indices, or a tensor of wanted outputs
 */
public interface Loss<L> {
    /**
     * The mean loss of a batch and its gradient.
     *
     * @param prediction the model's output
     * @param labels what is right for each image of the batch
     * @param gradient receives the gradient with respect to the prediction, of the same shape
     * @throws IllegalArgumentException when prediction and labels do not go together
     */
    float lossAndGradient(Tensor prediction, L labels, Tensor gradient, WorkerPool pool);
}

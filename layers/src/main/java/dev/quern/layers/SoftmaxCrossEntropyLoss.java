// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.loss.SoftmaxCrossEntropy;
import dev.quern.kernels.parallel.WorkerPool;
import java.util.Objects;

/**
 * Minus the logarithm of the probability that softmax of the model's outputs gives the right class, mean over the
 * batch. The model ends with a {@link Dense} of one unit a class and no softmax of its own. Labels are class indices,
 * one an image; an array longer than the batch is read from its start.
 */
public final class SoftmaxCrossEntropyLoss implements Loss<int[]> {
    /** A loss without settings. */
    public SoftmaxCrossEntropyLoss() {}

    @Override
    public float lossAndGradient(Tensor prediction, int[] labels, Tensor gradient, WorkerPool pool) {
        Objects.requireNonNull(labels, "labels");
        if (prediction.rank() != 2) {
            throw new IllegalArgumentException(
                    "softmax cross-entropy got a prediction " + prediction + ", wanted (batch, classes)");
        }
        int batch = prediction.dimension(0);
        if (labels.length < batch) {
            throw new IllegalArgumentException("labels = " + labels.length + " but images = " + batch);
        }
        return SoftmaxCrossEntropy.lossAndGradient(
                batch, prediction.dimension(1), prediction.data(), 0, labels, 0, gradient.data(), 0, pool);
    }
}

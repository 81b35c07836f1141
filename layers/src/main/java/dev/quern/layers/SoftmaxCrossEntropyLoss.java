// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.loss.SoftmaxCrossEntropy;
import dev.quern.kernels.parallel.WorkerPool;
import java.util.Objects;

/**
 * Minus the logarithm of the probability that softmax of the model's outputs gives the right class, mean over the
 * batch. The model ends with a {@link Dense} of one unit a class and no softmax of its own. Labels are class indices,
 * one an image; an array longer than the batch is read from its start. See {@link SoftmaxCrossEntropy}.
 */
public final class SoftmaxCrossEntropyLoss implements Loss<int[]> {
    private final float smoothing;

    /** A loss without label smoothing. */
    public SoftmaxCrossEntropyLoss() {
        this(0f);
    }

    /**
     * A loss with label smoothing.
     *
     * @param smoothing what of the wanted probability is spread evenly over all classes; 0.1 is usual
     * @throws IllegalArgumentException unless {@code 0 ≤ smoothing < 1}
     */
    public SoftmaxCrossEntropyLoss(float smoothing) {
        this.smoothing = Numbers.fraction("smoothing", smoothing);
    }

    @Override
    public float lossAndGradient(Tensor prediction, int[] labels, Tensor gradient, WorkerPool pool) {
        Objects.requireNonNull(labels, "labels");
        Objects.requireNonNull(gradient, "gradient");
        TensorTargets.requireClasses(prediction);
        int batch = prediction.dimension(0);
        if (labels.length < batch) {
            throw new IllegalArgumentException("labels = " + labels.length + " but images = " + batch);
        }
        return SoftmaxCrossEntropy.lossAndGradient(
                batch, prediction.dimension(1), smoothing, prediction.data(), 0, labels, 0, gradient.data(), 0, pool);
    }
}

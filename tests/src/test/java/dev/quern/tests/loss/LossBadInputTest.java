// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.quern.kernels.loss.MeanSquaredError;
import dev.quern.kernels.loss.SoftmaxCrossEntropy;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.toolkit.Refused;
import org.junit.jupiter.api.Test;

/** What the losses refuse. */
class LossBadInputTest {
    private static final WorkerPool POOL = WorkerPool.CALLER;

    private final float[] x = new float[6];
    private final float[] g = {1, 2, 3, 4, 5, 6};
    private final int[] labels = {0, 2};

    @Test
    void labelsOutsideTheClassesAreRefusedBeforeAnythingIsWritten() {
        for (int label : new int[] {-1, 3, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            labels[1] = label;
            Refused.with(
                    IllegalArgumentException.class,
                    () -> SoftmaxCrossEntropy.lossAndGradient(2, 3, x, 0, labels, 0, g, 0, POOL),
                    "labels[1] = " + label,
                    "0 to 2",
                    "classes = 3");
        }
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, g);
    }

    @Test
    void badSizesAreRefused() {
        refused(IllegalArgumentException.class, -1, 3, "batch = -1");
        refused(IllegalArgumentException.class, 2, 0, "classes = 0");
        refused(IllegalArgumentException.class, 1 << 20, 1 << 12, "batch·classes", "1048576", "4096");
        refused(IndexOutOfBoundsException.class, 2, 4, "logits", "8", "6");
        refused(IndexOutOfBoundsException.class, 3, 2, "labels", "3", "2");
        SoftmaxCrossEntropy.lossAndGradient(0, 3, x, 6, labels, 2, g, 6, POOL);
    }

    @Test
    void nullsOffsetsAndOverlapsOfCrossEntropyAreRefused() {
        Refused.with(
                NullPointerException.class,
                () -> SoftmaxCrossEntropy.lossAndGradient(2, 3, null, 0, labels, 0, g, 0, POOL),
                "logits");
        Refused.with(
                NullPointerException.class,
                () -> SoftmaxCrossEntropy.lossAndGradient(2, 3, x, 0, null, 0, g, 0, POOL),
                "labels");
        Refused.with(
                NullPointerException.class,
                () -> SoftmaxCrossEntropy.lossAndGradient(2, 3, x, 0, labels, 0, null, 0, POOL),
                "gradient");
        Refused.with(
                NullPointerException.class,
                () -> SoftmaxCrossEntropy.lossAndGradient(2, 3, x, 0, labels, 0, g, 0, null),
                "pool");
        Refused.with(
                IndexOutOfBoundsException.class,
                () -> SoftmaxCrossEntropy.lossAndGradient(2, 3, x, 0, labels, 0, g, 1, POOL),
                "gradient",
                "6");
        Refused.with(
                IllegalArgumentException.class,
                () -> SoftmaxCrossEntropy.lossAndGradient(2, 3, x, 0, labels, 0, x, 0, POOL),
                "gradient",
                "logits");
    }

    @Test
    void badArgumentsOfSquaredErrorAreRefused() {
        float[] t = new float[6];
        Refused.with(
                IllegalArgumentException.class, () -> MeanSquaredError.lossAndGradient(-1, x, 0, t, 0, g, 0), "n = -1");
        Refused.with(
                NullPointerException.class,
                () -> MeanSquaredError.lossAndGradient(6, null, 0, t, 0, g, 0),
                "prediction");
        Refused.with(
                NullPointerException.class, () -> MeanSquaredError.lossAndGradient(6, x, 0, null, 0, g, 0), "target");
        Refused.with(
                NullPointerException.class, () -> MeanSquaredError.lossAndGradient(6, x, 0, t, 0, null, 0), "gradient");
        Refused.with(
                IndexOutOfBoundsException.class,
                () -> MeanSquaredError.lossAndGradient(6, x, 0, t, 1, g, 0),
                "target",
                "6");
        Refused.with(
                IllegalArgumentException.class,
                () -> MeanSquaredError.lossAndGradient(3, x, 0, t, 0, x, 2),
                "gradient",
                "prediction");
        Refused.with(
                IllegalArgumentException.class,
                () -> MeanSquaredError.lossAndGradient(6, x, 0, t, 0, t, 0),
                "gradient",
                "target");
    }

    private void refused(Class<? extends Throwable> type, int batch, int classes, String... parts) {
        Refused.with(
                type, () -> SoftmaxCrossEntropy.lossAndGradient(batch, classes, x, 0, labels, 0, g, 0, POOL), parts);
    }
}

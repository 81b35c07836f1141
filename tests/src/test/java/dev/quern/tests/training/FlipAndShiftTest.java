// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.random.CounterRandom;
import dev.quern.layers.Augmentation;
import dev.quern.layers.Examples;
import dev.quern.layers.Fit;
import dev.quern.layers.FlipAndShift;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;
import dev.quern.tests.layers.Models;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Refused;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Mirrored and moved images are what an index formula makes of them, the same in every run. */
class FlipAndShiftTest {
    private static final int GUARD = 3;

    /** The pixel that comes to (y, x), or 0 from outside. */
    private static float[] reference(float[] image, int[] shape, boolean mirrored, int down, int right) {
        float[] out = new float[image.length];
        for (int y = 0; y < shape[0]; y++) {
            for (int x = 0; x < shape[1]; x++) {
                int fromY = y - down;
                int fromX = x - right;
                boolean inside = fromY >= 0 && fromY < shape[0] && fromX >= 0 && fromX < shape[1];
                int column = mirrored ? shape[1] - 1 - fromX : fromX;
                for (int c = 0; c < shape[2]; c++) {
                    out[(y * shape[1] + x) * shape[2] + c] =
                            inside ? image[(fromY * shape[1] + column) * shape[2] + c] : 0f;
                }
            }
        }
        return out;
    }

    @Test
    void itIsTheFormulaForEverySizeAndTouchesNothingElse() {
        for (int[] shape : new int[][] {{5, 7, 1}, {4, 6, 3}, {1, 1, 2}, {2, 3, 1}, {28, 28, 1}}) {
            int n = shape[0] * shape[1] * shape[2];
            float[] image = Data.uniform(n, 1);
            for (int pixels : new int[] {0, 1, 4, 40}) {
                for (long stream = 0; stream < 60; stream++) {
                    float[] actual = new float[n + 2 * GUARD];
                    Arrays.fill(actual, Float.NaN);
                    System.arraycopy(image, 0, actual, GUARD, n);
                    new FlipAndShift(pixels).change(9, stream, shape, actual, GUARD);
                    float[] expected = actual.clone();
                    Arrays.fill(expected, Float.NaN);
                    boolean mirrored = CounterRandom.bits(9, stream, 0) < 0;
                    int down = way(stream, 1, pixels);
                    int right = way(stream, 2, pixels);
                    System.arraycopy(reference(image, shape, mirrored, down, right), 0, expected, GUARD, n);
                    Bits.assertEqual(Arrays.toString(shape) + ", " + pixels, expected, actual);
                }
            }
        }
    }

    private static int way(long stream, int element, int pixels) {
        double u = Integer.toUnsignedLong(CounterRandom.bits(9, stream, element)) * 0x1p-32;
        return (int) Math.floor(u * (2 * pixels + 1)) - pixels;
    }

    @Test
    void allWaysAreTakenAndHalfOfTheImagesAreMirrored() {
        Set<Integer> ways = new TreeSet<>();
        int mirrored = 0;
        for (long stream = 0; stream < 1000; stream++) {
            float[] row = {1, 2, 3, 4, 5, 6, 7, 8, 9};
            new FlipAndShift(2).change(1, stream, new int[] {1, 9, 1}, row, 0);
            boolean lost = row[4] == 0;
            if (!lost) {
                mirrored += row[4] > row[5] ? 1 : 0;
                ways.add((int) (row[4] > row[5] ? row[4] - 5 : 5 - row[4]));
            }
        }
        assertEquals(Set.of(-2, -1, 0, 1, 2), ways);
        assertTrue(mirrored > 60 && mirrored < 140, mirrored + " of about 200 that were not moved away");
    }

    @Test
    void fitChangesWhatIsLearntFromWithAStreamForEachImageAndEpoch() {
        int[] labels = new int[20];
        Tensor images = Models.images(labels, 1);
        float[] before = images.data().clone();
        Set<Long> streams = new HashSet<>();
        Augmentation watching = (seed, stream, shape, data, offset) -> {
            assertEquals(5, seed);
            assertTrue(streams.add(stream), "stream " + stream + " twice");
        };
        assertEquals(trained(images, labels, null), trained(images, labels, watching));
        Set<Long> expected = new HashSet<>();
        for (long i = 0; i < 60; i++) {
            expected.add((0x4155L << 48) + (i / 20 << 32) + i % 20);
        }
        assertEquals(expected, streams);
        long crc = trained(images, labels, new FlipAndShift(2));
        assertEquals(crc, trained(images, labels, new FlipAndShift(2)));
        assertFalse(crc == trained(images, labels, null));
        Bits.assertEqual("examples", before, images.data());
    }

    private static long trained(Tensor images, int[] labels, Augmentation augmentation) {
        Sequential model = Models.small(WorkerPool.CALLER, 3, 8);
        var fit = new Fit<>(new SoftmaxCrossEntropyLoss(), new Sgd(0.1f, 0.9f))
                .epochs(3)
                .batch(8)
                .seed(5);
        model.fit(Examples.of(images, labels), augmentation == null ? fit : fit.augment(augmentation));
        return model.weightsCrc32();
    }

    @Test
    @Tag("allocation")
    void aCallAllocatesNothing() {
        float[] image = Data.uniform(28 * 28, 1);
        int[] shape = {28, 28, 1};
        var augmentation = new FlipAndShift(2);
        Allocation.assertNone("flip and shift", () -> augmentation.change(1, 1, shape, image, 0));
    }

    @Test
    void badInputIsRefused() {
        Refused.with(IllegalArgumentException.class, () -> new FlipAndShift(-1), "pixels = -1", "0 to 1000000");
        Refused.with(IllegalArgumentException.class, () -> new FlipAndShift(1_000_001), "pixels = 1000001");
        Refused.with(
                IllegalArgumentException.class,
                () -> new FlipAndShift(1).change(1, 1, new int[] {12}, new float[12], 0),
                "(12)",
                "(height, width, channels)");
        var fit = new Fit<>(new SoftmaxCrossEntropyLoss(), new Sgd(0.1f, 0.9f));
        Refused.with(NullPointerException.class, () -> fit.augment(null), "augmentation");
    }
}

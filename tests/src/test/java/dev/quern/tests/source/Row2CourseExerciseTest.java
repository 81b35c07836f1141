// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.pool.AvgPool;
import dev.quern.kernels.pool.MaxPool;
import dev.quern.kernels.pool.PoolShape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Row 2 of the source material: the exercise of a well-known course, {@code conv_forward}, {@code conv_backward},
 * {@code pool_forward} and {@code pool_backward} in max and average mode, on its own random numbers and with the results
 * that it prints.
 */
class Row2CourseExerciseTest {
    private static final WorkerPool POOL = WorkerPool.CALLER;

    /** Of printed results with 8 digits behind the point, computed in double there and in float here. */
    private static final float DIGITS = 4e-6f;

    /** Of numbers that were printed with 8 digits, then made floats: a unit in the last place between 2 and 4. */
    private static final float PRINTED = 0x1p-22f;

    private final NumpyRandom random = new NumpyRandom(1);
    private final float[] x = random.randn(10, 4, 4, 3);
    private final float[] weights = random.randn(2, 2, 3, 8);
    private final float[] bias = random.randn(1, 1, 1, 8);

    private static ConvShape shape(int padding, int stride) {
        return ConvShape.of(Layout.NHWC, 10, 4, 4, 3, 8, 2, 2)
                .withStrides(stride, stride)
                .withPadding(padding, padding, padding, padding);
    }

    @Test
    void theRandomNumbersAreTheCoursesOwn() {
        float[] first = {1.62434536f, -0.61175641f, -0.52817175f, -1.07296862f, 0.86540763f};
        assertArrayEquals(first, Arrays.copyOf(x, 5), PRINTED);
        // cache_conv[0][1][2][3].
        float[] cached = {-0.20075807f, 0.18656139f, 0.41005165f};
        assertArrayEquals(cached, Arrays.copyOfRange(x, (16 + 2 * 4 + 3) * 3, (16 + 2 * 4 + 3) * 3 + 3), PRINTED);
    }

    @Test
    void convForward() {
        float[] z = new Convolution(shape(2, 2)).forward(x, weights, bias);
        assertEquals(10 * 4 * 4 * 8, z.length);
        assertEquals(0.0489952035289, mean(z), 1e-7);
        float[] printed = {
            -0.61490741f, -6.7439236f, -2.55153897f, 1.75698377f, 3.56208902f, 0.53036437f, 5.18531798f, 8.75898442f
        };
        int at = ((3 * 4 + 2) * 4 + 1) * 8;
        assertArrayEquals(printed, Arrays.copyOfRange(z, at, at + 8), DIGITS);
    }

    @Test
    void convBackward() {
        var conv = new Convolution(shape(2, 2));
        float[] z = conv.forward(x, weights, bias);
        assertEquals(1.45243777754, mean(conv.diffSource(z, weights)), 2e-6);
        assertEquals(1.72699145831, mean(conv.diffWeights(x, z)), 2e-5);
        assertEquals(7.83923256462, mean(conv.diffBias(z)), 2e-5);
    }

    /** The exercise cuts the padding off by {@code [p:-p]}, which is empty for 0. */
    @Test
    void aPaddingOfZeroWorks() {
        ConvShape s = shape(0, 1);
        var conv = new Convolution(s);
        float[] z = conv.forward(x, weights, bias);
        assertEquals(10 * 3 * 3 * 8, z.length);
        float[] dx = conv.diffSource(z, weights);
        assertEquals(x.length, dx.length);
        double[] expected = new double[x.length];
        for (int i = 0; i < z.length * 12; i++) {
            int out = i / 12;
            int c = i % 3;
            int kw = i / 3 % 2;
            int kh = i / 6 % 2;
            int k = out % 8;
            int ow = out / 8 % 3;
            int oh = out / 24 % 3;
            int n = out / 72;
            expected[((n * 4 + oh + kh) * 4 + ow + kw) * 3 + c] +=
                    (double) z[out] * weights[((kh * 2 + kw) * 3 + c) * 8 + k];
        }
        for (int i = 0; i < dx.length; i++) {
            assertEquals(expected[i], dx[i], 4e-5);
        }
    }

    @Test
    void poolForward() {
        float[] a = new NumpyRandom(1).randn(2, 4, 4, 3);
        PoolShape s = PoolShape.of(Layout.NHWC, 2, 4, 4, 3, 3, 3).withStrides(2, 2);
        float[] y = new float[6];
        MaxPool.forward(s, a, 0, y, 0, POOL);
        assertArrayEquals(
                new float[] {1.74481176f, 0.86540763f, 1.13376944f, 1.13162939f, 1.51981682f, 2.18557541f}, y, PRINTED);
        AvgPool.forward(s, false, a, 0, y, 0, POOL);
        assertArrayEquals(
                new float[] {0.02105773f, -0.20328806f, -0.40389855f, -0.22154621f, 0.51716526f, 0.48155844f},
                y,
                PRINTED);
    }

    @Test
    void poolBackward() {
        var numbers = new NumpyRandom(1);
        float[] a = numbers.randn(5, 5, 3, 2);
        float[] dA = numbers.randn(5, 4, 2, 2);
        assertEquals(0.145713902729, mean(dA), 1e-7);
        PoolShape s = PoolShape.of(Layout.NHWC, 5, 5, 3, 2, 2, 2).withStrides(1, 1);
        float[] y = new float[dA.length];
        float[] dx = new float[a.length];
        MaxPool.forward(s, a, 0, y, 0, POOL);
        MaxPool.backwardToEveryMaximum(s, a, 0, y, 0, dA, 0, dx, 0, POOL);
        int at = (5 + 1) * 3 * 2;
        assertArrayEquals(
                new float[] {0, 0, 5.05844394f, -1.68282702f, 0, 0}, Arrays.copyOfRange(dx, at, at + 6), 1e-6f);
        AvgPool.backward(s, false, dA, 0, dx, 0, POOL);
        assertArrayEquals(
                new float[] {0.08485462f, 0.2787552f, 1.26461098f, -0.25749373f, 1.17975636f, -0.53624893f},
                Arrays.copyOfRange(dx, at, at + 6),
                1e-6f);
    }

    /** The exercise's mask {@code x == np.max(x)} is our option; by default the first maximum gets it all. */
    @Test
    void theMaxMaskSendsTheGradientToEveryMaximum() {
        PoolShape s = PoolShape.of(Layout.NHWC, 1, 2, 2, 1, 2, 2);
        float[] a = {3, 1, 3, 2};
        float[] y = new float[1];
        int[] argmax = new int[1];
        float[] dx = new float[4];
        MaxPool.forward(s, a, 0, y, 0, argmax, 0, POOL);
        MaxPool.backwardToEveryMaximum(s, a, 0, y, 0, new float[] {5}, 0, dx, 0, POOL);
        assertArrayEquals(new float[] {5, 0, 5, 0}, dx);
        MaxPool.backward(s, argmax, 0, new float[] {5}, 0, dx, 0, POOL);
        assertArrayEquals(new float[] {5, 0, 0, 0}, dx);
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.norm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.norm.BatchNorm;
import dev.quern.kernels.norm.NormShape;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Pools;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Batch normalisation against plain loops, bit for bit, and against the mathematics in double. */
class BatchNormProperties {
    @Property(tries = 200)
    void inferenceIsThePlainLoop(
            @ForAll Layout layout,
            @ForAll @IntRange(max = 4) int batch,
            @ForAll @IntRange(max = 40) int positions,
            @ForAll @IntRange(max = 140) int channels,
            @ForAll boolean odd,
            @ForAll long seed) {
        new BatchNormCase(NormShape.of(layout, batch, positions, channels), odd, seed)
                .assertInference(WorkerPool.CALLER);
    }

    @Property(tries = 200)
    void trainingIsThePlainLoop(
            @ForAll Layout layout,
            @ForAll @IntRange(max = 4) int batch,
            @ForAll @IntRange(max = 40) int positions,
            @ForAll @IntRange(max = 140) int channels,
            @ForAll boolean odd,
            @ForAll long seed) {
        new BatchNormCase(NormShape.of(layout, batch, positions, channels), odd, seed)
                .assertTraining(WorkerPool.CALLER);
    }

    @Property(tries = 60)
    void trainingIsThePlainLoopWherePositionsAndChannelsFillLanes(
            @ForAll @IntRange(min = 1, max = 3) int batch,
            @ForAll @IntRange(min = 1, max = 5) int groups,
            @ForAll @IntRange(min = 1, max = 36) int fourChannels,
            @ForAll boolean longer,
            @ForAll boolean odd,
            @ForAll long seed) {
        int positions = 16 * groups + (longer ? 1024 : 0);
        new BatchNormCase(NormShape.of(Layout.NHWC, batch, positions, 4 * fourChannels), odd, seed)
                .assertTraining(WorkerPool.CALLER);
    }

    @Test
    void everyPoolGivesTheSameBits() {
        for (Layout layout : Layout.values()) {
            for (WorkerPool pool : Pools.ALL) {
                for (int[] size :
                        new int[][] {{3, 2100, 6}, {2, 1025, 67}, {5, 49, 128}, {300, 1, 84}, {2, 1024, 64}}) {
                    var one = new BatchNormCase(NormShape.of(layout, size[0], size[1], size[2]), false, 7);
                    one.assertInference(pool);
                    one.assertTraining(pool);
                }
            }
        }
    }

    @Property(tries = 50)
    void bothLayoutsGiveTheSameBits(
            @ForAll @IntRange(min = 1, max = 4) int batch,
            @ForAll @IntRange(min = 1, max = 30) int positions,
            @ForAll @IntRange(min = 1, max = 30) int channels,
            @ForAll long seed) {
        float[] x = Data.uniform((long) batch * positions * channels, seed);
        float[] nchw = new float[x.length];
        for (int i = 0; i < batch; i++) {
            for (int p = 0; p < positions; p++) {
                for (int c = 0; c < channels; c++) {
                    nchw[(i * channels + c) * positions + p] = x[(i * positions + p) * channels + c];
                }
            }
        }
        float[] saved = saved(NormShape.of(Layout.NHWC, batch, positions, channels), x);
        Bits.assertEqual("saved", saved, saved(NormShape.of(Layout.NCHW, batch, positions, channels), nchw));
    }

    /** Also with a mean a thousand times the deviation, where E(x²) - E(x)² has no digit left. */
    @Property(tries = 100)
    void statisticsAreCloseToDouble(
            @ForAll @IntRange(min = 2, max = 3000) int n, @ForAll @IntRange(max = 1000) int mean, @ForAll long seed) {
        float[] x = Data.uniform(n, seed);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            x[i] += mean;
            sum += x[i];
        }
        double squares = 0;
        for (float v : x) {
            squares += (v - sum / n) * (v - sum / n);
        }
        float[] saved = saved(NormShape.of(Layout.NHWC, 1, n, 1), x);
        assertEquals(sum / n, saved[0], 1e-6 * (1 + mean));
        // The deviations are those from the mean as it is saved, a float: their squares have that much more in the
        // mean.
        double rounded = saved[0] - sum / n;
        double expected = 1 / Math.sqrt(squares / n + rounded * rounded + BatchNormCase.EPSILON);
        assertEquals(expected, saved[1], 1e-5 * expected);
    }

    @Test
    void aChannelWithoutVarianceAndASingleElementGiveBeta() {
        NormShape one = NormShape.of(Layout.NHWC, 1, 1, 2);
        float[] y = new float[2];
        float[] running = {0, 0, 1, 1};
        try (var ws = new Workspace(BatchNorm.workspaceFloats(one, WorkerPool.CALLER))) {
            BatchNorm.forward(
                    one,
                    1e-5f,
                    0.5f,
                    new float[] {3, -4},
                    0,
                    new float[] {2, 2},
                    0,
                    new float[] {7, 8},
                    0,
                    running,
                    0,
                    y,
                    0,
                    new float[4],
                    0,
                    ws);
        }
        Bits.assertEqual("y", new float[] {7, 8}, y);
        Bits.assertEqual("running", new float[] {1.5f, -2f, 0.5f, 0.5f}, running);
    }

    @Test
    void withNothingToNormaliseStatisticsStayAndGradientsAreZero() {
        for (NormShape empty :
                new NormShape[] {NormShape.of(Layout.NHWC, 0, 9, 2), NormShape.of(Layout.NCHW, 3, 0, 2)}) {
            float[] running = {1, 2, 3, 4};
            float[] saved = new float[4];
            Arrays.fill(saved, Float.NaN);
            float[] none = new float[0];
            float[] gamma = {1, 1};
            float[] diff = {9, 9, 9, 9};
            try (var ws = new Workspace(BatchNorm.workspaceFloats(empty, WorkerPool.CALLER))) {
                BatchNorm.forward(empty, 1e-5f, 0.5f, none, 0, gamma, 0, gamma, 0, running, 0, none, 0, saved, 0, ws);
                BatchNorm.backward(empty, none, 0, gamma, 0, saved, 0, none, 0, none, 0, diff, 0, diff, 2, ws);
            }
            Bits.assertEqual("running", new float[] {1, 2, 3, 4}, running);
            Bits.assertEqual("gradients", new float[4], diff);
        }
    }

    /** The gradient of Σ w·y with respect to x, by central differences of the formulas in double. */
    @Property(tries = 30)
    void gradientsAreThoseOfTheMathematics(
            @ForAll @IntRange(min = 2, max = 12) int n,
            @ForAll @IntRange(min = 1, max = 3) int channels,
            @ForAll long seed) {
        var one = new BatchNormCase(NormShape.of(Layout.NHWC, 1, n, channels), false, seed);
        float[] y = new float[one.x.length];
        float[] saved = new float[2 * channels];
        float[] dx = new float[one.x.length];
        float[] diff = new float[2 * channels];
        try (var ws = new Workspace(BatchNorm.workspaceFloats(one.shape, WorkerPool.CALLER))) {
            BatchNorm.forward(
                    one.shape, 0.1f, 0.5f, one.x, 0, one.gamma, 0, one.beta, 0, one.running, 0, y, 0, saved, 0, ws);
            BatchNorm.backward(
                    one.shape, one.x, 0, one.gamma, 0, saved, 0, one.dy, 0, dx, 0, diff, 0, diff, channels, ws);
        }
        double[] x = new double[one.x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = one.x[i];
        }
        for (int i = 0; i < x.length; i++) {
            double kept = x[i];
            x[i] = kept + 1e-5;
            double above = weighted(one, x, channels);
            x[i] = kept - 1e-5;
            double below = weighted(one, x, channels);
            x[i] = kept;
            assertEquals((above - below) / 2e-5, dx[i], 2e-5);
        }
    }

    private static double weighted(BatchNormCase one, double[] x, int channels) {
        double result = 0;
        int n = x.length / channels;
        for (int c = 0; c < channels; c++) {
            double mean = 0;
            double variance = 0;
            for (int i = c; i < x.length; i += channels) {
                mean += x[i] / n;
            }
            for (int i = c; i < x.length; i += channels) {
                variance += (x[i] - mean) * (x[i] - mean) / n;
            }
            for (int i = c; i < x.length; i += channels) {
                result += one.dy[i] * one.gamma[c] * (x[i] - mean) / Math.sqrt(variance + 0.1f);
            }
        }
        return result;
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        for (Layout layout : Layout.values()) {
            for (int channels : new int[] {6, 70, 80}) {
                int positions = channels == 80 ? 48 : 50;
                var one = new BatchNormCase(NormShape.of(layout, 2, positions, channels), false, 1);
                float[] y = new float[one.x.length];
                float[] saved = new float[2 * channels];
                float[] diff = new float[2 * channels];
                NormShape s = one.shape;
                try (var ws = new Workspace(BatchNorm.workspaceFloats(s, WorkerPool.CALLER))) {
                    Allocation.assertNone(
                            "inference " + one,
                            () -> BatchNorm.inference(
                                    s, 1e-5f, one.x, 0, one.gamma, 0, one.beta, 0, one.running, 0, y, 0, ws));
                    Allocation.assertNone(
                            "forward " + one,
                            () -> BatchNorm.forward(
                                    s,
                                    1e-5f,
                                    0.1f,
                                    one.x,
                                    0,
                                    one.gamma,
                                    0,
                                    one.beta,
                                    0,
                                    one.running,
                                    0,
                                    y,
                                    0,
                                    saved,
                                    0,
                                    ws));
                    Allocation.assertNone(
                            "backward " + one,
                            () -> BatchNorm.backward(
                                    s, one.x, 0, one.gamma, 0, saved, 0, one.dy, 0, y, 0, diff, 0, diff, channels, ws));
                }
            }
        }
    }

    private static float[] saved(NormShape s, float[] x) {
        int channels = s.channels();
        float[] saved = new float[2 * channels];
        float[] ones = new float[2 * channels];
        Arrays.fill(ones, 1f);
        try (var ws = new Workspace(BatchNorm.workspaceFloats(s, WorkerPool.CALLER))) {
            BatchNorm.forward(
                    s,
                    BatchNormCase.EPSILON,
                    0.1f,
                    x,
                    0,
                    ones,
                    0,
                    ones,
                    0,
                    ones.clone(),
                    0,
                    new float[x.length],
                    0,
                    saved,
                    0,
                    ws);
        }
        return saved;
    }
}

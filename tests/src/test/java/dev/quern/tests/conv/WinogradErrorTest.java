// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The errors that {@link ConvAlgorithm} states, against the definition in double precision: root mean squares in terms of
 * the exact class's, and the bound that no element passes. On uniform and ReLU-like data, and on data whose channels differ in size by
 * up to some thousand times, as in trained networks.
 */
class WinogradErrorTest {
    /** More than that of sums in double precision. */
    private static final double SLACK = 1e-9;

    private static final int TRIALS = 12;

    private enum Kind {
        UNIFORM,
        RELU,
        TRAINED
    }

    @Test
    void theErrorOfTilesOfTwoIsNoLargerThanTheChains() {
        assertRatio(ConvAlgorithm.WINOGRAD_2X2, Kind.UNIFORM, 0.5, 0.75);
        assertRatio(ConvAlgorithm.WINOGRAD_2X2, Kind.RELU, 0.75, 1);
        assertRatio(ConvAlgorithm.WINOGRAD_2X2, Kind.TRAINED, 1, 1.5);
    }

    @Test
    void theErrorOfTilesOfFourIsWithinTwoAndAHalfTimesTheChains() {
        assertRatio(ConvAlgorithm.WINOGRAD_4X4, Kind.UNIFORM, 1, 1.5);
        assertRatio(ConvAlgorithm.WINOGRAD_4X4, Kind.RELU, 2, 2.5);
        assertRatio(ConvAlgorithm.WINOGRAD_4X4, Kind.TRAINED, 2.6, 4);
    }

    @Test
    void noElementPassesTheBound() {
        for (int channels : new int[] {1, 3, 16, 65}) {
            for (Kind kind : Kind.values()) {
                for (long seed = 0; seed < 3; seed++) {
                    assertBound(new Trial(channels, kind, seed), ConvAlgorithm.WINOGRAD_2X2, 2, channels + 8);
                    assertBound(new Trial(channels, kind, seed), ConvAlgorithm.WINOGRAD_4X4, 4, channels + 12);
                }
            }
        }
    }

    /** The ratio on the mean over some convolutions, and of each. */
    private static void assertRatio(ConvAlgorithm algorithm, Kind kind, double mean, double most) {
        for (int channels : new int[] {16, 64, 128}) {
            double sum = 0;
            for (long seed = 0; seed < TRIALS; seed++) {
                var trial = new Trial(channels, kind, seed);
                double ratio = trial.error(algorithm) / trial.error(ConvAlgorithm.AUTO);
                assertTrue(ratio <= most, algorithm + ", " + channels + " channels, " + kind + ": " + ratio);
                sum += ratio;
            }
            assertTrue(sum / TRIALS <= mean, algorithm + ", " + channels + ", " + kind + ": " + sum / TRIALS);
        }
    }

    private static void assertBound(Trial trial, ConvAlgorithm algorithm, int m, int roundings) {
        double n = roundings * 0x1p-24;
        float[] y = trial.forward(algorithm);
        double[] sizes = trial.sizes(m);
        for (int i = 0; i < y.length; i++) {
            double error = Math.abs(y[i] - trial.exact[i]);
            double bound = n / (1 - n) * sizes[i] * (1 + SLACK);
            assertTrue(error <= bound, algorithm + " of " + trial.shape + " at " + i + ": " + error + " > " + bound);
        }
    }

    /** A convolution with its result in double precision. */
    private static final class Trial {
        private static final int OUT = 5;

        private final ConvShape shape;
        private final float[] src;
        private final float[] weights;
        private final float[] bias;
        private final double[] exact;

        Trial(int channels, Kind kind, long seed) {
            shape = ConvShape.of(Layout.NHWC, 1, 12, 13, channels, OUT, 3, 3).withPadding(1, 1, 1, 1);
            var random = new Random(seed);
            double[] scale = random.doubles(channels, -6, 6)
                    .map(x -> kind == Kind.TRAINED ? StrictMath.pow(2, x) : 1)
                    .toArray();
            src = new float[shape.sourceElements()];
            for (int i = 0; i < src.length; i++) {
                double value = kind == Kind.UNIFORM ? random.nextDouble(-1, 1) : random.nextGaussian();
                src[i] = (float) (scale[i % channels] * (kind == Kind.UNIFORM ? value : Math.max(0, value)));
            }
            weights = new float[shape.weightElements()];
            for (int i = 0; i < weights.length; i++) {
                double value = kind == Kind.UNIFORM ? random.nextDouble(-1, 1) : random.nextGaussian();
                double wide = kind == Kind.TRAINED ? StrictMath.exp(random.nextGaussian()) : 1;
                weights[i] = (float) (value * wide / Math.sqrt(9 * channels));
            }
            bias = new float[OUT];
            for (int k = 0; k < OUT; k++) {
                bias[k] = (float) random.nextDouble(-1, 1);
            }
            exact = exact();
        }

        double error(ConvAlgorithm algorithm) {
            float[] y = forward(algorithm);
            double sum = 0;
            for (int i = 0; i < y.length; i++) {
                sum += (y[i] - exact[i]) * (y[i] - exact[i]);
            }
            return Math.sqrt(sum / y.length);
        }

        float[] forward(ConvAlgorithm algorithm) {
            float[] y = new float[shape.destinationElements()];
            try (var workspace = new Workspace(Conv2D.workspaceFloats(algorithm, shape, WorkerPool.CALLER))) {
                var start = Epilogue.biasAlongN(bias, 0);
                Conv2D.forward(algorithm, shape, src, 0, weights, 0, start, y, 0, workspace);
            }
            return y;
        }

        private double[] exact() {
            double[] y = new double[shape.destinationElements()];
            for (int i = 0; i < y.length; i++) {
                int k = i % OUT;
                int column = i / OUT % shape.outWidth();
                int row = i / OUT / shape.outWidth();
                y[i] = bias[k];
                for (int tap = 0; tap < 9; tap++) {
                    for (int c = 0; c < shape.channels(); c++) {
                        y[i] += pixel(row + tap / 3 - 1, column + tap % 3 - 1, c) * weight(tap, c, k);
                    }
                }
            }
            return y;
        }

        private double pixel(int row, int column, int c) {
            boolean inside = row >= 0 && row < shape.height() && column >= 0 && column < shape.width();
            return inside ? src[(row * shape.width() + column) * shape.channels() + c] : 0;
        }

        private double weight(int tap, int c, int k) {
            return weights[(tap * shape.channels() + c) * OUT + k];
        }

        /** What roundings are relative to: the algorithm with all values and matrices made positive. */
        double[] sizes(int m) {
            double[] sizes = new double[shape.destinationElements()];
            for (int top = 0; top < shape.outHeight(); top += m) {
                for (int left = 0; left < shape.outWidth(); left += m) {
                    for (int k = 0; k < OUT; k++) {
                        sizes(m, top, left, k, sizes);
                    }
                }
            }
            return sizes;
        }

        private void sizes(int m, int top, int left, int k, double[] sizes) {
            int n = m + 2;
            double[][] sums = new double[n][n];
            for (int c = 0; c < shape.channels(); c++) {
                double[][] d = new double[n][n];
                double[][] g = new double[3][3];
                for (int i = 0; i < n * n; i++) {
                    d[i / n][i % n] = Math.abs(pixel(top + i / n - 1, left + i % n - 1, c));
                }
                for (int tap = 0; tap < 9; tap++) {
                    g[tap / 3][tap % 3] = Math.abs(weight(tap, c, k));
                }
                double[][] v = WinogradMatrices.apply(WinogradMatrices.source(m), d);
                double[][] u = WinogradMatrices.apply(WinogradMatrices.kernel(m), g);
                for (int i = 0; i < n * n; i++) {
                    sums[i / n][i % n] += v[i / n][i % n] * u[i / n][i % n];
                }
            }
            double[][] y = WinogradMatrices.apply(WinogradMatrices.destination(m), sums);
            for (int i = 0; i < m && top + i < shape.outHeight(); i++) {
                for (int j = 0; j < m && left + j < shape.outWidth(); j++) {
                    int at = ((top + i) * shape.outWidth() + left + j) * OUT + k;
                    sizes[at] = y[i][j] + Math.abs(bias[k]);
                }
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import dev.quern.bench.contest.ConvCase;
import dev.quern.bench.contest.DenseCase;
import dev.quern.bench.contest.ElementCase;
import dev.quern.bench.contest.GemmCase;
import dev.quern.bench.contest.LeNetCase;
import dev.quern.bench.contest.NormCase;
import dev.quern.bench.contest.PoolCase;
import dev.quern.bench.contest.SoftmaxCase;
import dev.quern.bench.contest.Suite;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;
import dev.quern.tests.reference.ReferenceConv;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * What a case gives, by plain loops, and how far a peer that adds in another order may be from it.
 *
 * @param values the results
 * @param bounds the largest allowed distance from each
 */
record Expected(double[] values, double[] bounds) {
    private static final double UNIT = 0x1p-24;
    private static final double RELATIVE = 4e-6;
    private static final double ABSOLUTE = 1e-7;
    private static final double OF_NETWORK = 1e-4;

    static Expected of(Suite suite, String kase) {
        return switch (suite) {
            case GEMM, GEMV -> product(GemmCase.parse(kase));
            case CONV, CONV_BACKWARD_DATA, CONV_BACKWARD_WEIGHTS -> conv(suite, ConvCase.parse(kase));
            case DENSE -> dense(DenseCase.parse(kase));
            case POOLING -> pool(PoolCase.parse(kase));
            case ACTIVATIONS -> element(ElementCase.parse(kase));
            case SOFTMAX -> softmax(SoftmaxCase.parse(kase));
            case NORM -> norm(NormCase.parse(kase));
            case LATENCY, TRAINING -> leNet(suite, LeNetCase.parse(kase));
            default -> throw new IllegalArgumentException(suite.label());
        };
    }

    private static Expected product(GemmCase s) {
        return product(
                s.m(),
                s.n(),
                s.k(),
                s.transposeA() ? Relayout.transpose(s.a(), 1, s.k(), s.m()) : s.a(),
                s.transposeB() ? Relayout.transpose(s.b(), 1, s.n(), s.k()) : s.b(),
                new float[s.n()],
                x -> x);
    }

    private static Expected dense(DenseCase s) {
        return product(s.batch(), s.units(), s.inputs(), s.src(), s.weights(), s.bias(), x -> Math.max(x, 0));
    }

    private static Expected product(int m, int n, int k, float[] a, float[] b, float[] bias, DoubleUnaryOperator f) {
        double[] values = new double[m * n];
        double[] bounds = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = bias[j];
                double size = Math.abs(bias[j]);
                for (int p = 0; p < k; p++) {
                    double term = (double) a[i * k + p] * b[p * n + j];
                    sum += term;
                    size += Math.abs(term);
                }
                values[i * n + j] = f.applyAsDouble(sum);
                bounds[i * n + j] = 2 * (k + 8) * UNIT * size;
            }
        }
        return new Expected(values, bounds);
    }

    private static Expected conv(Suite suite, ConvCase s) {
        float[] values = conv(suite, s, s.src(), s.weights(), s.bias(), s.diffDst());
        float[] sizes = conv(suite, s, absolute(s.src()), absolute(s.weights()), absolute(s.bias()), absolute(s.diffDst()));
        int window = s.kernel() * s.kernel();
        int chain =
                switch (suite) {
                    case CONV -> window * s.channels() / s.groups();
                    case CONV_BACKWARD_DATA -> window * s.outChannels() / s.groups();
                    default -> s.batch() * s.outSize() * s.outSize();
                };
        double[] bounds = doubles(sizes);
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] *= 2 * (chain + 8) * UNIT;
        }
        return new Expected(doubles(values), bounds);
    }

    private static float[] conv(Suite suite, ConvCase s, float[] src, float[] weights, float[] bias, float[] diffDst) {
        ConvShape shape = s.shape(Layout.NHWC);
        float[] out =
                switch (suite) {
                    case CONV -> new float[s.destinationElements()];
                    case CONV_BACKWARD_DATA -> new float[s.sourceElements()];
                    default -> new float[s.weightElements()];
                };
        switch (suite) {
            case CONV -> ReferenceConv.forward(shape, src, weights, bias, out);
            case CONV_BACKWARD_DATA -> ReferenceConv.backwardData(shape, diffDst, weights, out);
            default -> ReferenceConv.backwardWeights(shape, src, diffDst, out);
        }
        return out;
    }

    private static Expected pool(PoolCase s) {
        boolean global = s.kind() == PoolCase.Kind.GLOBAL;
        int window = global ? s.height() : s.window();
        int across = global ? s.width() : s.window();
        int stride = global ? 1 : s.stride();
        int oh = (s.height() + 2 * s.padding() - window) / stride + 1;
        int ow = (s.width() + 2 * s.padding() - across) / stride + 1;
        float[] src = s.src();
        double[] values = new double[oh * ow * s.channels()];
        for (int i = 0; i < values.length; i++) {
            int top = i / s.channels() / ow * stride - s.padding();
            int left = i / s.channels() % ow * stride - s.padding();
            double max = Double.NEGATIVE_INFINITY;
            double sum = 0;
            int count = 0;
            for (int h = Math.max(0, top); h < Math.min(s.height(), top + window); h++) {
                for (int w = Math.max(0, left); w < Math.min(s.width(), left + across); w++) {
                    double value = src[(h * s.width() + w) * s.channels() + i % s.channels()];
                    max = Math.max(max, value);
                    sum += value;
                    count++;
                }
            }
            values[i] = s.kind() == PoolCase.Kind.MAX ? max : sum / count;
        }
        return close(values);
    }

    private static Expected element(ElementCase s) {
        float[] x = s.x();
        float[] second = s.second();
        double[] values = new double[s.n()];
        for (int i = 0; i < values.length; i++) {
            double y =
                    switch (s.function()) {
                        case "relu" -> Math.max(x[i], 0);
                        case "sigmoid" -> 1 / (1 + Math.exp(-x[i]));
                        case "tanh" -> Math.tanh(x[i]);
                        case "exp" -> Math.exp(x[i]);
                        case "gelu" -> x[i] / 2 * (1 + erf(x[i] / Math.sqrt(2)));
                        default -> (double) x[i] + second[i];
                    };
            values[i] = s.backward() ? second[i] * slope(s.function(), y) : y;
        }
        Expected expected = close(values);
        if (s.function().equals("gelu")) {
            // For negative x the sum 1 + erf cancels, so what the peers compute in floats is exact relative to x only.
            for (int i = 0; i < values.length; i++) {
                expected.bounds[i] += 4 * UNIT * Math.abs(x[i]);
            }
        }
        return expected;
    }

    private static double slope(String function, double y) {
        return switch (function) {
            case "relu" -> y > 0 ? 1 : 0;
            case "sigmoid" -> y * (1 - y);
            default -> 1 - y * y;
        };
    }

    /** The series of the integral: 2/√π · Σ (-1)ⁿ x²ⁿ⁺¹ / (n! (2n+1)), in which 80 terms are plenty up to |x| = 3. */
    private static double erf(double x) {
        double power = x;
        double sum = 0;
        for (int n = 0; n < 80; n++) {
            sum += power / (2 * n + 1);
            power *= -x * x / (n + 1);
        }
        return sum * 2 / Math.sqrt(Math.PI);
    }

    private static Expected softmax(SoftmaxCase s) {
        double[] values = doubles(s.x());
        for (int row = 0; row < s.rows(); row++) {
            double sum = 0;
            for (int i = row * s.columns(); i < (row + 1) * s.columns(); i++) {
                values[i] = Math.exp(values[i]);
                sum += values[i];
            }
            for (int i = row * s.columns(); i < (row + 1) * s.columns(); i++) {
                values[i] /= sum;
            }
        }
        return close(values);
    }

    private static Expected norm(NormCase s) {
        float[] src = s.src();
        double[] mean = doubles(s.mean());
        double[] variance = doubles(s.variance());
        if (s.training()) {
            double count = (double) src.length / s.channels();
            Arrays.fill(mean, 0);
            Arrays.fill(variance, 0);
            for (int i = 0; i < src.length; i++) {
                mean[i % s.channels()] += src[i] / count;
            }
            for (int i = 0; i < src.length; i++) {
                double distance = src[i] - mean[i % s.channels()];
                variance[i % s.channels()] += distance * distance / count;
            }
        }
        double[] values = new double[src.length];
        double[] bounds = new double[src.length];
        for (int i = 0; i < src.length; i++) {
            int c = i % s.channels();
            double factor = s.gamma()[c] / Math.sqrt(variance[c] + NormCase.EPSILON);
            values[i] = factor * (src[i] - mean[c]) + s.beta()[c];
            // The three terms may cancel: the bound is that of their sizes.
            double size = Math.abs(factor * src[i]) + Math.abs(factor * mean[c]) + Math.abs(s.beta()[c]);
            bounds[i] = RELATIVE * size + ABSOLUTE;
        }
        return new Expected(values, bounds);
    }

    private static Expected leNet(Suite suite, LeNetCase s) {
        Sequential network = s.network(WorkerPool.CALLER);
        Tensor images = Tensor.of(s.input(), s.batch(), LeNetCase.SIDE, LeNetCase.SIDE, 1);
        float[] values;
        if (suite == Suite.TRAINING) {
            network.train(
                    images, s.labels(), new SoftmaxCrossEntropyLoss(), new Sgd(LeNetCase.RATE, LeNetCase.MOMENTUM));
            values = LeNetCase.parameters(network);
        } else {
            values = network.predict(images).data();
        }
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        double[] bounds = new double[values.length];
        Arrays.fill(bounds, OF_NETWORK * largest);
        return new Expected(doubles(values), bounds);
    }

    private static Expected close(double[] values) {
        double[] bounds = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            bounds[i] = RELATIVE * Math.abs(values[i]) + ABSOLUTE;
        }
        return new Expected(values, bounds);
    }

    private static float[] absolute(float[] x) {
        float[] y = x.clone();
        for (int i = 0; i < y.length; i++) {
            y[i] = Math.abs(y[i]);
        }
        return y;
    }

    private static double[] doubles(float[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i];
        }
        return y;
    }
}

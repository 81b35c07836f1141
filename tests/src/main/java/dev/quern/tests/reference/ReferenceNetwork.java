// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/** Layers and losses in double precision, forward only, and gradients by central differences. Tensors are NHWC. */
public final class ReferenceNetwork {
    private ReferenceNetwork() {}

    /** Values with their shape. */
    public record Array(double[] values, int... shape) {
        /** One value of a (batch, height, width, channels) array; 0 outside the image. */
        double at(int n, int h, int w, int c) {
            return inside(h, w) ? values[((n * shape[1] + h) * shape[2] + w) * shape[3] + c] : 0;
        }

        boolean inside(int h, int w) {
            return h >= 0 && h < shape[1] && w >= 0 && w < shape[2];
        }
    }

    /** A window's geometry: size, strides, dilation, then padding top, bottom, left, right. */
    public record Window(int height, int width, int strideH, int strideW, int dilation, int... padding) {
        int outputs(Array x, boolean vertical) {
            int size = vertical ? x.shape()[1] + padding[0] + padding[1] : x.shape()[2] + padding[2] + padding[3];
            int reach = ((vertical ? height : width) - 1) * dilation + 1;
            return (size - reach) / (vertical ? strideH : strideW) + 1;
        }

        int row(int oh, int kh) {
            return oh * strideH - padding[0] + kh * dilation;
        }

        int column(int ow, int kw) {
            return ow * strideW - padding[2] + kw * dilation;
        }
    }

    /** One output of a sliding window. */
    private interface Cell {
        double at(int n, int oh, int ow, int c);
    }

    private static Array slide(Array x, Window k, int channels, Cell cell) {
        int[] shape = {x.shape()[0], k.outputs(x, true), k.outputs(x, false), channels};
        double[] y = new double[shape[0] * shape[1] * shape[2] * shape[3]];
        for (int i = 0; i < y.length; i++) {
            int position = i / channels;
            int row = position / shape[2];
            y[i] = cell.at(row / shape[1], row % shape[1], position % shape[2], i % channels);
        }
        return new Array(y, shape);
    }

    /** Convolution; weights are (kh, kw, channels / groups, filters). */
    public static Array conv(Array x, double[] weights, double[] bias, Window k, int groups) {
        int inner = x.shape()[3] / groups;
        int filters = bias.length;
        return slide(x, k, filters, (n, oh, ow, f) -> {
            double sum = bias[f];
            int firstChannel = f / (filters / groups) * inner;
            for (int kh = 0; kh < k.height(); kh++) {
                for (int kw = 0; kw < k.width(); kw++) {
                    for (int c = 0; c < inner; c++) {
                        double weight = weights[((kh * k.width() + kw) * inner + c) * filters + f];
                        sum += weight * x.at(n, k.row(oh, kh), k.column(ow, kw), firstChannel + c);
                    }
                }
            }
            return sum;
        });
    }

    /** Largest value of each window. */
    public static Array maxPool(Array x, Window k) {
        return slide(x, k, x.shape()[3], (n, oh, ow, c) -> {
            double best = Double.NEGATIVE_INFINITY;
            for (int kh = 0; kh < k.height(); kh++) {
                for (int kw = 0; kw < k.width(); kw++) {
                    if (x.inside(k.row(oh, kh), k.column(ow, kw))) {
                        best = Math.max(best, x.at(n, k.row(oh, kh), k.column(ow, kw), c));
                    }
                }
            }
            return best;
        });
    }

    /** Mean of each window, padding left out. */
    public static Array avgPool(Array x, Window k) {
        return slide(x, k, x.shape()[3], (n, oh, ow, c) -> {
            double sum = 0;
            int count = 0;
            for (int kh = 0; kh < k.height(); kh++) {
                for (int kw = 0; kw < k.width(); kw++) {
                    sum += x.at(n, k.row(oh, kh), k.column(ow, kw), c);
                    count += x.inside(k.row(oh, kh), k.column(ow, kw)) ? 1 : 0;
                }
            }
            return sum / count;
        });
    }

    /** Weights are (inputs, units). */
    public static Array dense(Array x, double[] weights, double[] bias) {
        int batch = x.shape()[0];
        int inputs = x.values().length / batch;
        double[] y = new double[batch * bias.length];
        for (int i = 0; i < y.length; i++) {
            int unit = i % bias.length;
            y[i] = bias[unit];
            for (int j = 0; j < inputs; j++) {
                y[i] += x.values()[i / bias.length * inputs + j] * weights[j * bias.length + unit];
            }
        }
        return new Array(y, batch, bias.length);
    }

    /** A function of each value. */
    public static Array map(Array x, DoubleUnaryOperator f) {
        double[] y = x.values().clone();
        for (int i = 0; i < y.length; i++) {
            y[i] = f.applyAsDouble(y[i]);
        }
        return new Array(y, x.shape());
    }

    /** Softmax over the last dimension. */
    public static Array softmax(Array x) {
        int columns = x.shape()[x.shape().length - 1];
        double[] y = x.values().clone();
        for (int row = 0; row < y.length; row += columns) {
            double sum = 0;
            for (int i = row; i < row + columns; i++) {
                y[i] = Math.exp(y[i]);
                sum += y[i];
            }
            for (int i = row; i < row + columns; i++) {
                y[i] /= sum;
            }
        }
        return new Array(y, x.shape());
    }

    /** Mean of -log softmax at the labels. */
    public static double crossEntropy(Array logits, int[] labels) {
        double[] p = softmax(logits).values();
        double loss = 0;
        int classes = logits.shape()[1];
        for (int row = 0; row < logits.shape()[0]; row++) {
            loss -= Math.log(p[row * classes + labels[row]]);
        }
        return loss / logits.shape()[0];
    }

    /** Mean squared difference. */
    public static double squaredError(Array x, float[] targets) {
        double sum = 0;
        for (int i = 0; i < x.values().length; i++) {
            sum += (x.values()[i] - targets[i]) * (x.values()[i] - targets[i]);
        }
        return sum / x.values().length;
    }

    /** Central differences of a function at a point, which is left as it was. */
    public static double[] gradient(double[] point, ToDoubleFunction<double[]> function) {
        double step = 1e-6;
        double[] gradient = new double[point.length];
        for (int i = 0; i < point.length; i++) {
            double here = point[i];
            point[i] = here + step;
            double above = function.applyAsDouble(point);
            point[i] = here - step;
            double below = function.applyAsDouble(point);
            point[i] = here;
            gradient[i] = (above - below) / (2 * step);
        }
        return gradient;
    }

    /** Floats as doubles. */
    public static double[] doubles(float[] x, int n) {
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            y[i] = x[i];
        }
        return y;
    }
}

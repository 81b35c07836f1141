// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

import dev.quern.tests.reference.ReferenceNetwork.Array;

/** More layers in double precision, forward only, as {@link ReferenceNetwork}. */
public final class ReferenceLayers {
    private ReferenceLayers() {}

    /**
     * Normalised values times gamma plus beta, one of each for each index in the last dimension. Mean and variance are
     * those of each last-dimension run, or of each index over all else.
     */
    public static Array normalize(Array x, double[] gamma, double[] beta, double epsilon, boolean overAllElse) {
        int channels = gamma.length;
        int rows = x.values().length / channels;
        double[] y = new double[x.values().length];
        int groups = overAllElse ? channels : rows;
        int length = overAllElse ? rows : channels;
        for (int g = 0; g < groups; g++) {
            double mean = 0;
            double variance = 0;
            for (int i = 0; i < length; i++) {
                mean += x.values()[at(g, i, channels, overAllElse)] / length;
            }
            for (int i = 0; i < length; i++) {
                double deviation = x.values()[at(g, i, channels, overAllElse)] - mean;
                variance += deviation * deviation / length;
            }
            for (int i = 0; i < length; i++) {
                int at = at(g, i, channels, overAllElse);
                y[at] = (x.values()[at] - mean) / Math.sqrt(variance + epsilon) * gamma[at % channels]
                        + beta[at % channels];
            }
        }
        return new Array(y, x.shape());
    }

    private static int at(int group, int i, int channels, boolean overAllElse) {
        return overAllElse ? i * channels + group : group * channels + i;
    }

    /**
     * Transposed convolution, each input spread over the outputs that its taps reach; weights are (kh, kw, filters,
     * channels).
     *
     * @param k kernel height and width, strides, dilation, then padding, of which top and left count
     */
    public static Array convTranspose(
            Array x, double[] weights, double[] bias, int outHeight, int outWidth, ReferenceNetwork.Window k) {
        int channels = x.shape()[3];
        int filters = bias.length;
        int[] shape = {x.shape()[0], outHeight, outWidth, filters};
        double[] y = new double[shape[0] * outHeight * outWidth * filters];
        for (int i = 0; i < y.length; i++) {
            y[i] = bias[i % filters];
        }
        for (int e = 0; e < x.values().length; e++) {
            int c = e % channels;
            int pixel = e / channels;
            int column = pixel % x.shape()[2];
            int row = pixel / x.shape()[2] % x.shape()[1];
            int image = pixel / x.shape()[2] / x.shape()[1];
            for (int kh = 0; kh < k.height(); kh++) {
                for (int kw = 0; kw < k.width(); kw++) {
                    int h = k.row(row, kh);
                    int w = k.column(column, kw);
                    if (h >= 0 && h < outHeight && w >= 0 && w < outWidth) {
                        for (int f = 0; f < filters; f++) {
                            double weight = weights[((kh * k.width() + kw) * filters + f) * channels + c];
                            y[((image * outHeight + h) * outWidth + w) * filters + f] += x.values()[e] * weight;
                        }
                    }
                }
            }
        }
        return new Array(y, shape);
    }
}

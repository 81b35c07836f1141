// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.kernels.conv.ConvShape;
import java.util.Arrays;

/**
 * {@link dev.quern.tests.reference.ReferenceConv} for whole networks, in NHWC, without groups and dilation: the same sums
 * in the same order, and so the same bits, but all channels of a pixel side by side in plain loops over rows of an
 * array, which is some twenty times as fast.
 */
final class RowConv {
    private static final int LANES = 8;

    private final ConvShape s;
    private final int channels;
    private final int filters;
    private final int taps;
    /** Weights by (kh, kw, c), rows of filters. */
    private final float[][] weights;

    RowConv(ConvShape s, float[] hwio) {
        this.s = s;
        channels = s.channels();
        filters = s.outChannels();
        taps = s.kernelHeight() * s.kernelWidth();
        weights = new float[taps * channels][];
        for (int row = 0; row < weights.length; row++) {
            weights[row] = Arrays.copyOfRange(hwio, row * filters, (row + 1) * filters);
        }
    }

    /** Where the pixel that a tap of an output reads begins, or -1 where that is padding. */
    private int pixel(int position, int tap) {
        int ow = position % s.outWidth();
        int oh = position / s.outWidth() % s.outHeight();
        int image = position / s.outWidth() / s.outHeight();
        int h = oh * s.strideHeight() + tap / s.kernelWidth() - s.paddingTop();
        int w = ow * s.strideWidth() + tap % s.kernelWidth() - s.paddingLeft();
        boolean inside = h >= 0 && h < s.height() && w >= 0 && w < s.width();
        return inside ? ((image * s.height() + h) * s.width() + w) * channels : -1;
    }

    private static void addProduct(float factor, float[] row, float[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Math.fma(factor, row[i], sums[i]);
        }
    }

    /** The destination; {@code bias} may be null. */
    float[] forward(float[] src, float[] bias) {
        float[] dst = new float[s.destinationElements()];
        for (int position = 0; position * filters < dst.length; position++) {
            float[] sums = bias == null ? new float[filters] : bias.clone();
            for (int tap = 0; tap < taps; tap++) {
                int at = pixel(position, tap);
                for (int c = 0; c < channels; c++) {
                    addProduct(at < 0 ? 0f : src[at + c], weights[tap * channels + c], sums);
                }
            }
            System.arraycopy(sums, 0, dst, position * filters, filters);
        }
        return dst;
    }

    /** The gradient of the source. An output at a time meets the taps of a pixel out of order: they are kept apart until the end. */
    float[] backwardData(float[] diffDst) {
        float[][] byTap = new float[taps][s.sourceElements()];
        float[][] turned = turned();
        float[] chains = new float[channels];
        for (int position = 0; position * filters < diffDst.length; position++) {
            for (int tap = 0; tap < taps; tap++) {
                int at = pixel(position, tap);
                if (at >= 0) {
                    Arrays.fill(chains, 0f);
                    for (int k = 0; k < filters; k++) {
                        addProduct(diffDst[position * filters + k], turned[tap * filters + k], chains);
                    }
                    System.arraycopy(chains, 0, byTap[tap], at, channels);
                }
            }
        }
        float[] diffSrc = new float[s.sourceElements()];
        for (float[] tap : byTap) {
            // What no output reaches through a tap adds +0, which changes nothing.
            addProduct(1f, tap, diffSrc);
        }
        return diffSrc;
    }

    /** Weights by (kh, kw, filter), rows of channels. */
    private float[][] turned() {
        float[][] turned = new float[taps * filters][channels];
        for (int row = 0; row < weights.length; row++) {
            for (int k = 0; k < filters; k++) {
                turned[row / channels * filters + k][row % channels] = weights[row][k];
            }
        }
        return turned;
    }

    /** The gradient of the weights. */
    void backwardWeights(float[] src, float[] diffDst, float[] diffWeights) {
        int positions = s.outHeight() * s.outWidth();
        float[][][] lanes = new float[LANES][weights.length][filters];
        for (int position = 0; position < s.batch() * positions; position++) {
            float[][] lane = lanes[position / positions % LANES];
            float[] row = Arrays.copyOfRange(diffDst, position * filters, (position + 1) * filters);
            for (int tap = 0; tap < taps; tap++) {
                int at = pixel(position, tap);
                for (int c = 0; c < channels; c++) {
                    addProduct(at < 0 ? 0f : src[at + c], row, lane[tap * channels + c]);
                }
            }
        }
        int used = Math.min(LANES, s.batch());
        for (int row = 0; row < weights.length; row++) {
            for (int half = LANES / 2; half > 0; half /= 2) {
                for (int l = 0; l < half && l + half < used; l++) {
                    addProduct(1f, lanes[l + half][row], lanes[l][row]);
                }
            }
            System.arraycopy(lanes[0][row], 0, diffWeights, row * filters, filters);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import dev.quern.layers.Tensor;
import java.util.Arrays;
import java.util.Objects;

/**
 * Weights of other frameworks in Quern's order, and back. Images here are (height, width, channels). Letters: KH, KW
 * height and width of a kernel; C channels of the input; K filters; G groups; M the depth multiplier, filters for each
 * channel of a depthwise convolution; H, W an image's height and width.
 *
 * <table>
 * <caption>The same weights in three frameworks</caption>
 * <tr><th>layer</th><th>Quern</th><th>Keras</th><th>PyTorch</th></tr>
 * <tr><td>convolution</td><td>(KH, KW, C/G, K)</td><td>the same</td>
 *     <td>(K, C/G, KH, KW): {@link #fromPyTorchConv}</td></tr>
 * <tr><td>depthwise convolution, G = C</td><td>(KH, KW, 1, C·M), filter c·M + m is the m-th of channel c</td>
 *     <td>(KH, KW, C, M): {@link #fromKerasDepthwise}</td><td>(C·M, 1, KH, KW): {@link #fromPyTorchConv}</td></tr>
 * <tr><td>transposed convolution</td><td>(KH, KW, K/G, C)</td><td>the same</td>
 *     <td>(C, K/G, KH, KW): {@link #fromPyTorchConv}</td></tr>
 * <tr><td>dense</td><td>(inputs, units)</td><td>the same</td><td>(units, inputs): {@link #fromPyTorchLinear}</td></tr>
 * <tr><td>dense after a flatten of (C, H, W)</td><td>rows in the order (H, W, C)</td>
 *     <td>rows in the order (C, H, W), when its images are channels-first: {@link #fromChannelsFirst}</td>
 *     <td>as dense, then {@link #fromChannelsFirst}</td></tr>
 * <tr><td>bias; scale and shift of a normalisation</td><td>(K)</td><td>the same</td><td>the same</td></tr>
 * <tr><td>running statistics of batch normalisation</td><td>(2, C)</td>
 *     <td>two of (C), {@code moving_mean} and {@code moving_variance}: {@link #running}</td>
 *     <td>two of (C), {@code running_mean} and {@code running_var}: {@link #running}</td></tr>
 * </table>
 *
 * <p>Keras calls a layer's weights {@code kernel} and {@code bias}, of a depthwise layer {@code depthwise_kernel};
 * PyTorch {@code weight} and {@code bias}; of a normalisation Keras {@code gamma} and {@code beta}. Results are new tensors, of numbers that keep their bits.
 */
public final class WeightOrder {
    private WeightOrder() {}

    /**
     * (K, C/G, KH, KW) to (KH, KW, C/G, K), for any number of groups. Filters of one group follow each other in both.
     *
     * @throws IllegalArgumentException when there are not four dimensions
     */
    public static Tensor fromPyTorchConv(Tensor weights) {
        return Axes.permuted(requireRank(weights, "(filters, channels, height, width)", 4), 2, 3, 1, 0);
    }

    /** The way back from {@link #fromPyTorchConv}. */
    public static Tensor toPyTorchConv(Tensor weights) {
        return Axes.permuted(requireRank(weights, "(height, width, channels, filters)", 4), 3, 2, 0, 1);
    }

    /**
     * (units, inputs) to (inputs, units).
     *
     * @throws IllegalArgumentException when there are not two dimensions
     */
    public static Tensor fromPyTorchLinear(Tensor weights) {
        return Axes.reversed(requireRank(weights, "(units, inputs)", 2));
    }

    /** The way back from {@link #fromPyTorchLinear}. */
    public static Tensor toPyTorchLinear(Tensor weights) {
        return Axes.reversed(requireRank(weights, "(inputs, units)", 2));
    }

    /**
     * (KH, KW, C, M) to (KH, KW, 1, C·M).
     *
     * @throws IllegalArgumentException when there are not four dimensions
     */
    public static Tensor fromKerasDepthwise(Tensor weights) {
        requireRank(weights, "(height, width, channels, multiplier)", 4);
        long filters = (long) weights.dimension(2) * weights.dimension(3);
        if (filters > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "weights of shape " + Arrays.toString(weights.shape()) + " with " + filters + " filters");
        }
        return copied(weights, weights.dimension(0), weights.dimension(1), 1, (int) filters);
    }

    /**
     * The way back from {@link #fromKerasDepthwise}.
     *
     * @throws IllegalArgumentException when the shape is not (KH, KW, 1, a multiple of {@code channels})
     */
    public static Tensor toKerasDepthwise(Tensor weights, int channels) {
        requireRank(weights, "(height, width, 1, filters)", 4);
        int filters = weights.dimension(3);
        if (channels < 1 || weights.dimension(2) != 1 || filters % channels != 0) {
            throw new IllegalArgumentException("channels = " + channels + " and weights of shape "
                    + Arrays.toString(weights.shape()) + ", allowed: [height, width, 1, a multiple of channels]");
        }
        return copied(weights, weights.dimension(0), weights.dimension(1), channels, filters / channels);
    }

    /**
     * Dense weights (C·H·W, units) with rows in the order (C, H, W), as a flatten of channels-first images wants them,
     * to rows in the order (H, W, C).
     *
     * @throws IllegalArgumentException when the shape is not (channels·height·width, units)
     */
    public static Tensor fromChannelsFirst(Tensor weights, int channels, int height, int width) {
        Tensor rows = rows(weights, channels, height, width);
        return withRows(Axes.permuted(rows, 1, 2, 0, 3), weights);
    }

    /** The way back from {@link #fromChannelsFirst}. */
    public static Tensor toChannelsFirst(Tensor weights, int channels, int height, int width) {
        Tensor rows = rows(weights, height, width, channels);
        return withRows(Axes.permuted(rows, 2, 0, 1, 3), weights);
    }

    /**
     * Mean and variance of the channels, (C) each, as the state of a batch normalisation: (2, C).
     *
     * @throws IllegalArgumentException when they are not two of the same length
     */
    public static Tensor running(Tensor mean, Tensor variance) {
        int channels = Objects.requireNonNull(mean, "mean").elements();
        Objects.requireNonNull(variance, "variance");
        if (mean.rank() != 1 || variance.rank() != 1 || variance.elements() != channels) {
            throw new IllegalArgumentException("mean of shape " + Arrays.toString(mean.shape())
                    + " and variance of shape " + Arrays.toString(variance.shape()) + ", wanted (channels) for both");
        }
        Tensor running = Tensor.zeros(2, channels);
        System.arraycopy(mean.data(), 0, running.data(), 0, channels);
        System.arraycopy(variance.data(), 0, running.data(), channels, channels);
        return running;
    }

    private static Tensor rows(Tensor weights, int a, int b, int c) {
        requireRank(weights, "(inputs, units)", 2);
        long inputs = weights.dimension(0);
        if (a < 1 || b < 1 || c < 1 || (long) a * b > inputs || (long) a * b * c != inputs) {
            throw new IllegalArgumentException(
                    "weights with " + inputs + " inputs, wanted the product of " + a + ", " + b + " and " + c);
        }
        return Tensor.of(weights.data(), a, b, c, weights.dimension(1));
    }

    private static Tensor withRows(Tensor permuted, Tensor like) {
        return Tensor.of(permuted.data(), like.shape());
    }

    private static Tensor copied(Tensor weights, int... shape) {
        return Tensor.of(Arrays.copyOf(weights.data(), weights.elements()), shape);
    }

    private static Tensor requireRank(Tensor weights, String wanted, int rank) {
        if (Objects.requireNonNull(weights, "weights").rank() != rank) {
            throw new IllegalArgumentException(
                    "weights of shape " + Arrays.toString(weights.shape()) + ", wanted " + wanted);
        }
        return weights;
    }
}

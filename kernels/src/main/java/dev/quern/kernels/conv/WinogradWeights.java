// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.blocked.Panels;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.util.Objects;

/**
 * A convolution's weights, transformed for {@link ConvAlgorithm#WINOGRAD_2X2} or {@link ConvAlgorithm#WINOGRAD_4X4} and
 * packed once, for many calls with the same weights: else their transform may take longer than the convolution of an image.
 * A copy: later changes of the weights do not show. Immutable, to be shared by any number of threads. Results have the bits
 * of {@link Conv2D#forward}.
 */
public final class WinogradWeights {
    private final ConvAlgorithm algorithm;
    private final int channels;
    private final int outChannels;
    private final Panels[] panels;

    private WinogradWeights(ConvAlgorithm algorithm, int channels, int outChannels, Panels[] panels) {
        this.algorithm = algorithm;
        this.channels = channels;
        this.outChannels = outChannels;
        this.panels = panels;
    }

    /**
     * Transforms and packs.
     *
     * @param shape of a convolution with these weights; its batch, height, width and padding do not matter
     * @throws IllegalArgumentException when the algorithm is not one of the two, does not suit the shape, or the result
     *     has more than 2³¹-1 elements
     * @throws IndexOutOfBoundsException when the weights are not within their array
     */
    public static WinogradWeights of(ConvAlgorithm algorithm, ConvShape shape, float[] weights, int weightsOffset) {
        int m = Objects.requireNonNull(algorithm, "algorithm").tile();
        if (m == 0) {
            throw new IllegalArgumentException("algorithm = " + algorithm + ", allowed: WINOGRAD_2X2, WINOGRAD_4X4");
        }
        algorithm.resolve(shape);
        Check.range("weights", weights, weightsOffset, shape.weightElements());
        int c = shape.channels();
        int k = shape.outChannels();
        int places = WinogradTiles.places(m);
        Check.product("transformed weights", WinogradForward.weightFloats(m, shape));
        Check.product("packed transformed weights", places, Panels.floats(c, k));
        float[] plain = new float[(int) WinogradForward.weightFloats(m, shape)];
        WinogradForward.transform(m, shape, weights, weightsOffset, plain, WorkerPool.CALLER);
        var panels = new Panels[places];
        for (int place = 0; place < places; place++) {
            panels[place] = Panels.of(c, k, 1f, plain, place * (c * k + WinogradBlock.GAP), k, 1);
        }
        return new WinogradWeights(algorithm, c, k, panels);
    }

    /**
     * Floats of workspace that {@link #forward} needs.
     *
     * @throws IllegalArgumentException when the shape is not one for these weights
     */
    public long workspaceFloats(ConvShape shape, WorkerPool pool) {
        check(shape);
        return WinogradForward.preparedFloats(algorithm.tile(), shape, pool);
    }

    /**
     * Convolves.
     *
     * @param epilogue an optional bias along N, the output channels, and an activation
     * @throws IllegalArgumentException also when the bias is along M, or the shape is not one for these weights
     */
    public void forward(
            ConvShape shape,
            float[] src,
            int srcOffset,
            Epilogue epilogue,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        check(shape);
        Conv2D.checkForward(shape, src, srcOffset, epilogue, dst, dstOffset);
        if (shape.batch() > 0) {
            WinogradForward.runPrepared(
                    algorithm.tile(), shape, src, srcOffset, panels, epilogue, dst, dstOffset, workspace);
        }
    }

    private void check(ConvShape shape) {
        Objects.requireNonNull(shape, "shape");
        algorithm.resolve(shape);
        Check.same("shape's channels", shape.channels(), "channels of the weights", channels);
        Check.same("shape's outChannels", shape.outChannels(), "outChannels of the weights", outChannels);
    }
}

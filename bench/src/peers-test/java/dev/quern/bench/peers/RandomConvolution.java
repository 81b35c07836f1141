// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.bench.contest.Inputs;
import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.reference.ReferenceConv;
import java.util.SplittableRandom;

/**
 * A small convolution of random geometry with its operands, for a library that computes it in another order. Groups,
 * strides, dilations and padding differ by axis and side, kernels may be larger than the image. A library's tensors are
 * NCHW and OIHW.
 */
final class RandomConvolution {
    /** How many to try; {@code -Dgeometries=…} on Maven's command line. */
    static final int COUNT = Integer.getInteger("dev.quern.bench.geometries", 2000);

    private static final double UNIT_ROUNDOFF = 0x1p-24;

    final ConvShape shape;
    private final int index;
    private final float[] src;
    private final float[] weights;
    private final float[] bias;
    private final float[] diffDst;

    /** The one of an index, always the same. */
    RandomConvolution(int index) {
        this.index = index;
        shape = shape(new SplittableRandom(index));
        src = Inputs.uniform(shape.sourceElements(), 4L * index);
        weights = Inputs.uniform(shape.weightElements(), 4L * index + 1);
        bias = Inputs.uniform(shape.outChannels(), 4L * index + 2);
        diffDst = Inputs.uniform(shape.destinationElements(), 4L * index + 3);
    }

    private static ConvShape shape(SplittableRandom random) {
        int groups = random.nextInt(3) == 0 ? random.nextInt(2, 7) : 1;
        boolean depthwise = groups > 1 && random.nextBoolean();
        int in = depthwise ? 1 : random.nextInt(1, groups == 1 ? 25 : 6);
        int out = depthwise ? random.nextInt(1, 3) : random.nextInt(1, groups == 1 ? 25 : 6);
        int[] kernel = new int[2];
        int[] dilation = new int[2];
        int[] padding = new int[4];
        int[] size = new int[2];
        for (int axis = 0; axis < 2; axis++) {
            kernel[axis] = random.nextInt(1, 6);
            dilation[axis] = random.nextInt(1, 4);
            padding[2 * axis] = random.nextInt(4);
            padding[2 * axis + 1] = random.nextInt(4);
            int reach = (kernel[axis] - 1) * dilation[axis] + 1;
            size[axis] = Math.max(random.nextInt(1, 13), reach - padding[2 * axis] - padding[2 * axis + 1]);
        }
        Layout layout = random.nextBoolean() ? Layout.NHWC : Layout.NCHW;
        return ConvShape.of(
                        layout,
                        random.nextInt(1, 4),
                        size[0],
                        size[1],
                        groups * in,
                        groups * out,
                        kernel[0],
                        kernel[1])
                .withPadding(padding[0], padding[1], padding[2], padding[3])
                .withStrides(random.nextInt(1, 4), random.nextInt(1, 4))
                .withDilations(dilation[0], dilation[1])
                .withGroups(groups);
    }

    float[] srcNchw() {
        return toNchw(src, shape.channels());
    }

    float[] diffDstNchw() {
        return toNchw(diffDst, shape.outChannels());
    }

    float[] weightsOihw() {
        return Relayout.hwioToOihw(weights, taps(), shape.channels() / shape.groups(), shape.outChannels());
    }

    float[] bias() {
        return bias;
    }

    long[] srcDimensions() {
        return new long[] {shape.batch(), shape.channels(), shape.height(), shape.width()};
    }

    long[] dstDimensions() {
        return new long[] {shape.batch(), shape.outChannels(), shape.outHeight(), shape.outWidth()};
    }

    long[] weightDimensions() {
        return new long[] {
            shape.outChannels(), shape.channels() / shape.groups(), shape.kernelHeight(), shape.kernelWidth()
        };
    }

    /** Fails unless ours is near the library's. */
    void assertForward(float[] peerDst) {
        float[] ours = new float[diffDst.length];
        try (var workspace = workspace()) {
            Conv2D.forward(shape, src, 0, weights, 0, Epilogue.biasAlongN(bias, 0), ours, 0, workspace);
        }
        float[] magnitudes = new float[ours.length];
        ReferenceConv.forward(shape, absolute(src), absolute(weights), absolute(bias), magnitudes);
        int terms = taps() * (shape.channels() / shape.groups());
        assertNear("dst", fromNchw(peerDst, shape.outChannels()), ours, magnitudes, terms);
    }

    /** Fails unless each of our gradients is near the library's. */
    void assertBackward(float[] peerDiffSrc, float[] peerDiffWeights, float[] peerDiffBias) {
        float[] diffSrc = new float[src.length];
        float[] diffWeights = new float[weights.length];
        float[] diffBias = new float[bias.length];
        try (var workspace = workspace()) {
            Conv2D.backwardData(shape, diffDst, 0, weights, 0, diffSrc, 0, workspace);
            Conv2D.backwardWeights(shape, src, 0, diffDst, 0, diffWeights, 0, workspace);
        }
        Conv2D.backwardBias(shape, diffDst, 0, diffBias, 0);
        float[] srcMagnitudes = new float[src.length];
        float[] weightMagnitudes = new float[weights.length];
        float[] biasMagnitudes = new float[bias.length];
        ReferenceConv.backwardData(shape, absolute(diffDst), absolute(weights), srcMagnitudes);
        ReferenceConv.backwardWeights(shape, absolute(src), absolute(diffDst), weightMagnitudes);
        ReferenceConv.backwardBias(shape, absolute(diffDst), biasMagnitudes);
        int groups = shape.groups();
        int positions = diffDst.length / shape.outChannels();
        float[] peerWeights =
                Relayout.oihwToHwio(peerDiffWeights, taps(), shape.channels() / groups, shape.outChannels());
        float[] peerSrc = fromNchw(peerDiffSrc, shape.channels());
        assertNear("diffSrc", peerSrc, diffSrc, srcMagnitudes, taps() * (shape.outChannels() / groups));
        assertNear("diffWeights", peerWeights, diffWeights, weightMagnitudes, positions);
        assertNear("diffBias", peerDiffBias, diffBias, biasMagnitudes, positions);
    }

    /** Two orders of a sum of so many products differ by no more than this share of the sum of their magnitudes. */
    private void assertNear(String what, float[] peer, float[] ours, float[] magnitudes, int terms) {
        assertEquals(peer.length, ours.length, what + " of " + this);
        for (int i = 0; i < ours.length; i++) {
            double bound = 2 * (terms + 8) * UNIT_ROUNDOFF * magnitudes[i];
            double difference = Math.abs((double) peer[i] - ours[i]);
            if (!(difference <= bound)) {
                throw new AssertionError(what + "[" + i + "] of " + this + " is " + ours[i] + ", the library has "
                        + peer[i] + ", allowed difference " + bound);
            }
        }
    }

    private int taps() {
        return shape.kernelHeight() * shape.kernelWidth();
    }

    private float[] toNchw(float[] images, int channels) {
        int area = images.length / (shape.batch() * channels);
        return shape.layout() == Layout.NCHW ? images : Relayout.transpose(images, shape.batch(), area, channels);
    }

    private float[] fromNchw(float[] images, int channels) {
        int area = images.length / (shape.batch() * channels);
        return shape.layout() == Layout.NCHW ? images : Relayout.transpose(images, shape.batch(), channels, area);
    }

    private Workspace workspace() {
        return new Workspace(Conv2D.workspaceFloats(shape, WorkerPool.CALLER));
    }

    private static float[] absolute(float[] values) {
        float[] magnitudes = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            magnitudes[i] = Math.abs(values[i]);
        }
        return magnitudes;
    }

    @Override
    public String toString() {
        return "convolution " + index + ", " + shape;
    }
}

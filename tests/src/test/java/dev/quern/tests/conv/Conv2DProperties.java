// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** Convolution and its gradients have the bits of their definitions. */
class Conv2DProperties {
    @Tag("deep")
    @Property(tries = 300, seed = "11", edgeCases = EdgeCasesMode.NONE)
    void forwardIsExact(
            @ForAll("shapes") ConvShape shape,
            @ForAll boolean biased,
            @ForAll("activations") Activation activation,
            @ForAll long seed) {
        ConvCase.of(shape, seed).assertForward(WorkerPool.CALLER, biased, activation);
    }

    @Tag("deep")
    @Property(tries = 300, seed = "12", edgeCases = EdgeCasesMode.NONE)
    void backwardDataIsExact(@ForAll("shapes") ConvShape shape, @ForAll long seed) {
        ConvCase.of(shape, seed).assertBackwardData(WorkerPool.CALLER);
    }

    @Tag("deep")
    @Property(tries = 200, seed = "13", edgeCases = EdgeCasesMode.NONE)
    void backwardWeightsIsExact(@ForAll("batches") ConvShape shape, @ForAll long seed) {
        ConvCase.of(shape, seed).assertBackwardWeights(WorkerPool.CALLER);
    }

    @Tag("deep")
    @Property(tries = 300, seed = "14", edgeCases = EdgeCasesMode.NONE)
    void backwardBiasIsExact(@ForAll("batches") ConvShape shape, @ForAll long seed) {
        ConvCase.of(shape, seed).assertBackwardBias(WorkerPool.CALLER);
    }

    @Tag("deep")
    @Property(tries = 150, seed = "15", edgeCases = EdgeCasesMode.NONE)
    void nanInfinityDenormalsAndNegativeZeroGoAsInThePlainLoops(
            @ForAll("shapes") ConvShape shape, @ForAll @IntRange(min = 1, max = 60) int every, @ForAll long seed) {
        ConvCase.odd(shape, every, seed).assertEverything(WorkerPool.CALLER);
    }

    @Tag("deep")
    @Property(tries = 200, seed = "25", edgeCases = EdgeCasesMode.NONE)
    void stridesDilationAndPaddingMayBeHuge(@ForAll("far") ConvShape shape, @ForAll long seed) {
        ConvCase.of(shape, seed).assertEverything(WorkerPool.CALLER);
    }

    @Property(tries = 40, seed = "16", edgeCases = EdgeCasesMode.NONE)
    void everyPoolGivesTheSameBits(@ForAll("batches") ConvShape shape, @ForAll long seed) {
        for (WorkerPool pool : Pools.ALL) {
            ConvCase.of(shape, seed).assertEverything(pool);
        }
    }

    @Tag("deep")
    @Property(tries = 60, seed = "17", edgeCases = EdgeCasesMode.NONE)
    void bothLayoutsGiveTheSameBits(@ForAll("shapes") ConvShape shape, @ForAll long seed) {
        ConvShape nhwc = Relayout.to(Layout.NHWC, shape);
        ConvShape nchw = Relayout.to(Layout.NCHW, shape);
        float[] src = Data.uniform(shape.sourceElements(), seed);
        float[] weights = Data.uniform(shape.weightElements(), seed + 1);
        float[] expected = Doors.forward(nhwc, src, weights);
        float[] actual = Doors.forward(nchw, Relayout.source(nhwc, src), weights);
        Bits.assertEqual(shape.toString(), Relayout.destination(nhwc, expected), actual);
    }

    @Property(tries = 60, seed = "18", edgeCases = EdgeCasesMode.NONE)
    void anImageDoesNotDependOnTheImagesThatComeWithIt(@ForAll("batches") ConvShape shape, @ForAll long seed) {
        float[] src = Data.uniform(shape.sourceElements(), seed);
        float[] weights = Data.uniform(shape.weightElements(), seed + 1);
        float[] all = Doors.forward(shape, src, weights);
        ConvShape one = Relayout.withBatch(1, shape);
        for (int n = 0; n < shape.batch(); n++) {
            float[] image = new float[one.sourceElements()];
            System.arraycopy(src, n * image.length, image, 0, image.length);
            float[] expected = new float[one.destinationElements()];
            System.arraycopy(all, n * expected.length, expected, 0, expected.length);
            Bits.assertEqual("image " + n + " of " + shape, expected, Doors.forward(one, image, weights));
        }
    }

    @Example
    void layersOfRealNetworksAreExactOnOneAndOnThreeThreads() {
        for (Layout layout : Layout.values()) {
            for (ConvShape shape : ConvShapes.real(layout)) {
                ConvCase.of(shape, 21).assertEverything(WorkerPool.CALLER);
                ConvCase.of(shape, 22).assertEverything(Pools.ALL.get(2));
            }
        }
    }

    @Example
    void aTapMayLieFarOutsideOfNarrowImages() {
        for (Layout layout : Layout.values()) {
            var shape = ConvShape.of(layout, 2, 3, 1, 16, 64, 3, 5)
                    .withPadding(1, 1, 4, 4)
                    .withDilations(1, 2);
            ConvCase.of(shape, 3).assertEverything(WorkerPool.CALLER);
        }
    }

    /** Depthwise sources of 8 MB and more are read beforehand. */
    @Example
    void aDepthwiseSourceMayBeLarge() {
        for (int stride = 1; stride <= 2; stride++) {
            var shape = ConvShape.of(Layout.NHWC, 2, 181, 182, 33, 33, 3, 3)
                    .withPadding(1, 0, 1, 1)
                    .withStrides(stride, stride)
                    .withGroups(33);
            ConvCase.of(shape, stride).assertEverything(WorkerPool.CALLER);
            ConvCase.of(shape, stride).assertEverything(Pools.TWO);
        }
    }

    /** Depthwise pixels a multiple of 1 KB long go by tiles of all channels or are brought together. */
    @Example
    void depthwisePixelsMayShareCacheSets() {
        for (int stride = 1; stride <= 2; stride++) {
            for (int size = 5; size <= 9; size++) {
                for (int padding = 0; padding < 8; padding++) {
                    var shape = ConvShape.of(Layout.NHWC, 2, size + 2 * (padding / 4), size, 256, 256, 3, 3)
                            .withPadding(padding & 1, 1, padding >> 1 & 1, padding & 1)
                            .withStrides(stride, stride)
                            .withGroups(256);
                    ConvCase.of(shape, size).assertForward(WorkerPool.CALLER, true, Activation.IDENTITY);
                    ConvCase.of(shape, size).assertForward(Pools.TWO, padding % 2 == 0, Activation.RELU);
                }
            }
        }
        var strips = ConvShape.of(Layout.NHWC, 2, 14, 5, 512, 512, 3, 3)
                .withPadding(1, 1, 1, 1)
                .withGroups(512);
        ConvCase.of(strips, 1).assertForward(Pools.TWO, false, Activation.RELU);
    }

    @Example
    void anEmptyBatchGivesNoOutputAndZeroGradients() {
        for (Layout layout : Layout.values()) {
            var shape = ConvShape.of(layout, 0, 5, 5, 3, 4, 3, 3);
            ConvCase.of(shape, 1).assertEverything(WorkerPool.CALLER);
            ConvCase.of(shape, 1).assertEverything(Pools.TWO);
        }
    }

    @Example
    void paddingTakesPartAsZerosEvenAgainstInfiniteWeights() {
        for (Layout layout : Layout.values()) {
            var shape = ConvShape.of(layout, 1, 2, 2, 1, 1, 3, 3).withPadding(1, 1, 1, 1);
            float[] weights = new float[9];
            weights[0] = Float.POSITIVE_INFINITY;
            float[] dst = Doors.forward(shape, new float[] {1, 1, 1, 1}, weights);
            Bits.assertEqual(layout + "", new float[] {Float.NaN, Float.NaN, Float.NaN, Float.POSITIVE_INFINITY}, dst);
        }
    }

    @Example
    void everyDoorWritesAllOfItsOutputAndNothingElse() {
        var shape = ConvShape.of(Layout.NHWC, 2, 5, 5, 3, 4, 3, 3).withStrides(3, 3);
        Guarded dst = Guarded.output(shape.destinationElements());
        ConvCase.of(shape, 9).forward(ConvAlgorithm.AUTO, dst, WorkerPool.CALLER, true, Activation.RELU);
        for (float value : dst.values()) {
            if (Float.isNaN(value)) {
                throw new AssertionError("an output was left out");
            }
        }
    }

    @Provide
    Arbitrary<ConvShape> far() {
        return ConvShapes.far();
    }

    @Provide
    Arbitrary<ConvShape> shapes() {
        return ConvShapes.small(3);
    }

    @Provide
    Arbitrary<ConvShape> batches() {
        return ConvShapes.small(19);
    }

    @Provide
    Arbitrary<Activation> activations() {
        return Arbitraries.of(Activation.IDENTITY, Activation.RELU, Activation.leakyRelu(0.1f), Activation.TANH);
    }
}

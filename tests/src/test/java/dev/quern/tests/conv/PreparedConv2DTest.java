// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.conv.PreparedConv2D;
import dev.quern.kernels.elementwise.ElementWise;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.DoorContract;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** What a prepared convolution adds to Conv2D: a residual, copies, sharing. That its bits are the same, ConvCase asserts. */
class PreparedConv2DTest {
    private static final ConvShape PIXELS =
            ConvShape.of(Layout.NHWC, 3, 9, 9, 8, 18, 3, 3).withPadding(1, 1, 1, 1);
    private static final ConvShape PLANES =
            ConvShape.of(Layout.NCHW, 3, 9, 9, 8, 18, 3, 3).withPadding(1, 1, 1, 1);
    private static final ConvShape COLUMNS =
            ConvShape.of(Layout.NCHW, 3, 9, 9, 8, 18, 3, 3).withGroups(2);

    @Property(tries = 200, seed = "81", edgeCases = EdgeCasesMode.NONE)
    void aResidualIsOneMoreAdditionBeforeTheActivation(
            @ForAll("shapes") ConvShape shape,
            @ForAll("pools") WorkerPool pool,
            @ForAll("activations") Activation activation,
            @ForAll long seed) {
        int n = shape.destinationElements();
        float[] src = Data.odd(shape.sourceElements(), 50, seed);
        float[] weights = Data.uniform(shape.weightElements(), seed + 1);
        Guarded residual = Guarded.of(Data.odd(n, 50, seed + 2));
        Epilogue bias = Epilogue.biasAlongN(Data.uniform(shape.outChannels(), seed + 3), 0);
        for (ConvAlgorithm algorithm : ConvAlgorithm.values()) {
            if (algorithm.suits(shape)) {
                float[] expected = new float[n];
                try (var workspace = new Workspace(pool, Conv2D.workspaceFloats(algorithm, shape, pool))) {
                    Conv2D.forward(algorithm, shape, src, 0, weights, 0, bias, expected, 0, workspace);
                }
                ElementWise.add(n, expected, 0, residual.values(), 0, expected, 0, pool);
                activation.forward(n, expected, 0, expected, 0);
                var conv = PreparedConv2D.of(algorithm, shape, weights, 0, bias.then(activation));
                Guarded dst = Guarded.output(n);
                try (var workspace = new Workspace(pool, conv.workspaceFloats(pool))) {
                    conv.forward(src, 0, residual.array(), residual.offset(), dst.array(), dst.offset(), workspace);
                }
                Bits.assertEqual(conv + " on " + pool.threads() + " threads", expected, dst.values());
                residual.assertUnchanged("residual");
            }
        }
    }

    @Example
    void aResidualOfManyRowsIsAddedPartByPart() {
        aResidualIsOneMoreAdditionBeforeTheActivation(
                ConvShape.of(Layout.NHWC, 2, 31, 33, 5, 7, 3, 3), WorkerPool.CALLER, Activation.TANH, 4);
        aResidualIsOneMoreAdditionBeforeTheActivation(
                ConvShape.of(Layout.NHWC, 2, 31, 33, 5, 7, 1, 1), Pools.TWO, Activation.RELU, 5);
    }

    @Example
    void aResidualIsAddedWhereRowsAreSweptOrReadInPlace() {
        ConvShape copied = ConvShape.of(Layout.NHWC, 2, 60, 16, 16, 32, 3, 3).withPadding(1, 1, 1, 1);
        ConvShape inPlace = ConvShape.of(Layout.NHWC, 2, 7, 8, 64, 32, 3, 3).withPadding(1, 1, 1, 1);
        ConvShape strided = ConvShape.of(Layout.NHWC, 2, 18, 16, 32, 64, 3, 3)
                .withStrides(2, 2)
                .withPadding(1, 1, 1, 1);
        ConvShape shortcut = ConvShape.of(Layout.NHWC, 2, 10, 32, 16, 32, 1, 1).withStrides(2, 2);
        for (ConvShape shape : List.of(copied, inPlace, strided, shortcut)) {
            for (Activation activation : List.of(Activation.IDENTITY, Activation.RELU, Activation.TANH)) {
                aResidualIsOneMoreAdditionBeforeTheActivation(shape, WorkerPool.CALLER, activation, 8);
                aResidualIsOneMoreAdditionBeforeTheActivation(shape, Pools.TWO, activation, 9);
            }
        }
    }

    @Example
    void aProductIsCutAlongRowsAndColumnsForThreads() {
        ConvShape pixels = ConvShape.of(Layout.NHWC, 1, 14, 14, 160, 192, 1, 1);
        ConvShape wide = ConvShape.of(Layout.NHWC, 1, 7, 7, 128, 1030, 1, 1);
        ConvShape windows = ConvShape.of(Layout.NHWC, 1, 15, 15, 72, 260, 3, 3)
                .withStrides(2, 2)
                .withPadding(1, 1, 1, 1);
        ConvShape tall = ConvShape.of(Layout.NHWC, 1, 61, 40, 40, 70, 1, 1);
        for (ConvShape shape : List.of(pixels, wide, windows, windows.withGroups(2), tall)) {
            for (WorkerPool pool : Pools.ALL) {
                aResidualIsOneMoreAdditionBeforeTheActivation(shape, pool, Activation.RELU, 6);
                aResidualIsOneMoreAdditionBeforeTheActivation(shape, pool, Activation.IDENTITY, 7);
            }
        }
    }

    @Property(tries = 60, seed = "82", edgeCases = EdgeCasesMode.NONE)
    void anotherBatchGivesTheBitsOfTheDoor(@ForAll("shapes") ConvShape shape, @ForAll long seed) {
        float[] weights = Data.uniform(shape.weightElements(), seed + 1);
        var conv = PreparedConv2D.of(shape, weights, 0, Epilogue.NONE);
        for (int batch = 0; batch < 5; batch++) {
            ConvShape other = shape.withBatch(batch);
            float[] src = Data.uniform(other.sourceElements(), seed);
            Bits.assertEqual(other + "", Doors.forward(other, src, weights), run(conv.withBatch(batch), src));
        }
    }

    @Example
    void laterChangesOfWeightsAndBiasDoNotShow() {
        for (ConvShape shape : List.of(PIXELS, PLANES, COLUMNS, PIXELS.withBatch(1))) {
            float[] weights = Data.uniform(shape.weightElements(), 1);
            float[] bias = Data.uniform(shape.outChannels(), 2);
            float[] src = Data.uniform(shape.sourceElements(), 3);
            for (ConvAlgorithm algorithm : ConvAlgorithm.values()) {
                if (algorithm.suits(shape)) {
                    float[] w = weights.clone();
                    float[] b = bias.clone();
                    var conv = PreparedConv2D.of(algorithm, shape, w, 0, Epilogue.biasAlongN(b, 0));
                    float[] before = run(conv, src);
                    Arrays.fill(w, Float.NaN);
                    Arrays.fill(b, Float.NaN);
                    Bits.assertEqual(conv + "", before, run(conv, src));
                }
            }
        }
    }

    @Example
    void eightThreadsShareOne() throws Exception {
        for (ConvShape shape : List.of(PIXELS, PLANES, COLUMNS)) {
            float[] weights = Data.uniform(shape.weightElements(), 1);
            var conv = PreparedConv2D.of(shape, weights, 0, Epilogue.NONE.then(Activation.TANH));
            float[][] srcs = new float[8][];
            var expected = new ArrayList<float[]>();
            for (int i = 0; i < srcs.length; i++) {
                srcs[i] = Data.uniform(shape.sourceElements(), 10 + i);
                expected.add(run(conv, srcs[i]));
            }
            try (var threads = Executors.newFixedThreadPool(srcs.length)) {
                var results = new ArrayList<Future<float[]>>();
                for (float[] src : srcs) {
                    results.add(threads.submit(() -> {
                        float[] last = null;
                        for (int i = 0; i < 50; i++) {
                            last = run(conv, src);
                        }
                        return last;
                    }));
                }
                for (int i = 0; i < srcs.length; i++) {
                    Bits.assertEqual(
                            conv + ", thread " + i,
                            expected.get(i),
                            results.get(i).get());
                }
            }
        }
    }

    @Example
    @Tag("allocation")
    void aCallAllocatesNothing() {
        for (ConvShape shape : List.of(PIXELS, PLANES, COLUMNS)) {
            var conv =
                    PreparedConv2D.of(shape, new float[shape.weightElements()], 0, Epilogue.NONE.then(Activation.RELU));
            float[] src = new float[shape.sourceElements()];
            float[] dst = new float[shape.destinationElements()];
            float[] residual = new float[dst.length];
            var workspace = new Workspace(conv.workspaceFloats(WorkerPool.CALLER));
            Allocation.assertNone(conv + "", () -> conv.forward(src, 0, dst, 0, workspace));
            Allocation.assertNone(conv + "", () -> conv.forward(src, 0, residual, 0, dst, 0, workspace));
        }
    }

    @Example
    void arraysAreRefusedByName() {
        for (ConvShape shape : List.of(PIXELS, PLANES, COLUMNS)) {
            var conv = PreparedConv2D.of(shape, new float[shape.weightElements()], 0, Epilogue.NONE);
            var workspace = new Workspace(conv.workspaceFloats(WorkerPool.CALLER));
            DoorContract.of(
                            "forward",
                            "dst",
                            shape.destinationElements(),
                            (arrays, offsets) -> conv.forward(arrays[1], offsets[1], arrays[0], offsets[0], workspace))
                    .reading("src", shape.sourceElements())
                    .assertHeld();
            DoorContract.of(
                            "forward with a residual",
                            "dst",
                            shape.destinationElements(),
                            (arrays, offsets) -> conv.forward(
                                    arrays[1], offsets[1], arrays[2], offsets[2], arrays[0], offsets[0], workspace))
                    .reading("src", shape.sourceElements())
                    .reading("residual", shape.destinationElements())
                    .assertHeld();
        }
    }

    @Example
    void whatCannotBePreparedIsRefused() {
        float[] weights = new float[PIXELS.weightElements()];
        var npe = NullPointerException.class;
        var iae = IllegalArgumentException.class;
        var ioobe = IndexOutOfBoundsException.class;
        Refused.with(npe, () -> PreparedConv2D.of(null, PIXELS, weights, 0, Epilogue.NONE), "algorithm");
        Refused.with(npe, () -> PreparedConv2D.of(null, weights, 0, Epilogue.NONE), "shape");
        Refused.with(npe, () -> PreparedConv2D.of(PIXELS, null, 0, Epilogue.NONE), "weights");
        Refused.with(npe, () -> PreparedConv2D.of(PIXELS, weights, 0, null), "epilogue");
        Refused.with(ioobe, () -> PreparedConv2D.of(PIXELS, weights, 1, Epilogue.NONE), "weights", "1");
        Refused.with(
                ioobe,
                () -> PreparedConv2D.of(PIXELS, weights, 0, Epilogue.biasAlongN(new float[17], 0)),
                "bias",
                "18");
        Refused.with(
                iae, () -> PreparedConv2D.of(PIXELS, weights, 0, Epilogue.biasAlongM(new float[18], 0)), "along M");
        Refused.with(
                iae,
                () -> PreparedConv2D.of(ConvAlgorithm.DIRECT, PIXELS, weights, 0, Epilogue.NONE),
                "DIRECT",
                "AUTO");
        var large = ConvShape.of(Layout.NHWC, 1, 2, 2, 8, 18, 3, 3);
        Refused.with(iae, () -> PreparedConv2D.of(large, weights, 0, Epilogue.NONE), "3", "2");
        var conv = PreparedConv2D.of(PIXELS, weights, 0, Epilogue.NONE);
        Refused.with(iae, () -> conv.withBatch(-1), "batch", "-1");
    }

    @Example
    void aWorkspaceTooSmallIsRefused() {
        var conv = PreparedConv2D.of(PLANES, new float[PLANES.weightElements()], 0, Epilogue.NONE);
        long floats = conv.workspaceFloats(WorkerPool.CALLER);
        assertTrue(floats > 0);
        var workspace = new Workspace(floats - 1);
        float[] src = new float[PLANES.sourceElements()];
        float[] dst = new float[PLANES.destinationElements()];
        Refused.with(
                IllegalArgumentException.class,
                () -> conv.forward(src, 0, dst, 0, workspace),
                "workspace",
                "" + floats);
    }

    @Example
    void itTellsWhatItIs() {
        var conv = PreparedConv2D.of(PIXELS, new float[PIXELS.weightElements()], 0, Epilogue.NONE);
        assertEquals(ConvAlgorithm.IMPLICIT, conv.algorithm());
        assertEquals(PIXELS, conv.shape());
        assertTrue(conv.weightBytes() >= 4L * PIXELS.weightElements());
        assertTrue(conv.toString().contains("IMPLICIT") && conv.toString().contains(PIXELS.toString()), conv + "");
    }

    private static float[] run(PreparedConv2D conv, float[] src) {
        float[] dst = new float[conv.shape().destinationElements()];
        Arrays.fill(dst, Float.NaN);
        try (var workspace = new Workspace(conv.workspaceFloats(WorkerPool.CALLER))) {
            conv.forward(src, 0, dst, 0, workspace);
        }
        return dst;
    }

    @Provide
    Arbitrary<ConvShape> shapes() {
        return ConvShapes.small(3);
    }

    @Provide
    Arbitrary<WorkerPool> pools() {
        return Arbitraries.of(WorkerPool.CALLER, WorkerPool.CALLER, Pools.TWO);
    }

    @Provide
    Arbitrary<Activation> activations() {
        return Arbitraries.of(Activation.IDENTITY, Activation.RELU, Activation.TANH);
    }
}

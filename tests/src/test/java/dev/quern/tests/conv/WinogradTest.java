// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.conv.NumericClass;
import dev.quern.kernels.conv.PreparedConv2D;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.DoorContract;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class WinogradTest {
    private static final Class<IllegalArgumentException> IAE = IllegalArgumentException.class;
    private static final List<ConvAlgorithm> BOTH = List.of(ConvAlgorithm.WINOGRAD_2X2, ConvAlgorithm.WINOGRAD_4X4);
    private static final ConvShape GOOD =
            ConvShape.of(Layout.NHWC, 2, 30, 30, 48, 48, 3, 3).withPadding(1, 1, 1, 1);

    @Test
    void aClassIsOptedInto() {
        assertEquals(ConvAlgorithm.DIRECT, ConvAlgorithm.fastest(NumericClass.EXACT, GOOD));
        assertEquals(ConvAlgorithm.WINOGRAD_2X2, ConvAlgorithm.fastest(NumericClass.ACCURATE, GOOD));
        assertEquals(ConvAlgorithm.WINOGRAD_4X4, ConvAlgorithm.fastest(NumericClass.FAST, GOOD));
        for (ConvAlgorithm algorithm : ConvAlgorithm.values()) {
            boolean winograd = algorithm.name().startsWith("WINOGRAD");
            assertEquals(winograd, algorithm.numericClass() != NumericClass.EXACT);
        }
        assertTrue(Conv2D.explain(ConvAlgorithm.AUTO, GOOD, WorkerPool.CALLER).startsWith("DIRECT: "));
    }

    @Test
    void aClassIsAPermissionAndNoDemand() {
        for (ConvShape shape : unsuitable()) {
            for (NumericClass allowed : NumericClass.values()) {
                assertEquals(
                        NumericClass.EXACT,
                        ConvAlgorithm.fastest(allowed, shape).numericClass());
            }
        }
        ConvShape few = ConvShape.of(Layout.NHWC, 1, 30, 30, 3, 32, 3, 3);
        assertTrue(ConvAlgorithm.WINOGRAD_4X4.suits(few));
        assertEquals(ConvAlgorithm.DIRECT, ConvAlgorithm.fastest(NumericClass.FAST, few));
    }

    @Test
    void fewChannelsAreNotTransformed() {
        ConvShape least = ConvShape.of(Layout.NHWC, 2, 30, 30, 16, 16, 3, 3);
        assertEquals(ConvAlgorithm.DIRECT, ConvAlgorithm.fastest(NumericClass.FAST, least));
        ConvShape few = ConvShape.of(Layout.NHWC, 2, 30, 30, 16, 32, 3, 3);
        assertEquals(ConvAlgorithm.WINOGRAD_4X4, ConvAlgorithm.fastest(NumericClass.FAST, few));
        ConvShape more = ConvShape.of(Layout.NHWC, 2, 30, 30, 32, 32, 3, 3);
        assertEquals(ConvAlgorithm.DIRECT, ConvAlgorithm.fastest(NumericClass.ACCURATE, more));
    }

    @Test
    void manyWeightsForFewTilesAreNotTransformed() {
        ConvShape small = ConvShape.of(Layout.NHWC, 1, 7, 7, 512, 512, 3, 3).withPadding(1, 1, 1, 1);
        assertEquals(ConvAlgorithm.IMPLICIT, ConvAlgorithm.fastest(NumericClass.FAST, small));
        assertEquals(ConvAlgorithm.WINOGRAD_4X4, ConvAlgorithm.fastest(NumericClass.FAST, small.withBatch(8)));
        ConvShape middle = ConvShape.of(Layout.NHWC, 1, 14, 14, 256, 256, 3, 3).withPadding(1, 1, 1, 1);
        assertEquals(ConvAlgorithm.WINOGRAD_2X2, ConvAlgorithm.fastest(NumericClass.FAST, middle));
    }

    @Test
    void shapesThatDoNotSuitAreRefused() {
        for (ConvShape shape : unsuitable()) {
            for (ConvAlgorithm algorithm : BOTH) {
                assertFalse(algorithm.suits(shape));
                float[] weights = new float[shape.weightElements()];
                Refused.with(IAE, () -> explain(algorithm, shape), algorithm + " does not suit", "allowed: AUTO");
                Refused.with(
                        IAE,
                        () -> PreparedConv2D.of(algorithm, shape, weights, 0, Epilogue.NONE),
                        algorithm + " does not suit");
                Refused.with(IAE, () -> forward(algorithm, shape), algorithm + " does not suit");
            }
        }
        ConvShape pixels = ConvShape.of(Layout.NHWC, 1, 9, 9, 300, 12, 3, 3);
        Refused.with(IAE, () -> explain(ConvAlgorithm.DIRECT, pixels), "IMPLICIT, WINOGRAD_2X2, WINOGRAD_4X4");
    }

    @Test
    void theDoorOfPreparedWeightsKeepsTheContractOfItsArrays() {
        ConvShape s = ConvShape.of(Layout.NHWC, 1, 5, 6, 3, 4, 3, 3).withPadding(1, 1, 1, 1);
        float[] weights = new float[s.weightElements()];
        DoorContract.of("forward", "dst", s.destinationElements(), (x, at) -> {
                    var prepared = PreparedConv2D.of(ConvAlgorithm.WINOGRAD_4X4, s, weights, 0, Epilogue.NONE);
                    try (var workspace = new Workspace(prepared.workspaceFloats(WorkerPool.CALLER))) {
                        prepared.forward(x[1], at[1], x[0], at[0], workspace);
                    }
                })
                .reading("src", s.sourceElements())
                .assertHeld();
    }

    @Test
    void aWorkspaceTooSmallIsRefused() {
        for (ConvAlgorithm algorithm : BOTH) {
            long floats = Conv2D.workspaceFloats(algorithm, GOOD, WorkerPool.CALLER);
            assertTrue(explain(algorithm, GOOD).contains("workspace " + 4 * floats + " bytes"));
            float[] src = new float[GOOD.sourceElements()];
            float[] weights = new float[GOOD.weightElements()];
            float[] dst = new float[GOOD.destinationElements()];
            try (var workspace = new Workspace(floats - 1)) {
                Refused.with(
                        IAE,
                        () -> Conv2D.forward(algorithm, GOOD, src, 0, weights, 0, Epilogue.NONE, dst, 0, workspace),
                        "" + (floats - 1),
                        "" + floats);
            }
        }
    }

    @Test
    void aNaNSpreadsOverTheTilesThatReadItAndNoFurther() {
        ConvShape s = ConvShape.of(Layout.NHWC, 1, 16, 16, 1, 1, 3, 3).withPadding(1, 1, 1, 1);
        float[] src = new float[s.sourceElements()];
        float[] weights = new float[9];
        Arrays.fill(weights, 1f);
        src[6 * 16 + 6] = Float.NaN;
        for (int m : new int[] {2, 4}) {
            float[] dst = new float[s.destinationElements()];
            ConvAlgorithm algorithm = BOTH.get(m / 4);
            try (var workspace = new Workspace(Conv2D.workspaceFloats(algorithm, s, WorkerPool.CALLER))) {
                Conv2D.forward(algorithm, s, src, 0, weights, 0, Epilogue.NONE, dst, 0, workspace);
            }
            for (int i = 0; i < dst.length; i++) {
                boolean reads = reads(i / 16 / m * m, m) && reads(i % 16 / m * m, m);
                boolean near = Math.abs(i / 16 - 6) <= 1 && Math.abs(i % 16 - 6) <= 1;
                assertTrue(reads || !Float.isNaN(dst[i]), algorithm + " at " + i);
                assertTrue(!near || Float.isNaN(dst[i]), algorithm + " at " + i);
            }
        }
    }

    /** Whether the tile that begins at this output reads row or column 6. */
    private static boolean reads(int first, int m) {
        return first - 1 <= 6 && 6 <= first + m;
    }

    @Test
    @Tag("allocation")
    void noDoorAllocatesOnOneThread() {
        for (ConvAlgorithm algorithm : BOTH) {
            ConvShape s = ConvShape.of(Layout.NHWC, 2, 9, 11, 17, 34, 3, 3).withPadding(1, 1, 1, 1);
            float[] src = new float[s.sourceElements()];
            float[] w = new float[s.weightElements()];
            float[] dst = new float[s.destinationElements()];
            var epilogue = Epilogue.biasAlongN(new float[s.outChannels()], 0).then(Activation.RELU);
            for (WorkerPool pool : List.of(WorkerPool.CALLER, Pools.TWO)) {
                var workspace = new Workspace(pool, Conv2D.workspaceFloats(algorithm, s, pool));
                var weights = PreparedConv2D.of(algorithm, s, w, 0, epilogue);
                Runnable plain = () -> Conv2D.forward(algorithm, s, src, 0, w, 0, epilogue, dst, 0, workspace);
                Runnable prepared = () -> weights.forward(src, 0, dst, 0, workspace);
                if (pool.threads() == 1) {
                    Allocation.assertNone(algorithm + "", plain);
                    Allocation.assertNone(algorithm + " prepared", prepared);
                } else {
                    Allocation.assertLessThan(algorithm + " on two threads", 1024, plain);
                    Allocation.assertLessThan(algorithm + " prepared on two threads", 1024, prepared);
                }
            }
        }
    }

    private static List<ConvShape> unsuitable() {
        return List.of(
                ConvShape.of(Layout.NCHW, 1, 9, 9, 32, 32, 3, 3),
                ConvShape.of(Layout.NHWC, 1, 9, 9, 32, 32, 3, 1),
                ConvShape.of(Layout.NHWC, 1, 9, 9, 32, 32, 5, 3),
                GOOD.withStrides(1, 2),
                GOOD.withStrides(2, 1),
                GOOD.withDilations(1, 2),
                GOOD.withDilations(2, 1),
                GOOD.withGroups(2));
    }

    private static void forward(ConvAlgorithm algorithm, ConvShape s) {
        try (var workspace = new Workspace(1 << 20)) {
            Conv2D.forward(
                    algorithm,
                    s,
                    new float[s.sourceElements()],
                    0,
                    new float[s.weightElements()],
                    0,
                    Epilogue.NONE,
                    new float[s.destinationElements()],
                    0,
                    workspace);
        }
    }

    private static String explain(ConvAlgorithm algorithm, ConvShape shape) {
        return Conv2D.explain(algorithm, shape, WorkerPool.CALLER);
    }
}

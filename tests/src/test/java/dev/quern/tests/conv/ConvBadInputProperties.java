// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import dev.quern.kernels.conv.Col2Im;
import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Im2Col;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.DoorContract;
import dev.quern.tests.toolkit.Refused;
import java.util.Arrays;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Every door of the convolution refuses bad arrays and workspaces whatever the shape, by every algorithm. */
class ConvBadInputProperties {
    private static final WorkerPool POOL = WorkerPool.CALLER;

    @Property(tries = 60, seed = "26", edgeCases = EdgeCasesMode.NONE)
    void forwardKeepsTheContractOfItsArrays(@ForAll("shapes") ConvShape s) {
        for (ConvAlgorithm algorithm : ConvAlgorithm.values()) {
            if (algorithm.suits(s)) {
                var ws = new Workspace(Conv2D.workspaceFloats(algorithm, s, POOL));
                DoorContract.of(algorithm + " of " + s, "dst", s.destinationElements(), (x, at) -> {
                            var bias = Epilogue.biasAlongN(x[3], at[3]);
                            Conv2D.forward(algorithm, s, x[1], at[1], x[2], at[2], bias, x[0], at[0], ws);
                        })
                        .reading("src", s.sourceElements())
                        .reading("weights", s.weightElements())
                        .reading("bias", s.outChannels())
                        .assertHeld();
            }
        }
    }

    @Property(tries = 60, seed = "27", edgeCases = EdgeCasesMode.NONE)
    void gradientsKeepTheContractOfTheirArrays(@ForAll("shapes") ConvShape s) {
        var ws = new Workspace(Conv2D.workspaceFloats(s, POOL));
        DoorContract.of("backwardData of " + s, "diffSrc", s.sourceElements(), (x, at) -> {
                    Conv2D.backwardData(s, x[1], at[1], x[2], at[2], x[0], at[0], ws);
                })
                .reading("diffDst", s.destinationElements())
                .reading("weights", s.weightElements())
                .assertHeld();
        DoorContract.of("backwardWeights of " + s, "diffWeights", s.weightElements(), (x, at) -> {
                    Conv2D.backwardWeights(s, x[1], at[1], x[2], at[2], x[0], at[0], ws);
                })
                .reading("src", s.sourceElements())
                .reading("diffDst", s.destinationElements())
                .assertHeld();
        DoorContract.of("backwardBias of " + s, "diffBias", s.outChannels(), (x, at) -> {
                    Conv2D.backwardBias(s, x[1], at[1], x[0], at[0]);
                })
                .reading("diffDst", s.destinationElements())
                .assertHeld();
    }

    @Property(tries = 60, seed = "28", edgeCases = EdgeCasesMode.NONE)
    void columnsKeepTheContractOfTheirArrays(@ForAll("shapes") ConvShape s) {
        DoorContract.of("Im2Col of " + s, "columns", s.columnElements(), (x, at) -> {
                    Im2Col.transform(s, x[1], at[1], x[0], at[0], POOL);
                })
                .reading("src", s.sourceElements())
                .assertHeld();
        DoorContract.of("Col2Im of " + s, "dst", s.sourceElements(), (x, at) -> {
                    Col2Im.transform(s, x[1], at[1], x[0], at[0], POOL);
                })
                .reading("columns", s.columnElements())
                .assertHeld();
    }

    @Property(tries = 60, seed = "29", edgeCases = EdgeCasesMode.NONE)
    void aWorkspaceOneFloatShortClosedOrInUseIsRefused(@ForAll("shapes") ConvShape s) {
        for (ConvAlgorithm algorithm : ConvAlgorithm.values()) {
            if (algorithm.suits(s)) {
                long floats = Conv2D.workspaceFloats(algorithm, s, POOL);
                if (floats > 0) {
                    refused(IllegalArgumentException.class, algorithm, s, new Workspace(floats - 1), "" + floats);
                }
                var closed = new Workspace(floats);
                closed.close();
                refused(IllegalStateException.class, algorithm, s, closed, "closed");
                var inUse = new Workspace(floats);
                inUse.acquire(floats);
                refused(IllegalStateException.class, algorithm, s, inUse, "in use");
            }
        }
    }

    private static void refused(
            Class<? extends Throwable> type, ConvAlgorithm algorithm, ConvShape s, Workspace ws, String part) {
        float[] src = new float[s.sourceElements()];
        float[] weights = new float[s.weightElements()];
        float[] dst = new float[s.destinationElements()];
        Arrays.fill(dst, 7f);
        float[] before = dst.clone();
        Refused.with(type, () -> Conv2D.forward(algorithm, s, src, 0, weights, 0, Epilogue.NONE, dst, 0, ws), part);
        Bits.assertEqual(algorithm + " of " + s + " wrote before it refused", before, dst);
    }

    @Provide
    Arbitrary<ConvShape> shapes() {
        return ConvShapes.small(3).filter(s -> s.batch() > 0);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.Col2Im;
import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Im2Col;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Pools;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ConvAllocationTest {
    @Test
    @Tag("allocation")
    void noDoorAllocatesOnOneThread() {
        for (ConvShape shape : shapes()) {
            doors(shape, WorkerPool.CALLER).forEach((door, call) -> Allocation.assertNone(door + " of " + shape, call));
        }
    }

    @Test
    @Tag("allocation")
    void noDoorAllocatesAKibibyteOnSeveralThreads() {
        for (WorkerPool pool : List.of(Pools.TWO, Pools.ALL.get(2))) {
            for (ConvShape shape : shapes()) {
                doors(shape, pool)
                        .forEach((door, call) -> Allocation.assertLessThan(
                                door + " of " + shape + " on " + pool.threads() + " threads", 1024, call));
            }
        }
    }

    private static List<ConvShape> shapes() {
        return List.of(
                ConvShape.of(Layout.NHWC, 3, 9, 9, 8, 18, 3, 3).withPadding(1, 1, 1, 1),
                ConvShape.of(Layout.NHWC, 3, 12, 14, 1, 6, 5, 5).withPadding(2, 2, 2, 2),
                ConvShape.of(Layout.NHWC, 2, 14, 14, 6, 16, 5, 5),
                ConvShape.of(Layout.NHWC, 2, 9, 17, 16, 32, 3, 3).withPadding(1, 1, 1, 1),
                ConvShape.of(Layout.NHWC, 9, 6, 8, 32, 64, 3, 3).withPadding(1, 1, 1, 1),
                ConvShape.of(Layout.NHWC, 2, 8, 8, 64, 64, 3, 3).withPadding(1, 1, 1, 1),
                ConvShape.of(Layout.NHWC, 2, 16, 16, 32, 64, 3, 3)
                        .withStrides(2, 2)
                        .withPadding(1, 1, 1, 1),
                ConvShape.of(Layout.NHWC, 1, 7, 7, 128, 128, 3, 3).withPadding(1, 1, 1, 1),
                ConvShape.of(Layout.NHWC, 1, 14, 14, 64, 128, 3, 3).withPadding(1, 1, 1, 1),
                ConvShape.of(Layout.NHWC, 2, 20, 24, 3, 6, 7, 7)
                        .withStrides(2, 2)
                        .withPadding(3, 3, 3, 3),
                ConvShape.of(Layout.NCHW, 2, 9, 9, 4, 6, 3, 3).withGroups(2).withStrides(2, 2),
                ConvShape.of(Layout.NHWC, 2, 9, 9, 20, 20, 3, 3).withGroups(20),
                ConvShape.of(Layout.NCHW, 2, 9, 9, 20, 20, 3, 3).withGroups(20),
                ConvShape.of(Layout.NHWC, 2, 11, 12, 40, 40, 3, 3)
                        .withGroups(40)
                        .withPadding(1, 1, 1, 1),
                ConvShape.of(Layout.NHWC, 2, 11, 12, 40, 40, 3, 3)
                        .withGroups(40)
                        .withStrides(2, 2)
                        .withPadding(1, 1, 1, 1),
                ConvShape.of(Layout.NHWC, 2, 7, 6, 256, 256, 3, 3)
                        .withGroups(256)
                        .withPadding(1, 1, 1, 1),
                ConvShape.of(Layout.NHWC, 2, 7, 7, 256, 256, 3, 3)
                        .withGroups(256)
                        .withPadding(1, 1, 1, 1),
                ConvShape.of(Layout.NHWC, 2, 7, 7, 256, 256, 3, 3)
                        .withGroups(256)
                        .withStrides(2, 2)
                        .withPadding(1, 1, 1, 1),
                ConvShape.of(Layout.NHWC, 2, 9, 9, 10, 20, 5, 5).withGroups(10).withStrides(2, 2));
    }

    private static Map<String, Runnable> doors(ConvShape s, WorkerPool pool) {
        float[] src = new float[s.sourceElements()];
        float[] weights = new float[s.weightElements()];
        float[] dst = new float[s.destinationElements()];
        float[] columns = new float[s.columnElements()];
        float[] bias = new float[s.outChannels()];
        var workspace = new Workspace(pool, Conv2D.workspaceFloats(s, pool));
        Epilogue epilogue = Epilogue.biasAlongN(bias, 0).then(Activation.RELU);
        var doors = new LinkedHashMap<String, Runnable>();
        doors.put("forward", () -> Conv2D.forward(s, src, 0, weights, 0, epilogue, dst, 0, workspace));
        doors.put("backwardData", () -> Conv2D.backwardData(s, dst, 0, weights, 0, src, 0, workspace));
        doors.put("backwardWeights", () -> Conv2D.backwardWeights(s, src, 0, dst, 0, weights, 0, workspace));
        doors.put("backwardBias", () -> Conv2D.backwardBias(s, dst, 0, bias, 0));
        doors.put("Im2Col", () -> Im2Col.transform(s, src, 0, columns, 0, pool));
        doors.put("Col2Im", () -> Col2Im.transform(s, columns, 0, src, 0, pool));
        return doors;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.parallel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Pools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A kernel called by an interrupted thread gives the whole result, and the thread stays interrupted. */
@Timeout(30)
class InterruptedCallerTest {
    @Test
    void aProductIsComplete() {
        var shape = GemmShape.of(150, 131, 140);
        float[] a = Data.uniform(150 * 140, 1);
        float[] b = Data.uniform(140 * 131, 2);
        float[] expected = new float[150 * 131];
        Gemm.multiply(shape, 1f, a, 0, b, 0, 0f, expected, 0, Epilogue.NONE, WorkerPool.CALLER);
        for (WorkerPool pool : Pools.ALL) {
            float[] c = new float[expected.length];
            whileInterrupted(() -> Gemm.multiply(shape, 1f, a, 0, b, 0, 0f, c, 0, Epilogue.NONE, pool));
            Bits.assertEqual("product on " + pool.threads() + " threads", expected, c);
        }
    }

    @Test
    void aConvolutionIsComplete() {
        var shape = ConvShape.of(Layout.NHWC, 4, 20, 20, 16, 24, 3, 3).withPadding(1, 1, 1, 1);
        float[] src = Data.uniform(shape.sourceElements(), 3);
        float[] weights = Data.uniform(shape.weightElements(), 4);
        float[] expected = forward(shape, src, weights, WorkerPool.CALLER);
        for (WorkerPool pool : Pools.ALL) {
            float[][] dst = new float[1][];
            whileInterrupted(() -> dst[0] = forward(shape, src, weights, pool));
            Bits.assertEqual("convolution on " + pool.threads() + " threads", expected, dst[0]);
        }
    }

    private static float[] forward(ConvShape shape, float[] src, float[] weights, WorkerPool pool) {
        float[] dst = new float[shape.destinationElements()];
        try (var workspace = new Workspace(pool, Conv2D.workspaceFloats(shape, pool))) {
            Conv2D.forward(shape, src, 0, weights, 0, Epilogue.NONE, dst, 0, workspace);
        }
        return dst;
    }

    private static void whileInterrupted(Runnable call) {
        Thread.currentThread().interrupt();
        try {
            call.run();
        } finally {
            assertTrue(Thread.interrupted(), "the flag is still set");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.parallel;

import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.reference.ReferenceGemm;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import java.util.ArrayList;
import java.util.List;

/** Runs out of memory in a workspace, then in the first product of a thread, and goes on. Wants a small heap. */
final class OutOfMemoryMain {
    /** Its packed right-hand side is larger than what is left of a full heap. */
    private static final GemmShape SHAPE = GemmShape.of(40, 300, 300);

    private OutOfMemoryMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        expectOutOfMemory("workspace", () -> new Workspace(1L << 30));
        float[] a = Data.uniform(40 * 300, 1);
        float[] b = Data.uniform(300 * 300, 2);
        float[] c = new float[40 * 300];
        float[] expected = new float[40 * 300];
        ReferenceGemm.multiply(SHAPE, 1f, a, 0, b, 0, 0f, expected, 0, null, null);
        Runnable product = () -> Gemm.multiply(SHAPE, 1f, a, 0, b, 0, 0f, c, 0, Epilogue.NONE, WorkerPool.CALLER);
        // In another thread, so that classes are loaded but this thread has no buffers yet.
        Thread.ofPlatform().start(product).join();
        List<float[]> ballast = new ArrayList<>();
        for (int floats = 1 << 20; floats >= 1 << 12; floats /= 2) {
            fill(ballast, floats);
        }
        expectOutOfMemory("product", product);
        ballast.clear();
        product.run();
        Bits.assertEqual("product after running out of memory", expected, c);
        System.out.println("went on");
    }

    private static void fill(List<float[]> ballast, int floats) {
        try {
            while (true) {
                ballast.add(new float[floats]);
            }
        } catch (OutOfMemoryError e) {
            // Full, but for less than this size.
            return;
        }
    }

    private static void expectOutOfMemory(String what, Runnable call) {
        try {
            call.run();
        } catch (OutOfMemoryError e) {
            return;
        }
        throw new AssertionError(what + " found memory");
    }
}

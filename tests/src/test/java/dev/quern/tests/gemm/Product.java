// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.gemm;

import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.parallel.WorkerPool;

/** The plainest call of the door. */
final class Product {
    private Product() {}

    /** {@code A·B} of tight matrices. */
    static float[] of(int m, int n, int k, float[] a, int aOffset, float[] b) {
        float[] c = new float[m * n];
        var shape = GemmShape.of(m, n, k);
        Gemm.multiply(shape, 1f, a, aOffset, b, 0, 0f, c, 0, Epilogue.NONE, WorkerPool.CALLER);
        return c;
    }
}

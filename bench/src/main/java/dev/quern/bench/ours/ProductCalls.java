// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.DenseCase;
import dev.quern.bench.contest.GemmCase;
import dev.quern.bench.contest.Work;
import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.dense.Dense;
import dev.quern.kernels.dense.DenseShape;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.gemm.PackedLeftMatrix;
import dev.quern.kernels.gemm.PackedMatrix;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.storage.Storage;

/** Products of matrices and dense layers. */
final class ProductCalls {
    private ProductCalls() {}

    static Work plain(GemmCase kase, int threads) {
        GemmShape s = kase.shape();
        var pool = new WorkerPool(threads);
        float[] a = kase.a();
        float[] b = kase.b();
        float[] c = new float[s.elementsC()];
        return new Call(() -> Gemm.multiply(s, 1f, a, 0, b, 0, 0f, c, 0, Epilogue.NONE, pool), () -> c, pool);
    }

    /** A matrix by a column is weights by a vector: it is the matrix that was packed, in its whole size. */
    static Work prepacked(GemmCase kase, Storage storage, int threads) {
        if (kase.shape().n() == 1 && storage == Storage.FLOAT32) {
            return prepackedLeft(kase.shape(), kase.a(), kase.b(), threads);
        }
        return prepacked(kase.shape(), kase.a(), kase.b(), storage, Epilogue.NONE, threads);
    }

    static Work prepacked(DenseCase kase, Storage storage, int threads) {
        return prepacked(
                GemmShape.of(kase.batch(), kase.units(), kase.inputs()),
                kase.src(),
                kase.weights(),
                storage,
                epilogue(kase),
                threads);
    }

    private static Work prepacked(GemmShape s, float[] a, float[] b, Storage storage, Epilogue epilogue, int threads) {
        var pool = new WorkerPool(threads);
        PackedMatrix packed = PackedMatrix.pack(s, 1f, b, 0, storage);
        float[] c = new float[s.elementsC()];
        return new Call(() -> Gemm.multiply(s, a, 0, packed, 0f, c, 0, epilogue, pool), () -> c, pool);
    }

    private static Work prepackedLeft(GemmShape s, float[] a, float[] b, int threads) {
        var pool = new WorkerPool(threads);
        PackedLeftMatrix packed = PackedLeftMatrix.pack(s, a, 0);
        float[] c = new float[s.elementsC()];
        return new Call(() -> Gemm.multiply(s, 1f, packed, b, 0, 0f, c, 0, Epilogue.NONE, pool), () -> c, pool);
    }

    /** The packing itself is timed, its memory included; the answer is the product with what it made last. */
    static Work packing(GemmCase kase) {
        GemmShape s = kase.shape();
        float[] b = kase.b();
        PackedMatrix[] packed = new PackedMatrix[1];
        return new Call(
                () -> packed[0] = PackedMatrix.pack(s, 1f, b, 0),
                () -> {
                    float[] c = new float[s.elementsC()];
                    Gemm.multiply(s, kase.a(), 0, packed[0], 0f, c, 0, Epilogue.NONE, WorkerPool.CALLER);
                    return c;
                },
                null);
    }

    static Work dense(DenseCase kase, int threads) {
        var s = new DenseShape(kase.batch(), kase.inputs(), kase.units());
        var pool = new WorkerPool(threads);
        float[] src = kase.src();
        float[] weights = kase.weights();
        float[] dst = new float[kase.batch() * kase.units()];
        Epilogue epilogue = epilogue(kase);
        return new Call(() -> Dense.forward(s, src, 0, weights, 0, epilogue, dst, 0, pool), () -> dst, pool);
    }

    private static Epilogue epilogue(DenseCase kase) {
        return Epilogue.biasAlongN(kase.bias(), 0).then(Activation.RELU);
    }
}

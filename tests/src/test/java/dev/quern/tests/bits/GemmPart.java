// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.bits;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.gemm.PackedLeftMatrix;
import dev.quern.kernels.gemm.PackedMatrix;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.storage.Storage;
import dev.quern.tests.toolkit.Data;
import java.util.Arrays;
import java.util.List;

/** Matrix products: large, small, skinny, transposed, deep. */
final class GemmPart {
    private static final List<GemmShape> SHAPES = List.of(
            GemmShape.of(64, 64, 64),
            GemmShape.of(128, 130, 131),
            GemmShape.of(7, 5, 3),
            GemmShape.of(13, 37, 600).withTransposes(true, false),
            GemmShape.of(37, 70, 259).withTransposes(false, true),
            GemmShape.of(29, 31, 33).withTransposes(true, true),
            GemmShape.of(1, 300, 200),
            GemmShape.of(300, 1, 200),
            GemmShape.of(1, 300, 200).withTransposes(false, true),
            GemmShape.of(300, 1, 200).withTransposes(true, false),
            GemmShape.of(3, 2100, 4));

    private GemmPart() {}

    static void addTo(Workload workload) {
        for (GemmShape s : SHAPES) {
            String name =
                    s.m() + "x" + s.n() + "x" + s.k() + (s.transposeA() ? " Aᵀ" : "") + (s.transposeB() ? " Bᵀ" : "");
            float[] a = Data.uniform((long) s.m() * s.k(), 1);
            float[] b = Data.uniform((long) s.k() * s.n(), 2);
            float[] c = Data.uniform((long) s.m() * s.n(), 3);
            float[] odd = Data.odd((long) s.m() * s.n(), 5, 3);
            PackedMatrix packed = PackedMatrix.pack(s, 1f, b, 0);
            Epilogue epilogue = Epilogue.biasAlongM(Data.uniform(s.m(), 4), 0).then(Activation.TANH);
            workload.add("gemm " + name, pool -> multiply(s, a, b, c, 0.5f, epilogue, pool));
            workload.add("gemm odd " + name, pool -> multiply(s, a, b, odd, 1f, Epilogue.NONE, pool));
            workload.add("gemm packed " + name, pool -> multiply(s, a, packed, c, pool));
            PackedLeftMatrix left = PackedLeftMatrix.pack(s, a, 0);
            workload.add("gemm packed left " + name, pool -> multiply(s, left, b, c, pool));
            workload.add("gemm batched packed left " + name, pool -> batched(s, left, b, c, pool));
            workload.add("gemm batched " + name, pool -> batched(s, a, b, c, pool));
            for (Storage storage : new Storage[] {Storage.BFLOAT16, Storage.FLOAT16}) {
                PackedMatrix halves = PackedMatrix.pack(s, 1f, b, 0, storage);
                workload.add("gemm " + storage + " " + name, pool -> multiply(s, a, halves, c, pool));
            }
        }
    }

    private static float[] multiply(
            GemmShape s, float[] a, float[] b, float[] c, float beta, Epilogue epilogue, WorkerPool pool) {
        float[] result = c.clone();
        Gemm.multiply(s, 0.7f, a, 0, b, 0, beta, result, 0, epilogue, pool);
        return result;
    }

    private static float[] multiply(GemmShape s, PackedLeftMatrix a, float[] b, float[] c, WorkerPool pool) {
        float[] result = c.clone();
        Gemm.multiply(s, 0.7f, a, b, 0, 1f, result, 0, Epilogue.NONE, pool);
        return result;
    }

    /** Three products with the same operands. */
    private static float[] batched(GemmShape s, PackedLeftMatrix a, float[] b, float[] c, WorkerPool pool) {
        float[] result = Arrays.copyOf(c, 3 * c.length);
        Gemm.multiplyBatched(s, 3, 0.7f, a, b, 0, 0, 0.5f, result, 0, c.length, Epilogue.NONE, pool);
        return result;
    }

    /** The same with plain ones. */
    private static float[] batched(GemmShape s, float[] a, float[] b, float[] c, WorkerPool pool) {
        float[] result = Arrays.copyOf(c, 3 * c.length);
        Gemm.multiplyBatched(s, 3, 1f, a, 0, 0, b, 0, 0, 0.5f, result, 0, c.length, Epilogue.NONE, pool);
        return result;
    }

    private static float[] multiply(GemmShape s, float[] a, PackedMatrix b, float[] c, WorkerPool pool) {
        float[] result = c.clone();
        Gemm.multiply(s, a, 0, b, 0f, result, 0, Epilogue.NONE, pool);
        return result;
    }
}

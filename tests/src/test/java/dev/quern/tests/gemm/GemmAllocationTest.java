// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.gemm;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.gemm.PackedLeftMatrix;
import dev.quern.kernels.gemm.PackedMatrix;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.storage.Storage;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Pools;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class GemmAllocationTest {
    private static final List<GemmShape> SHAPES = List.of(
            GemmShape.of(8, 8, 8),
            GemmShape.of(1, 10, 84),
            GemmShape.of(2, 10, 84),
            GemmShape.of(2, 20, 84),
            GemmShape.of(2, 40, 84),
            GemmShape.of(2, 84, 120),
            GemmShape.of(26, 70, 100),
            GemmShape.of(7, 84, 120),
            GemmShape.of(3, 10, 84),
            GemmShape.of(1, 100, 120),
            GemmShape.of(1, 150, 300),
            GemmShape.of(5, 300, 45),
            GemmShape.of(40, 1, 300),
            GemmShape.of(40, 1, 300).withTransposes(true, false),
            GemmShape.of(1, 40, 300).withTransposes(false, true),
            GemmShape.of(64, 64, 64),
            GemmShape.of(530, 33, 150),
            GemmShape.of(35, 71, 300).withTransposes(true, false),
            GemmShape.of(35, 71, 70).withTransposes(false, true));

    @Test
    @Tag("allocation")
    void aProductAllocatesNothingOnOneThread() {
        for (GemmShape shape : SHAPES) {
            for (float alpha : new float[] {1f, 0.5f}) { // Few rows are packed only where alpha has to be applied.
                Runnable call = call(shape, alpha, WorkerPool.CALLER, false, epilogue(shape));
                Allocation.assertNone(shape + ", alpha = " + alpha, call);
            }
        }
    }

    @Test
    @Tag("allocation")
    void aSmallPlainProductAllocatesNothingOnOneThread() {
        for (GemmShape shape : new GemmShape[] {
            GemmShape.of(8, 8, 8),
            GemmShape.of(12, 4, 8),
            GemmShape.of(16, 16, 16),
            GemmShape.of(7, 84, 120),
            GemmShape.of(16, 110, 240)
        }) {
            float[] a = Data.uniform(shape.elementsA(), 1);
            float[] b = Data.uniform(shape.elementsB(), 2);
            float[] c = new float[shape.elementsC()];
            PackedMatrix packed = PackedMatrix.pack(shape, 1f, b, 0);
            Allocation.assertNone(
                    shape.toString(),
                    () -> Gemm.multiply(shape, 1f, a, 0, b, 0, 0f, c, 0, Epilogue.NONE, WorkerPool.CALLER));
            Allocation.assertNone(
                    shape + ", packed",
                    () -> Gemm.multiply(shape, a, 0, packed, 0f, c, 0, Epilogue.NONE, WorkerPool.CALLER));
        }
    }

    @Test
    @Tag("allocation")
    void aProductWithAPackedMatrixAllocatesNothingOnOneThread() {
        for (GemmShape shape : SHAPES) {
            Allocation.assertNone(shape.toString(), call(shape, 1f, WorkerPool.CALLER, true, epilogue(shape)));
        }
    }

    @Test
    @Tag("allocation")
    void aProductWithAPackedLeftMatrixAllocatesNothingOnOneThread() {
        for (GemmShape shape : SHAPES) {
            float[] a = Data.uniform(shape.elementsA(), 1);
            float[] b = Data.uniform(shape.elementsB(), 2);
            float[] c = new float[shape.elementsC()];
            PackedLeftMatrix left = PackedLeftMatrix.pack(shape, a, 0);
            Epilogue epilogue = epilogue(shape);
            Allocation.assertNone(
                    shape.toString(),
                    () -> Gemm.multiply(shape, 1f, left, b, 0, 0f, c, 0, epilogue, WorkerPool.CALLER));
        }
    }

    @Test
    @Tag("allocation")
    void aBatchThatSharesAPackedLeftMatrixAllocatesNothingOnOneThread() {
        for (GemmShape shape : new GemmShape[] {GemmShape.of(6, 49, 25), GemmShape.of(64, 300, 150)}) {
            float[] b = Data.uniform(3L * shape.elementsB(), 2);
            float[] c = new float[3 * shape.elementsC()];
            PackedLeftMatrix left = PackedLeftMatrix.pack(shape, Data.uniform(shape.elementsA(), 1), 0);
            Epilogue epilogue = epilogue(shape);
            Allocation.assertNone(
                    "3 of " + shape,
                    () -> Gemm.multiplyBatched(
                            shape,
                            3,
                            1f,
                            left,
                            b,
                            0,
                            shape.elementsB(),
                            0f,
                            c,
                            0,
                            shape.elementsC(),
                            epilogue,
                            WorkerPool.CALLER));
        }
    }

    @Test
    @Tag("allocation")
    void aMatrixStoredAtHalfSizeIsWidenedWithoutAllocation() {
        for (Storage storage : new Storage[] {Storage.BFLOAT16, Storage.FLOAT16}) {
            for (int m : new int[] {1, 3, 40}) {
                var shape = GemmShape.of(m, 300, 150);
                float[] a = Data.uniform(shape.elementsA(), 1);
                float[] c = new float[shape.elementsC()];
                PackedMatrix b = PackedMatrix.pack(shape, 1f, Data.uniform(shape.elementsB(), 2), 0, storage);
                Epilogue epilogue = epilogue(shape);
                Allocation.assertNone(
                        storage + " " + shape,
                        () -> Gemm.multiply(shape, a, 0, b, 0f, c, 0, epilogue, WorkerPool.CALLER));
            }
        }
    }

    @Test
    @Tag("allocation")
    void aBatchAllocatesNothingOnOneThread() {
        var shape = GemmShape.of(8, 9, 10);
        float[] a = Data.uniform(5 * 80, 1);
        float[] b = Data.uniform(90, 2);
        float[] c = new float[5 * 72];
        Allocation.assertNone(
                "batch",
                () -> Gemm.multiplyBatched(
                        shape, 5, 1f, a, 0, 80, b, 0, 0, 0f, c, 0, 72, Epilogue.NONE, WorkerPool.CALLER));
        PackedMatrix packed = PackedMatrix.pack(shape, 1f, b, 0);
        Allocation.assertNone(
                "batch by a packed matrix",
                () -> Gemm.multiplyBatched(shape, 5, a, 0, 80, packed, 0f, c, 0, 72, Epilogue.NONE, WorkerPool.CALLER));
    }

    @Test
    @Tag("allocation")
    void aProductOnSeveralThreadsAllocatesLessThanOneKibibyte() {
        var shape = GemmShape.of(128, 160, 160);
        for (WorkerPool pool : Pools.ALL) {
            Allocation.assertLessThan(pool.threads() + " threads", 1024, call(shape, 1f, pool, false, epilogue(shape)));
        }
    }

    private static Epilogue epilogue(GemmShape shape) {
        return Epilogue.biasAlongM(new float[shape.m()], 0).then(Activation.RELU);
    }

    private static Runnable call(GemmShape shape, float alpha, WorkerPool pool, boolean packed, Epilogue epilogue) {
        float[] a = Data.uniform((long) shape.m() * shape.k(), 1);
        float[] b = Data.uniform((long) shape.k() * shape.n(), 2);
        float[] c = new float[shape.m() * shape.n()];
        PackedMatrix panels = PackedMatrix.pack(shape, alpha, b, 0);
        return packed
                ? () -> Gemm.multiply(shape, a, 0, panels, 0.5f, c, 0, epilogue, pool)
                : () -> Gemm.multiply(shape, alpha, a, 0, b, 0, 0.5f, c, 0, epilogue, pool);
    }
}

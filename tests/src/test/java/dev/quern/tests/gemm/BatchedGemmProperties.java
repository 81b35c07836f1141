// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.gemm;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.gemm.PackedLeftMatrix;
import dev.quern.kernels.gemm.PackedMatrix;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.reference.ReferenceGemm;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.DoorContract;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A batch of products has the bits of the plain loop, one product after the other, and refuses what a single one does. */
class BatchedGemmProperties {
    private static final Class<IllegalArgumentException> IAE = IllegalArgumentException.class;

    @Property(tries = 100, seed = "1", edgeCases = EdgeCasesMode.NONE)
    void everyBatchIsExact(
            @ForAll @IntRange(max = 9) int batch,
            @ForAll @IntRange(max = 20) int m,
            @ForAll @IntRange(max = 70) int n,
            @ForAll @IntRange(max = 140) int k,
            @ForAll boolean transposeA,
            @ForAll boolean transposeB,
            @ForAll boolean shareA,
            @ForAll boolean shareB,
            @ForAll @IntRange(max = 3) int gap,
            @ForAll boolean addToC,
            @ForAll long seed) {
        assertExact(
                GemmShape.of(m, n, k).withTransposes(transposeA, transposeB),
                batch,
                shareA,
                shareB,
                gap,
                addToC ? 0.5f : 0f,
                seed);
    }

    @Example
    void fewLargeProductsAreExact() {
        assertExact(GemmShape.of(130, 140, 150), 2, false, true, 1, 0f, 3);
    }

    @Example
    void productsWithOneColumnAreExact() {
        assertExact(GemmShape.of(333, 1, 150), 9, true, false, 1, 0.5f, 4);
        assertExact(GemmShape.of(333, 1, 150).withTransposes(true, true), 2, true, false, 3, 0f, 5);
    }

    private static void assertExact(
            GemmShape s, int batch, boolean shareA, boolean shareB, int gap, float beta, long seed) {
        int aStride = shareA ? 0 : s.elementsA() + gap;
        int bStride = shareB ? 0 : s.elementsB() + gap;
        int cStride = s.elementsC() + gap;
        Guarded a = Guarded.of(Data.uniform((long) batch * (s.elementsA() + gap), seed));
        Guarded b = Guarded.of(Data.uniform((long) batch * (s.elementsB() + gap), seed + 1));
        float[] c = Data.uniform((long) batch * cStride, seed + 2);
        float[] bias = Data.uniform(s.n(), seed + 3);
        float[] expected = c.clone();
        for (int i = 0; i < batch; i++) {
            ReferenceGemm.multiply(
                    s,
                    1f,
                    a.array(),
                    a.offset() + i * aStride,
                    b.array(),
                    b.offset() + i * bStride,
                    beta,
                    expected,
                    i * cStride,
                    bias,
                    null);
            Activation.RELU.forward(s.elementsC(), expected, i * cStride, expected, i * cStride);
        }
        Epilogue epilogue = Epilogue.biasAlongN(bias, 0).then(Activation.RELU);
        for (WorkerPool pool : Pools.ALL) {
            Guarded out = Guarded.of(c);
            Gemm.multiplyBatched(
                    s,
                    batch,
                    1f,
                    a.array(),
                    a.offset(),
                    aStride,
                    b.array(),
                    b.offset(),
                    bStride,
                    beta,
                    out.array(),
                    out.offset(),
                    cStride,
                    epilogue,
                    pool);
            Bits.assertEqual(batch + " of " + s + " on " + pool.threads() + " threads", expected, out.values());
            a.assertUnchanged("A");
            b.assertUnchanged("B");
            if (shareB) {
                assertPackedExact(s, batch, a, aStride, b, beta, c, cStride, epilogue, pool, expected);
            }
            if (shareA) {
                assertPackedLeftExact(s, batch, a, b, bStride, beta, c, cStride, epilogue, pool, expected);
            }
        }
    }

    private static void assertPackedExact(
            GemmShape s,
            int batch,
            Guarded a,
            int aStride,
            Guarded b,
            float beta,
            float[] c,
            int cStride,
            Epilogue epilogue,
            WorkerPool pool,
            float[] expected) {
        Guarded out = Guarded.of(c);
        if (batch > 0) {
            Gemm.multiplyBatched(
                    s,
                    batch,
                    a.array(),
                    a.offset(),
                    aStride,
                    PackedMatrix.pack(s, 1f, b.array(), b.offset()),
                    beta,
                    out.array(),
                    out.offset(),
                    cStride,
                    epilogue,
                    pool);
        }
        Bits.assertEqual(batch + " packed of " + s + " on " + pool.threads() + " threads", expected, out.values());
        a.assertUnchanged("A");
    }

    private static void assertPackedLeftExact(
            GemmShape s,
            int batch,
            Guarded a,
            Guarded b,
            int bStride,
            float beta,
            float[] c,
            int cStride,
            Epilogue epilogue,
            WorkerPool pool,
            float[] expected) {
        Guarded out = Guarded.of(c);
        if (batch > 0) {
            Gemm.multiplyBatched(
                    s,
                    batch,
                    1f,
                    PackedLeftMatrix.pack(s, a.array(), a.offset()),
                    b.array(),
                    b.offset(),
                    bStride,
                    beta,
                    out.array(),
                    out.offset(),
                    cStride,
                    epilogue,
                    pool);
        }
        Bits.assertEqual(batch + " packed left of " + s + " on " + pool.threads() + " threads", expected, out.values());
        b.assertUnchanged("B");
    }

    @Example
    void alphaScalesBAlsoWhereAIsPacked() {
        GemmShape s = GemmShape.of(7, 33, 21);
        float[] a = Data.uniform(s.elementsA(), 1);
        float[] b = Data.uniform(2L * s.elementsB(), 2);
        for (float alpha : new float[] {0f, 0.7f, -1f}) {
            float[] c = Data.uniform(2L * s.elementsC(), 3);
            float[] expected = c.clone();
            for (int i = 0; i < 2; i++) {
                ReferenceGemm.multiply(
                        s, alpha, a, 0, b, i * s.elementsB(), 0.5f, expected, i * s.elementsC(), null, null);
            }
            Gemm.multiplyBatched(
                    s,
                    2,
                    alpha,
                    PackedLeftMatrix.pack(s, a, 0),
                    b,
                    0,
                    s.elementsB(),
                    0.5f,
                    c,
                    0,
                    s.elementsC(),
                    Epilogue.NONE,
                    WorkerPool.CALLER);
            Bits.assertEqual("alpha = " + alpha, expected, c);
        }
    }

    @Example
    void theDoorKeepsTheContractOfItsArrays() {
        DoorContract.of(
                        "batched",
                        "c",
                        2 * 16 + 15,
                        (arrays, offsets) -> Gemm.multiplyBatched(
                                GemmShape.of(3, 5, 4),
                                3,
                                1f,
                                arrays[1],
                                offsets[1],
                                13,
                                arrays[2],
                                offsets[2],
                                0,
                                0f,
                                arrays[0],
                                offsets[0],
                                16,
                                Epilogue.NONE,
                                WorkerPool.CALLER))
                .reading("a", 2 * 13 + 12)
                .reading("b", 20)
                .assertHeld();
    }

    @Example
    void theDoorForAPackedMatrixKeepsTheContractOfItsArrays() {
        PackedMatrix b = PackedMatrix.pack(GemmShape.of(3, 5, 4), 1f, new float[20], 0);
        DoorContract.of(
                        "batched packed",
                        "c",
                        2 * 16 + 15,
                        (arrays, offsets) -> callPacked(
                                GemmShape.of(3, 5, 4), 3, arrays[1], offsets[1], 13, b, arrays[0], offsets[0], 16))
                .reading("a", 2 * 13 + 12)
                .assertHeld();
        float[] x = new float[100];
        float[] c = new float[100];
        Refused.with(IAE, () -> callPacked(GemmShape.of(3, 5, 6), 2, x, 0, 18, b, c, 0, 15), "k = 6", "packed b", "4");
        Refused.with(IAE, () -> callPacked(GemmShape.of(3, 6, 4), 2, x, 0, 12, b, c, 0, 18), "n = 6", "packed b", "5");
        Refused.with(IAE, () -> callPacked(GemmShape.of(3, 5, 4), -1, x, 0, 12, b, c, 0, 15), "batch = -1");
        Refused.with(IAE, () -> callPacked(GemmShape.of(3, 5, 4), 2, x, 0, -1, b, c, 0, 15), "aStride = -1");
        Refused.with(IAE, () -> callPacked(GemmShape.of(3, 5, 4), 2, x, 0, 12, b, c, 0, 14), "cStride = 14");
        Refused.with(
                NullPointerException.class, () -> callPacked(GemmShape.of(3, 5, 4), 2, x, 0, 12, null, c, 0, 15), "b");
    }

    @Example
    void theDoorForAPackedLeftMatrixKeepsTheContractOfItsArrays() {
        PackedLeftMatrix a = PackedLeftMatrix.pack(GemmShape.of(3, 5, 4), new float[12], 0);
        DoorContract.of(
                        "batched packed left",
                        "c",
                        2 * 16 + 15,
                        (arrays, offsets) -> callPackedLeft(
                                GemmShape.of(3, 5, 4), 3, a, arrays[1], offsets[1], 21, arrays[0], offsets[0], 16))
                .reading("b", 2 * 21 + 20)
                .assertHeld();
        float[] x = new float[100];
        float[] c = new float[100];
        Refused.with(
                IAE, () -> callPackedLeft(GemmShape.of(4, 5, 4), 2, a, x, 0, 20, c, 0, 20), "m = 4", "packed a", "3");
        Refused.with(
                IAE, () -> callPackedLeft(GemmShape.of(3, 5, 6), 2, a, x, 0, 30, c, 0, 15), "k = 6", "packed a", "4");
        Refused.with(IAE, () -> callPackedLeft(GemmShape.of(3, 5, 4), -1, a, x, 0, 20, c, 0, 15), "batch = -1");
        Refused.with(IAE, () -> callPackedLeft(GemmShape.of(3, 5, 4), 2, a, x, 0, -1, c, 0, 15), "bStride = -1");
        Refused.with(IAE, () -> callPackedLeft(GemmShape.of(3, 5, 4), 2, a, x, 0, 20, c, 0, 14), "cStride = 14");
        Refused.with(
                NullPointerException.class,
                () -> callPackedLeft(GemmShape.of(3, 5, 4), 2, null, x, 0, 20, c, 0, 15),
                "a");
    }

    private static void callPackedLeft(
            GemmShape shape,
            int batch,
            PackedLeftMatrix a,
            float[] b,
            int bOffset,
            int bStride,
            float[] c,
            int cOffset,
            int cStride) {
        Gemm.multiplyBatched(
                shape, batch, 1f, a, b, bOffset, bStride, 0f, c, cOffset, cStride, Epilogue.NONE, WorkerPool.CALLER);
    }

    private static void callPacked(
            GemmShape shape,
            int batch,
            float[] a,
            int aOffset,
            int aStride,
            PackedMatrix b,
            float[] c,
            int cOffset,
            int cStride) {
        Gemm.multiplyBatched(
                shape, batch, a, aOffset, aStride, b, 0f, c, cOffset, cStride, Epilogue.NONE, WorkerPool.CALLER);
    }

    @Example
    void sizesAndStridesThatMakeNoSenseAreRefused() {
        Refused.with(IAE, () -> call(-1, 1, 1, 15), "batch = -1", "0 or more");
        Refused.with(IAE, () -> call(2, -12, 1, 15), "aStride = -12", "0 or more");
        Refused.with(IAE, () -> call(2, 12, -1, 15), "bStride = -1", "0 or more");
        Refused.with(IAE, () -> call(1, 12, 1, -15), "cStride = -15", "0 or more");
        Refused.with(IAE, () -> call(2, 12, 20, 14), "cStride = 14", "15 or more");
        Class<IndexOutOfBoundsException> out = IndexOutOfBoundsException.class;
        Refused.with(out, () -> call(Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 15), "a: offset 0", "length 100");
        Refused.with(out, () -> call(7, 12, 20, 15), "b: offset 0 + 140", "length 100");
    }

    private static void call(int batch, int aStride, int bStride, int cStride) {
        float[] x = new float[100];
        Gemm.multiplyBatched(
                GemmShape.of(3, 5, 4),
                batch,
                1f,
                x,
                0,
                aStride,
                x,
                0,
                bStride,
                0f,
                new float[100],
                0,
                cStride,
                Epilogue.NONE,
                WorkerPool.CALLER);
    }
}

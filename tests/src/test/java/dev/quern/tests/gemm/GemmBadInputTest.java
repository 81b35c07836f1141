// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.gemm;

import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.gemm.PackedLeftMatrix;
import dev.quern.kernels.gemm.PackedMatrix;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.storage.Storage;
import dev.quern.tests.reference.ReferenceGemm;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.DoorContract;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GemmBadInputTest {
    private static final GemmShape SHAPE = GemmShape.of(3, 5, 4);
    private static final Class<IllegalArgumentException> IAE = IllegalArgumentException.class;

    @Test
    void negativeSizesAreRefused() {
        Refused.with(IAE, () -> GemmShape.of(-1, 2, 3), "m = -1", "0 or more");
        Refused.with(IAE, () -> GemmShape.of(1, -2, 3), "n = -2", "0 or more");
        Refused.with(IAE, () -> GemmShape.of(1, 2, Integer.MIN_VALUE), "k = -2147483648", "0 or more");
    }

    @Test
    void leadingDimensionsThatCutARowAreRefused() {
        Refused.with(IAE, () -> SHAPE.withLeadingDimensions(3, 5, 5), "lda = 3", "4 or more");
        Refused.with(IAE, () -> SHAPE.withLeadingDimensions(4, 4, 5), "ldb = 4", "5 or more");
        Refused.with(IAE, () -> SHAPE.withLeadingDimensions(4, 5, 4), "ldc = 4", "5 or more");
        var transposed = SHAPE.withTransposes(true, true);
        Refused.with(IAE, () -> transposed.withLeadingDimensions(2, 4, 5), "lda = 2", "3 or more");
        Refused.with(IAE, () -> transposed.withLeadingDimensions(3, 3, 5), "ldb = 3", "4 or more");
    }

    @Test
    void zeroAndNegativeLeadingDimensionsAreRefusedEvenForEmptyMatrices() {
        var empty = GemmShape.of(0, 0, 0);
        Refused.with(IAE, () -> empty.withLeadingDimensions(0, 1, 1), "lda = 0", "1 or more");
        Refused.with(IAE, () -> empty.withLeadingDimensions(1, -5, 1), "ldb = -5", "1 or more");
        Refused.with(IAE, () -> empty.withLeadingDimensions(1, 1, 0), "ldc = 0", "1 or more");
    }

    @Test
    void matricesLargerThanAnArrayAreRefusedAndNamed() {
        int large = 1 << 16;
        Refused.with(IAE, () -> GemmShape.of(large, 1, large), "m", "k", "65536", "2147483647");
        Refused.with(IAE, () -> GemmShape.of(1, large, large), "k", "n", "65536");
        Refused.with(IAE, () -> GemmShape.of(large, large, 1), "m", "n", "65536");
        Refused.with(IAE, () -> GemmShape.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE), "2147483647");
        Refused.with(IAE, () -> SHAPE.withLeadingDimensions(Integer.MAX_VALUE, 5, 5), "lda", "2147483647");
    }

    @Test
    void theDoorKeepsTheContractOfItsArrays() {
        contract("multiply", SHAPE).assertHeld();
        contract("multiply transposed", SHAPE.withTransposes(true, true)).assertHeld();
    }

    @Test
    void anOperandNeedsNoMoreThanItsLastElement() {
        var strided = SHAPE.withLeadingDimensions(10, 11, 12);
        DoorContract.of("strided", "c", 2 * 12 + 5, (arrays, offsets) -> multiply(strided, arrays, offsets))
                .reading("a", 2 * 10 + 4)
                .reading("b", 3 * 11 + 5)
                .assertHeld();
    }

    @Test
    void theDoorForAPackedMatrixKeepsTheContractOfItsArrays() {
        PackedMatrix b = PackedMatrix.pack(SHAPE, 1f, new float[20], 0);
        DoorContract.of("packed", "c", 15, (arrays, offsets) -> {
                    Gemm.multiply(
                            SHAPE,
                            arrays[1],
                            offsets[1],
                            b,
                            0f,
                            arrays[0],
                            offsets[0],
                            Epilogue.NONE,
                            WorkerPool.CALLER);
                })
                .reading("a", 12)
                .assertHeld();
    }

    @Test
    void aBiasIsCheckedLikeAnOperand() {
        float[] a = new float[12];
        float[] b = new float[20];
        DoorContract.of(
                        "bias along N",
                        "c",
                        15,
                        (arrays, offsets) -> multiply(
                                SHAPE, a, b, arrays[0], offsets[0], Epilogue.biasAlongN(arrays[1], offsets[1])))
                .reading("bias", 5)
                .assertHeld();
        DoorContract.of(
                        "bias along M",
                        "c",
                        15,
                        (arrays, offsets) -> multiply(
                                SHAPE, a, b, arrays[0], offsets[0], Epilogue.biasAlongM(arrays[1], offsets[1])))
                .reading("bias", 3)
                .assertHeld();
    }

    @Test
    void packingChecksItsArray() {
        Class<IndexOutOfBoundsException> out = IndexOutOfBoundsException.class;
        Refused.with(out, () -> PackedMatrix.pack(SHAPE, 1f, new float[19], 0), "b", "20", "length 19");
        Refused.with(out, () -> PackedMatrix.pack(SHAPE, 1f, new float[20], 1), "b", "offset 1");
        Refused.with(out, () -> PackedMatrix.pack(SHAPE, 1f, new float[20], -1), "b", "offset -1");
        Refused.with(NullPointerException.class, () -> PackedMatrix.pack(SHAPE, 1f, null, 0), "b");
    }

    @Test
    void packingFromMemoryChecksItsSegment() {
        Class<NullPointerException> npe = NullPointerException.class;
        MemorySegment enough = MemorySegment.ofArray(new byte[80]);
        Refused.with(npe, () -> PackedMatrix.pack(SHAPE, 1f, null, Storage.FLOAT32, Storage.FLOAT32), "b");
        Refused.with(npe, () -> PackedMatrix.pack(SHAPE, 1f, enough, null, Storage.FLOAT32), "stored");
        Refused.with(npe, () -> PackedMatrix.pack(SHAPE, 1f, enough, Storage.FLOAT32, null), "storage");
        Refused.with(npe, () -> PackedMatrix.pack(SHAPE, 1f, new float[20], 0, null), "storage");
        Class<IndexOutOfBoundsException> out = IndexOutOfBoundsException.class;
        Refused.with(
                out,
                () -> PackedMatrix.pack(SHAPE, 1f, enough.asSlice(1), Storage.FLOAT32, Storage.FLOAT16),
                "b: 20 elements",
                "80 bytes",
                "79");
        Refused.with(
                out,
                () -> PackedMatrix.pack(SHAPE, 1f, enough.asSlice(41), Storage.FLOAT16, Storage.FLOAT16),
                "40 bytes",
                "39");
        Refused.with(out, () -> PackedMatrix.pack(SHAPE, 1f, new float[19], 0, Storage.FLOAT16), "b", "length 19");
        PackedMatrix.pack(SHAPE, 1f, enough, Storage.FLOAT32, Storage.FLOAT16);
    }

    @Test
    void aMatrixPackedForOtherSizesIsRefused() {
        PackedMatrix b = PackedMatrix.pack(SHAPE, 1f, new float[20], 0);
        float[] c = new float[100];
        Refused.with(
                IAE,
                () -> Gemm.multiply(
                        GemmShape.of(3, 5, 6), new float[18], 0, b, 0f, c, 0, Epilogue.NONE, WorkerPool.CALLER),
                "k = 6",
                "4");
        Refused.with(
                IAE,
                () -> Gemm.multiply(
                        GemmShape.of(3, 6, 4), new float[12], 0, b, 0f, c, 0, Epilogue.NONE, WorkerPool.CALLER),
                "n = 6",
                "5");
    }

    @Test
    void theDoorForAPackedLeftMatrixKeepsTheContractOfItsArrays() {
        PackedLeftMatrix a = PackedLeftMatrix.pack(SHAPE, new float[12], 0);
        DoorContract.of(
                        "packed left",
                        "c",
                        15,
                        (arrays, offsets) -> multiply(SHAPE, a, arrays[1], offsets[1], arrays[0], offsets[0]))
                .reading("b", 20)
                .assertHeld();
        float[] x = new float[100];
        float[] c = new float[100];
        Refused.with(IAE, () -> multiply(GemmShape.of(4, 5, 4), a, x, 0, c, 0), "m = 4", "packed a", "3");
        Refused.with(IAE, () -> multiply(GemmShape.of(3, 5, 6), a, x, 0, c, 0), "k = 6", "packed a", "4");
        Refused.with(NullPointerException.class, () -> multiply(SHAPE, null, x, 0, c, 0), "a");
    }

    @Test
    void packingALeftMatrixChecksWhereItComesFrom() {
        Class<IndexOutOfBoundsException> out = IndexOutOfBoundsException.class;
        Refused.with(out, () -> PackedLeftMatrix.pack(SHAPE, new float[11], 0), "a", "12", "length 11");
        Refused.with(out, () -> PackedLeftMatrix.pack(SHAPE, new float[12], -1), "a", "offset -1");
        Class<NullPointerException> npe = NullPointerException.class;
        MemorySegment enough = MemorySegment.ofArray(new byte[48]);
        Refused.with(npe, () -> PackedLeftMatrix.pack(SHAPE, null, 0), "a");
        Refused.with(npe, () -> PackedLeftMatrix.pack(SHAPE, null, Storage.FLOAT32), "a");
        Refused.with(npe, () -> PackedLeftMatrix.pack(SHAPE, enough, null), "stored");
        Refused.with(
                out,
                () -> PackedLeftMatrix.pack(SHAPE, enough.asSlice(1), Storage.FLOAT32),
                "a: 12 elements",
                "48 bytes",
                "47");
        PackedLeftMatrix.pack(SHAPE, enough, Storage.FLOAT32);
        var wide = GemmShape.of(1 << 24, 2, 1);
        Refused.with(IAE, () -> PackedLeftMatrix.pack(wide, new float[1 << 24], 0), "packed m·k", "2147483647");
    }

    @Test
    void missingArgumentsAreRefusedByName() {
        float[] x = new float[100];
        Class<NullPointerException> npe = NullPointerException.class;
        Refused.with(
                npe,
                () -> Gemm.multiply(SHAPE, 1f, x, 0, x, 50, 0f, new float[15], 0, null, WorkerPool.CALLER),
                "epilogue");
        Refused.with(
                npe,
                () -> Gemm.multiply(SHAPE, x, 0, null, 0f, new float[15], 0, Epilogue.NONE, WorkerPool.CALLER),
                "b");
        Refused.with(npe, () -> multiply(null, x, x, new float[15], 0, Epilogue.NONE), "shape");
        Refused.with(
                npe, () -> Gemm.multiply(SHAPE, 1f, x, 0, x, 50, 0f, new float[15], 0, Epilogue.NONE, null), "pool");
        Refused.with(npe, () -> Epilogue.biasAlongN(null, 0), "bias");
        Refused.with(npe, () -> Epilogue.biasAlongM(null, 0), "bias");
        Refused.with(npe, () -> Epilogue.NONE.then(null), "activation");
    }

    @Test
    void aClosedPoolIsRefusedHoweverSmallTheProduct() {
        for (int size : new int[] {4, 200}) {
            var shape = GemmShape.of(size, size, size);
            var pool = new WorkerPool(2);
            pool.close();
            float[] x = new float[size * size];
            float[] c = new float[size * size];
            Arrays.fill(c, 7f);
            float[] before = c.clone();
            Refused.with(
                    IllegalStateException.class,
                    () -> Gemm.multiply(shape, 1f, x, 0, x, 0, 0f, c, 0, Epilogue.NONE, pool),
                    "closed");
            Bits.assertEqual("c", before, c);
        }
    }

    @Test
    void blocksSideBySideInOneMatrixAreNoOverlapButSharedColumnsAre() {
        var shape = GemmShape.of(3, 5, 4).withLeadingDimensions(20, 20, 20);
        float[] matrix = Data.uniform(4 * 20, 3);
        float[] expected = matrix.clone();
        ReferenceGemm.multiply(shape, 1f, expected, 0, expected, 4, 0f, expected, 9, null, null);
        Gemm.multiply(shape, 1f, matrix, 0, matrix, 4, 0f, matrix, 9, Epilogue.NONE, WorkerPool.CALLER);
        Bits.assertEqual("C beside A and B", expected, matrix);
        Refused.with(
                IAE,
                () -> Gemm.multiply(shape, 1f, matrix, 0, matrix, 4, 0f, matrix, 8, Epilogue.NONE, WorkerPool.CALLER),
                "c [8",
                "b [4");
        Refused.with(
                IAE,
                () -> Gemm.multiply(shape, 1f, matrix, 0, matrix, 4, 0f, matrix, 17, Epilogue.NONE, WorkerPool.CALLER),
                "overlaps");
    }

    @Test
    void nothingToDoIsASuccess() {
        float[] none = new float[0];
        for (WorkerPool pool : Pools.ALL) {
            Gemm.multiply(GemmShape.of(0, 5, 4), 1f, none, 0, new float[20], 0, 0f, none, 0, Epilogue.NONE, pool);
            Gemm.multiply(GemmShape.of(3, 0, 4), 1f, new float[12], 0, none, 0, 0f, none, 0, Epilogue.NONE, pool);
            float[] c = {1, 2, 3, 4};
            Gemm.multiply(GemmShape.of(2, 2, 0), 1f, none, 0, none, 0, 0f, c, 0, Epilogue.NONE, pool);
            Bits.assertEqual("k = 0", new float[4], c);
        }
    }

    private static void multiply(GemmShape shape, PackedLeftMatrix a, float[] b, int bOffset, float[] c, int cOffset) {
        Gemm.multiply(shape, 1f, a, b, bOffset, 0f, c, cOffset, Epilogue.NONE, WorkerPool.CALLER);
    }

    private static DoorContract contract(String door, GemmShape shape) {
        return DoorContract.of(door, "c", 15, (arrays, offsets) -> multiply(shape, arrays, offsets))
                .reading("a", 12)
                .reading("b", 20);
    }

    private static void multiply(GemmShape shape, float[][] x, int[] offsets) {
        Gemm.multiply(
                shape, 1f, x[1], offsets[1], x[2], offsets[2], 0f, x[0], offsets[0], Epilogue.NONE, WorkerPool.CALLER);
    }

    private static void multiply(GemmShape shape, float[] a, float[] b, float[] c, int cOffset, Epilogue epilogue) {
        Gemm.multiply(shape, 1f, a, 0, b, 0, 0f, c, cOffset, epilogue, WorkerPool.CALLER);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.activation.Activation;
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
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A packed matrix in any storage, from any memory, gives the bits of the plain loop on its rounded numbers. */
class StoredMatrixProperties {
    @Property(tries = 200, seed = "1", edgeCases = EdgeCasesMode.NONE)
    void everyShapeIsExactInEveryStorage(
            @ForAll("rows") int m,
            @ForAll("columns") int n,
            @ForAll("depths") int k,
            @ForAll boolean transposeA,
            @ForAll boolean transposeB,
            @ForAll("scales") float alpha,
            @ForAll("scales") float beta,
            @ForAll Storage storage,
            @ForAll long seed) {
        var tight = GemmShape.of(m, n, k).withTransposes(transposeA, transposeB);
        var shape = tight.withLeadingDimensions(tight.lda() + 3, tight.ldb() + 2, tight.ldc() + 1);
        assertExact(shape, alpha, beta, storage, Data.uniform(shape.elementsB(), seed), seed);
    }

    @Property(tries = 100, seed = "2", edgeCases = EdgeCasesMode.NONE)
    void oddNumbersAreExactInEveryStorage(
            @ForAll("rows") int m, @ForAll("columns") int n, @ForAll Storage storage, @ForAll long seed) {
        var shape = GemmShape.of(m, n, 20);
        assertExact(shape, 1f, 0f, storage, Data.odd(shape.elementsB(), 30, seed), seed);
    }

    @Example
    void everyFiniteNumberOfAHalfSizeFormatIsWidenedExactly() {
        for (Storage storage : new Storage[] {Storage.BFLOAT16, Storage.FLOAT16}) {
            float[] b = new float[1 << 16];
            for (int half = 0; half < b.length; half++) {
                float value = storage.toFloat((short) half);
                b[half] = Float.isFinite(value) ? value : 0f;
            }
            for (int m : new int[] {1, 2, 3}) {
                assertExact(GemmShape.of(m, 1 << 16, 1), 1f, 0f, storage, b, 5);
            }
        }
    }

    @Property(tries = 60, seed = "3", edgeCases = EdgeCasesMode.NONE)
    void aLeftMatrixFromMemoryIsExactInEveryStorage(
            @ForAll("leftRows") int m,
            @ForAll("depths") int k,
            @ForAll boolean transposeA,
            @ForAll boolean oneColumn,
            @ForAll Storage storage,
            @ForAll long seed) {
        int n = oneColumn ? 1 : 37;
        var tight = GemmShape.of(m, n, k).withTransposes(transposeA, false);
        var shape = tight.withLeadingDimensions(tight.lda() + 3, n, n);
        float[] a = Data.uniform(shape.elementsA(), seed);
        float[] b = Data.uniform(shape.elementsB(), seed + 1);
        float[] rounded = a.clone();
        for (int i = 0; i < a.length; i++) {
            rounded[i] = storage.round(a[i]);
        }
        float[] expected = new float[shape.elementsC()];
        ReferenceGemm.multiply(shape, 1f, rounded, 0, b, 0, 0f, expected, 0, null, null);
        MemorySegment memory = storage == Storage.FLOAT32 ? floats(a) : halves(storage, a);
        var packed = PackedLeftMatrix.pack(shape, memory, storage);
        for (WorkerPool pool : Pools.ALL) {
            Guarded out = Guarded.matrix(m, n, n, new float[m * n]);
            Gemm.multiply(shape, 1f, packed, b, 0, 0f, out.array(), out.offset(), Epilogue.NONE, pool);
            Bits.assertEqual(shape + " on " + pool.threads() + " threads", expected, out.values());
        }
    }

    /** Panels that are read from beyond the second-level cache. */
    @Example
    void moreThanTheSecondLevelCacheHoldsIsExactInEveryStorage() {
        for (Storage storage : Storage.values()) {
            for (int m : new int[] {23, 24, 31}) {
                var shape = GemmShape.of(m, 603, 500);
                assertExact(shape, 1f, 0f, storage, Data.uniform(shape.elementsB(), 6), 7);
            }
        }
    }

    @Example
    void severalThreadsGiveTheSameBits() {
        for (Storage storage : Storage.values()) {
            for (int m : new int[] {1, 70}) {
                var shape = GemmShape.of(m, 300, m == 1 ? 1 << 13 : 300);
                assertExact(shape, 1f, 0f, storage, Data.uniform(shape.elementsB(), 3), 4);
            }
        }
    }

    @Example
    void halfTheSizeIsHalfTheBytes() {
        var shape = GemmShape.of(1, 256, 256);
        float[] b = Data.uniform(256 * 256, 1);
        assertEquals(256 * 256 * 4, PackedMatrix.pack(shape, 1f, b, 0).bytes());
        assertEquals(
                256 * 256 * 2,
                PackedMatrix.pack(shape, 1f, b, 0, Storage.BFLOAT16).bytes());
        assertEquals(
                256 * 256 * 2,
                PackedMatrix.pack(shape, 1f, b, 0, Storage.FLOAT16).bytes());
    }

    private static void assertExact(GemmShape shape, float alpha, float beta, Storage storage, float[] b, long seed) {
        float[] a = Data.uniform(shape.elementsA(), seed + 1);
        float[] c = Data.uniform((long) shape.m() * shape.n(), seed + 2);
        float[] bias = Data.uniform(shape.n(), seed + 3);
        float[] rounded = new float[b.length];
        for (int i = 0; i < b.length; i++) {
            rounded[i] = storage.round(alpha * b[i]);
        }
        float[] expected = c.clone();
        var dense = shape.withLeadingDimensions(shape.lda(), shape.ldb(), Math.max(1, shape.n()));
        ReferenceGemm.multiply(dense, alpha == 0f ? 0f : 1f, a, 0, rounded, 0, beta, expected, 0, bias, null);
        Activation.RELU.forward(expected.length, expected, 0, expected, 0);
        Guarded source = Guarded.of(b);
        check(
                shape,
                a,
                PackedMatrix.pack(shape, alpha, source.array(), source.offset(), storage),
                beta,
                c,
                bias,
                expected);
        check(shape, a, PackedMatrix.pack(shape, alpha, floats(b), Storage.FLOAT32, storage), beta, c, bias, expected);
        if (storage != Storage.FLOAT32 && alpha == 1f) {
            MemorySegment halves = halves(storage, b);
            check(shape, a, PackedMatrix.pack(shape, alpha, halves, storage, storage), beta, c, bias, expected);
            var wide = PackedMatrix.pack(shape, alpha, halves, storage, Storage.FLOAT32);
            check(shape, a, wide, beta, c, bias, expected);
        }
    }

    private static void check(
            GemmShape shape, float[] a, PackedMatrix b, float beta, float[] c, float[] bias, float[] expected) {
        Epilogue epilogue = Epilogue.biasAlongN(bias, 0).then(Activation.RELU);
        for (WorkerPool pool : Pools.ALL) {
            Guarded out = Guarded.matrix(shape.m(), shape.n(), shape.ldc(), c);
            Gemm.multiply(shape, a, 0, b, beta, out.array(), out.offset(), epilogue, pool);
            Bits.assertEqual(shape + " on " + pool.threads() + " threads", expected, out.values());
        }
    }

    /** Little-endian, at an odd address. */
    private static MemorySegment floats(float[] values) {
        var layout = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        MemorySegment segment = Arena.ofAuto().allocate(values.length * 4L + 1).asSlice(1);
        for (int i = 0; i < values.length; i++) {
            segment.setAtIndex(layout, i, values[i]);
        }
        return segment;
    }

    private static MemorySegment halves(Storage storage, float[] values) {
        var layout = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        MemorySegment segment = MemorySegment.ofArray(new byte[values.length * 2]);
        for (int i = 0; i < values.length; i++) {
            segment.setAtIndex(layout, i, storage.toHalf(values[i]));
        }
        return segment;
    }

    @Provide
    Arbitrary<Integer> rows() {
        return Arbitraries.of(0, 1, 2, 3, 4, 5, 6, 7, 13);
    }

    /** Slivers and panels of rows, full and not. */
    @Provide
    Arbitrary<Integer> leftRows() {
        return Arbitraries.oneOf(rows(), columns());
    }

    @Provide
    Arbitrary<Integer> columns() {
        return Arbitraries.of(0, 1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 97, 130, 200, 256, 289, 600);
    }

    @Provide
    Arbitrary<Integer> depths() {
        return Arbitraries.of(0, 1, 2, 5, 64, 127, 128, 129, 300);
    }

    @Provide
    Arbitrary<Float> scales() {
        return Arbitraries.of(0f, -0f, 1f, -1f, 0.3f);
    }
}

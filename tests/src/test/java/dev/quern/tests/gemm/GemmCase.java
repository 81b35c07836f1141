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
import dev.quern.tests.toolkit.Guarded;
import java.util.Arrays;

/** One product with its operands, each a matrix inside guard bands, and what the plain loop makes of it. */
final class GemmCase {
    private final GemmShape shape;
    private final float alpha;
    private final float beta;
    private final BiasAlong along;
    private final Activation activation;
    private final Guarded a;
    private final Guarded b;
    private final float[] cBefore;
    private final Guarded bias;

    private GemmCase(
            GemmShape shape, float alpha, float beta, BiasAlong along, Activation activation, int every, long seed) {
        this.shape = shape;
        this.alpha = alpha;
        this.beta = beta;
        this.along = along;
        this.activation = activation;
        int m = shape.m();
        int n = shape.n();
        int k = shape.k();
        a = operand(shape.transposeA() ? k : m, shape.transposeA() ? m : k, shape.lda(), every, seed);
        b = operand(shape.transposeB() ? n : k, shape.transposeB() ? k : n, shape.ldb(), every, seed + 1);
        cBefore = values((long) m * n, every, seed + 2);
        if (beta == 0) {
            Arrays.fill(cBefore, Float.NaN);
        }
        bias = Guarded.of(values(along == BiasAlong.M ? m : n, every, seed + 3));
    }

    /** A product of uniform values. */
    static GemmCase of(GemmShape shape, float alpha, float beta, BiasAlong along, long seed) {
        return new GemmCase(shape, alpha, beta, along, Activation.IDENTITY, 0, seed);
    }

    /** {@code C ← A·B} of uniform values. */
    static GemmCase plain(GemmShape shape) {
        return of(shape, 1f, 0f, BiasAlong.NONE, 1);
    }

    /** The same with NaN, infinities, denormals, zeros of both signs and huge values, one in {@code every}. */
    static GemmCase odd(GemmShape shape, float alpha, float beta, BiasAlong along, int every, long seed) {
        return new GemmCase(shape, alpha, beta, along, Activation.IDENTITY, every, seed);
    }

    /** The same with an activation of the result. */
    GemmCase then(Activation last, long seed) {
        return new GemmCase(shape, alpha, beta, along, last, 0, seed);
    }

    private static Guarded operand(int rows, int columns, int stride, int every, long seed) {
        return Guarded.matrix(rows, columns, stride, values((long) rows * columns, every, seed));
    }

    private static float[] values(long n, int every, long seed) {
        return every == 0 ? Data.uniform(n, seed) : Data.odd(n, every, seed);
    }

    /** What the plain loop gives, C without gaps. An activation is applied by its own kernel, after the loop. */
    float[] expected() {
        float[] c = cBefore.clone();
        ReferenceGemm.multiply(
                shape.withLeadingDimensions(shape.lda(), shape.ldb(), Math.max(1, shape.n())),
                alpha,
                a.array(),
                a.offset(),
                b.array(),
                b.offset(),
                beta,
                c,
                0,
                along == BiasAlong.N ? bias.values() : null,
                along == BiasAlong.M ? bias.values() : null);
        if (activation != Activation.IDENTITY) {
            activation.forward(c.length, c, 0, c, 0);
        }
        return c;
    }

    /** What the kernel gives; fails when it writes anything but C. */
    float[] actual(WorkerPool pool) {
        Guarded c = c();
        multiplyInto(c, pool);
        assertOperandsUnchanged();
        return c.values();
    }

    /** One call into a given C. */
    void multiplyInto(Guarded c, WorkerPool pool) {
        Gemm.multiply(
                shape,
                alpha,
                a.array(),
                a.offset(),
                b.array(),
                b.offset(),
                beta,
                c.array(),
                c.offset(),
                epilogue(),
                pool);
    }

    /** What the kernel gives with B packed beforehand. */
    float[] actualPacked(WorkerPool pool) {
        Guarded c = c();
        PackedMatrix packed = PackedMatrix.pack(shape, alpha, b.array(), b.offset());
        Gemm.multiply(shape, a.array(), a.offset(), packed, beta, c.array(), c.offset(), epilogue(), pool);
        assertOperandsUnchanged();
        return c.values();
    }

    /** What the kernel gives with A packed beforehand. */
    float[] actualPackedLeft(WorkerPool pool) {
        return actualPackedLeft(shape, pool);
    }

    /** The same with A packed as for one column. */
    float[] actualPackedForOneColumn(WorkerPool pool) {
        var column = new GemmShape(
                shape.m(), 1, shape.k(), shape.transposeA(), shape.transposeB(), shape.lda(), shape.ldb(), shape.ldc());
        return actualPackedLeft(column, pool);
    }

    private float[] actualPackedLeft(GemmShape packedFor, WorkerPool pool) {
        Guarded c = c();
        PackedLeftMatrix packed = PackedLeftMatrix.pack(packedFor, a.array(), a.offset());
        Gemm.multiply(shape, alpha, packed, b.array(), b.offset(), beta, c.array(), c.offset(), epilogue(), pool);
        assertOperandsUnchanged();
        return c.values();
    }

    /** Fails unless kernel and loop agree, on one thread, with both operands plain and with either of them packed, A in both ways. */
    void assertExact() {
        float[] expected = expected();
        Bits.assertEqual(this + " packed left", expected, actualPackedLeft(WorkerPool.CALLER));
        Bits.assertEqual(this + " packed for one column", expected, actualPackedForOneColumn(WorkerPool.CALLER));
        Bits.assertEqual(this + "", expected, actual(WorkerPool.CALLER));
        Bits.assertEqual(this + " packed", expected, actualPacked(WorkerPool.CALLER));
    }

    /** C before the call. */
    Guarded c() {
        return Guarded.matrix(shape.m(), shape.n(), shape.ldc(), cBefore);
    }

    Epilogue epilogue() {
        Epilogue start = switch (along) {
            case NONE -> Epilogue.NONE;
            case N -> Epilogue.biasAlongN(bias.array(), bias.offset());
            case M -> Epilogue.biasAlongM(bias.array(), bias.offset());
        };
        return start.then(activation);
    }

    GemmShape shape() {
        return shape;
    }

    private void assertOperandsUnchanged() {
        a.assertUnchanged("A");
        b.assertUnchanged("B");
        bias.assertUnchanged("bias");
    }

    @Override
    public String toString() {
        return shape + " alpha=" + alpha + " beta=" + beta + " bias along " + along;
    }
}

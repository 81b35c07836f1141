// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.DenseCase;
import dev.quern.bench.contest.GemmCase;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.storage.Storage;
import dev.quern.tests.reference.ReferenceGemm;

/** A product of matrices, optionally with a bias for each column and ReLU; each element a product of 1 × k by k × 1. */
final class ExpectedProduct implements Expected {
    private final GemmCase kase;
    private final GemmShape element;
    private final float[] a;
    private final float[] b;
    private final float[] bias;
    private final float[] magnitudesOfA;
    private final float[] magnitudesOfB;

    private ExpectedProduct(GemmCase kase, float[] a, float[] b, float[] bias) {
        this.kase = kase;
        this.a = a;
        this.b = b;
        this.bias = bias;
        GemmShape whole = kase.shape();
        element = GemmShape.of(1, 1, kase.k())
                .withTransposes(kase.transposeA(), kase.transposeB())
                .withLeadingDimensions(whole.lda(), whole.ldb(), 1);
        magnitudesOfA = Magnitudes.of(a);
        magnitudesOfB = Magnitudes.of(b);
    }

    static ExpectedProduct of(GemmCase kase, Storage weights) {
        return new ExpectedProduct(kase, kase.a(), rounded(kase.b(), weights), null);
    }

    static ExpectedProduct of(DenseCase kase, Storage weights) {
        var product = new GemmCase(kase.batch(), kase.units(), kase.inputs(), false, false, 0);
        return new ExpectedProduct(product, kase.src(), rounded(kase.weights(), weights), kase.bias());
    }

    private static float[] rounded(float[] values, Storage storage) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = storage.round(values[i]);
        }
        return rounded;
    }

    @Override
    public int length() {
        return kase.m() * kase.n();
    }

    @Override
    public double at(int index) {
        float[] start = bias == null ? null : new float[] {bias[index % kase.n()]};
        float value = product(index, a, b, start);
        return bias == null ? value : Math.max(value, 0f);
    }

    @Override
    public double bound(int index) {
        float[] start = bias == null ? null : new float[] {Math.abs(bias[index % kase.n()])};
        return Whole.chain(kase.k()) * product(index, magnitudesOfA, magnitudesOfB, start);
    }

    private float product(int index, float[] left, float[] right, float[] start) {
        int i = index / kase.n();
        int j = index % kase.n();
        float[] c = new float[1];
        int leftOffset = kase.transposeA() ? i : i * element.lda();
        int rightOffset = kase.transposeB() ? j * element.ldb() : j;
        ReferenceGemm.multiply(element, 1f, left, leftOffset, right, rightOffset, 0f, c, 0, start, null);
        return c[0];
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

import dev.quern.kernels.gemm.GemmShape;

/**
 * {@code C ← αop(A)op(B) + βC}, optionally plus a bias, as three plain loops: each element is one chain of fused
 * multiply-adds over ascending k. {@code β = 0} does not read C, {@code α = 0} reads neither A nor B.
 */
public final class ReferenceGemm {
    private ReferenceGemm() {}

    /**
     * Multiplies.
     *
     * @param biasAlongN one value for each column of C, or null
     * @param biasAlongM one value for each row of C, or null
     */
    public static void multiply(
            GemmShape s,
            float alpha,
            float[] a,
            int aOffset,
            float[] b,
            int bOffset,
            float beta,
            float[] c,
            int cOffset,
            float[] biasAlongN,
            float[] biasAlongM) {
        int aRow = s.transposeA() ? 1 : s.lda();
        int aColumn = s.transposeA() ? s.lda() : 1;
        int bRow = s.transposeB() ? 1 : s.ldb();
        int bColumn = s.transposeB() ? s.ldb() : 1;
        for (int i = 0; i < s.m(); i++) {
            for (int j = 0; j < s.n(); j++) {
                int at = cOffset + i * s.ldc() + j;
                float bias = biasAlongN != null ? biasAlongN[j] : biasAlongM != null ? biasAlongM[i] : 0f;
                boolean biased = biasAlongN != null || biasAlongM != null;
                float sum = beta == 0 ? bias : biased ? Math.fma(beta, c[at], bias) : beta * c[at];
                if (alpha != 0) {
                    for (int p = 0; p < s.k(); p++) {
                        float scaled = alpha * b[bOffset + p * bRow + j * bColumn];
                        sum = Math.fma(a[aOffset + i * aRow + p * aColumn], scaled, sum);
                    }
                }
                c[at] = sum;
            }
        }
    }
}

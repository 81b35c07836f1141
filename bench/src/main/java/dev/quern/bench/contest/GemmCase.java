// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import dev.quern.kernels.gemm.GemmShape;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * C = A·B, named {@code MxNxK}, followed by {@code -tn}, {@code -nt} or {@code -tt} where A, B or both are stored
 * transposed, and by {@code -ld1024} where the rows of A and B as stored are so many floats apart. Row-major; else without
 * gaps.
 *
 * @param m rows of A and C
 * @param n columns of B and C
 * @param k columns of A, rows of B
 * @param transposeA whether A is stored (k, m)
 * @param transposeB whether B is stored (n, k)
 * @param leading floats from row to row of A and B; 0 for no gaps
 */
public record GemmCase(int m, int n, int k, boolean transposeA, boolean transposeB, int leading) implements Case {
    private static final Pattern NAME =
            Pattern.compile("(\\d{1,6})x(\\d{1,6})x(\\d{1,6})(?:-([tn])([tn]))?(?:-ld(\\d{1,6}))?");

    /** Reads a name. */
    public static GemmCase parse(String name) {
        Matcher text = NAME.matcher(name);
        if (!text.matches() || "n".equals(text.group(4)) && "n".equals(text.group(5))) {
            throw Inputs.unknown("gemm", name, "512x512x512, with -tn, -nt or -tt for transposes, -ld1024 for gaps");
        }
        return new GemmCase(
                Integer.parseInt(text.group(1)),
                Integer.parseInt(text.group(2)),
                Integer.parseInt(text.group(3)),
                "t".equals(text.group(4)),
                "t".equals(text.group(5)),
                text.group(6) == null ? 0 : Integer.parseInt(text.group(6)));
    }

    /** A: (m, k), or (k, m) when transposed; with its gaps. */
    public float[] a() {
        return Inputs.uniform(shape().elementsA(), 1);
    }

    /** B: (k, n), or (n, k) when transposed; with its gaps. */
    public float[] b() {
        return Inputs.uniform(shape().elementsB(), 2);
    }

    /** The shape for the kernels. */
    public GemmShape shape() {
        GemmShape tight = GemmShape.of(m, n, k).withTransposes(transposeA, transposeB);
        return leading == 0 ? tight : tight.withLeadingDimensions(leading, leading, n);
    }

    @Override
    public double flops() {
        return 2.0 * m * n * k;
    }

    @Override
    public double bytes() {
        return 4.0 * ((double) m * k + (double) k * n + (double) m * n);
    }

    /** Bytes that packing B moves: B read and written once. */
    public double packedBytes() {
        return 8.0 * k * n;
    }

    @Override
    public String toString() {
        String transposes = transposeA || transposeB ? "-" + (transposeA ? "t" : "n") + (transposeB ? "t" : "n") : "";
        return m + "x" + n + "x" + k + transposes + (leading == 0 ? "" : "-ld" + leading);
    }
}

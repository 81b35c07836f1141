// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import dev.quern.kernels.reduce.FixedSum;
import dev.quern.kernels.reduce.QuarterSums;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Sums of {@link NormVector} for four vectors of channels at once, where a vector has sixteen lanes: see {@link QuarterSums}. */
final class WideSumsVector {
    private WideSumsVector() {}

    /** sums += Σ (x - mean)² over rows, a multiple of FixedSum.LANES and at most a chunk. */
    static void addSquares(
            int rows, float[] x, int xOffset, int stride, float[] p, int pOffset, float[] sums, int sumsOffset) {
        float[] quarters = QuarterSums.quarters();
        for (int lane = 0; lane < 4; lane++) {
            squares(rows, x, xOffset + lane * stride, stride, p, pOffset, quarters, lane * QuarterSums.WIDE);
        }
        QuarterSums.fold(quarters, sums, sumsOffset);
    }

    /**
     * products += Σ (x - mean)·g and, from plainOffset on, sums += Σ g over such rows: both at once, so that each line of x
     * and g is read once.
     */
    static void addGradients(
            int rows,
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            int stride,
            float[] p,
            int pOffset,
            float[] sums,
            int productsOffset,
            int plainOffset) {
        float[] products = QuarterSums.quarters();
        float[] plain = QuarterSums.secondQuarters();
        Arrays.fill(products, 0f);
        Arrays.fill(plain, 0f);
        // A quarter is lane q with q + 8, then q + 4 with q + 12: eight sums each, twice, are what registers hold.
        for (int lane = 0; lane < 8; lane++) {
            int from = lane * stride;
            int to = lane % 4 * QuarterSums.WIDE;
            gradients(rows, x, xOffset + from, g, gOffset + from, stride, p, pOffset, products, plain, to);
        }
        QuarterSums.fold(products, sums, productsOffset);
        QuarterSums.fold(plain, sums, plainOffset);
    }

    private static void squares(
            int rows, float[] x, int xOffset, int stride, float[] p, int pOffset, float[] sums, int sumsOffset) {
        var m0 = FloatVector.fromArray(FLOATS, p, pOffset);
        var m1 = FloatVector.fromArray(FLOATS, p, pOffset + COUNT);
        var m2 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * COUNT);
        var m3 = FloatVector.fromArray(FLOATS, p, pOffset + 3 * COUNT);
        var a00 = FloatVector.zero(FLOATS);
        var a01 = FloatVector.zero(FLOATS);
        var a02 = FloatVector.zero(FLOATS);
        var a03 = FloatVector.zero(FLOATS);
        var a10 = FloatVector.zero(FLOATS);
        var a11 = FloatVector.zero(FLOATS);
        var a12 = FloatVector.zero(FLOATS);
        var a13 = FloatVector.zero(FLOATS);
        var a20 = FloatVector.zero(FLOATS);
        var a21 = FloatVector.zero(FLOATS);
        var a22 = FloatVector.zero(FLOATS);
        var a23 = FloatVector.zero(FLOATS);
        var a30 = FloatVector.zero(FLOATS);
        var a31 = FloatVector.zero(FLOATS);
        var a32 = FloatVector.zero(FLOATS);
        var a33 = FloatVector.zero(FLOATS);
        int step = 4 * stride;
        int at = xOffset;
        for (int row = 0; row < rows; row += FixedSum.LANES, at += FixedSum.LANES * stride) {
            FloatVector d00 = FloatVector.fromArray(FLOATS, x, at).sub(m0);
            a00 = d00.mul(d00).add(a00);
            FloatVector d01 = FloatVector.fromArray(FLOATS, x, at + COUNT).sub(m1);
            a01 = d01.mul(d01).add(a01);
            FloatVector d02 = FloatVector.fromArray(FLOATS, x, at + 2 * COUNT).sub(m2);
            a02 = d02.mul(d02).add(a02);
            FloatVector d03 = FloatVector.fromArray(FLOATS, x, at + 3 * COUNT).sub(m3);
            a03 = d03.mul(d03).add(a03);
            FloatVector d10 = FloatVector.fromArray(FLOATS, x, at + step).sub(m0);
            a10 = d10.mul(d10).add(a10);
            FloatVector d11 =
                    FloatVector.fromArray(FLOATS, x, at + step + COUNT).sub(m1);
            a11 = d11.mul(d11).add(a11);
            FloatVector d12 =
                    FloatVector.fromArray(FLOATS, x, at + step + 2 * COUNT).sub(m2);
            a12 = d12.mul(d12).add(a12);
            FloatVector d13 =
                    FloatVector.fromArray(FLOATS, x, at + step + 3 * COUNT).sub(m3);
            a13 = d13.mul(d13).add(a13);
            FloatVector d20 = FloatVector.fromArray(FLOATS, x, at + 2 * step).sub(m0);
            a20 = d20.mul(d20).add(a20);
            FloatVector d21 =
                    FloatVector.fromArray(FLOATS, x, at + 2 * step + COUNT).sub(m1);
            a21 = d21.mul(d21).add(a21);
            FloatVector d22 =
                    FloatVector.fromArray(FLOATS, x, at + 2 * step + 2 * COUNT).sub(m2);
            a22 = d22.mul(d22).add(a22);
            FloatVector d23 =
                    FloatVector.fromArray(FLOATS, x, at + 2 * step + 3 * COUNT).sub(m3);
            a23 = d23.mul(d23).add(a23);
            FloatVector d30 = FloatVector.fromArray(FLOATS, x, at + 3 * step).sub(m0);
            a30 = d30.mul(d30).add(a30);
            FloatVector d31 =
                    FloatVector.fromArray(FLOATS, x, at + 3 * step + COUNT).sub(m1);
            a31 = d31.mul(d31).add(a31);
            FloatVector d32 =
                    FloatVector.fromArray(FLOATS, x, at + 3 * step + 2 * COUNT).sub(m2);
            a32 = d32.mul(d32).add(a32);
            FloatVector d33 =
                    FloatVector.fromArray(FLOATS, x, at + 3 * step + 3 * COUNT).sub(m3);
            a33 = d33.mul(d33).add(a33);
        }
        a00.add(a20).add(a10.add(a30)).intoArray(sums, sumsOffset);
        a01.add(a21).add(a11.add(a31)).intoArray(sums, sumsOffset + COUNT);
        a02.add(a22).add(a12.add(a32)).intoArray(sums, sumsOffset + 2 * COUNT);
        a03.add(a23).add(a13.add(a33)).intoArray(sums, sumsOffset + 3 * COUNT);
    }

    /** Every eighth row: its products are added to products, its g to plain. */
    private static void gradients(
            int rows,
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            int stride,
            float[] p,
            int pOffset,
            float[] products,
            float[] plain,
            int offset) {
        var m0 = FloatVector.fromArray(FLOATS, p, pOffset);
        var m1 = FloatVector.fromArray(FLOATS, p, pOffset + COUNT);
        var m2 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * COUNT);
        var m3 = FloatVector.fromArray(FLOATS, p, pOffset + 3 * COUNT);
        var a00 = FloatVector.zero(FLOATS);
        var a01 = FloatVector.zero(FLOATS);
        var a02 = FloatVector.zero(FLOATS);
        var a03 = FloatVector.zero(FLOATS);
        var a10 = FloatVector.zero(FLOATS);
        var a11 = FloatVector.zero(FLOATS);
        var a12 = FloatVector.zero(FLOATS);
        var a13 = FloatVector.zero(FLOATS);
        var s00 = FloatVector.zero(FLOATS);
        var s01 = FloatVector.zero(FLOATS);
        var s02 = FloatVector.zero(FLOATS);
        var s03 = FloatVector.zero(FLOATS);
        var s10 = FloatVector.zero(FLOATS);
        var s11 = FloatVector.zero(FLOATS);
        var s12 = FloatVector.zero(FLOATS);
        var s13 = FloatVector.zero(FLOATS);
        int step = 8 * stride;
        int at = xOffset;
        int gAt = gOffset;
        for (int row = 0; row < rows; row += FixedSum.LANES, at += 2 * step, gAt += 2 * step) {
            FloatVector g00 = FloatVector.fromArray(FLOATS, g, gAt);
            s00 = g00.add(s00);
            a00 = FloatVector.fromArray(FLOATS, x, at).sub(m0).mul(g00).add(a00);
            FloatVector g01 = FloatVector.fromArray(FLOATS, g, gAt + COUNT);
            s01 = g01.add(s01);
            a01 = FloatVector.fromArray(FLOATS, x, at + COUNT).sub(m1).mul(g01).add(a01);
            FloatVector g02 = FloatVector.fromArray(FLOATS, g, gAt + 2 * COUNT);
            s02 = g02.add(s02);
            a02 = FloatVector.fromArray(FLOATS, x, at + 2 * COUNT)
                    .sub(m2)
                    .mul(g02)
                    .add(a02);
            FloatVector g03 = FloatVector.fromArray(FLOATS, g, gAt + 3 * COUNT);
            s03 = g03.add(s03);
            a03 = FloatVector.fromArray(FLOATS, x, at + 3 * COUNT)
                    .sub(m3)
                    .mul(g03)
                    .add(a03);
            FloatVector g10 = FloatVector.fromArray(FLOATS, g, gAt + step);
            s10 = g10.add(s10);
            a10 = FloatVector.fromArray(FLOATS, x, at + step).sub(m0).mul(g10).add(a10);
            FloatVector g11 = FloatVector.fromArray(FLOATS, g, gAt + step + COUNT);
            s11 = g11.add(s11);
            a11 = FloatVector.fromArray(FLOATS, x, at + step + COUNT)
                    .sub(m1)
                    .mul(g11)
                    .add(a11);
            FloatVector g12 = FloatVector.fromArray(FLOATS, g, gAt + step + 2 * COUNT);
            s12 = g12.add(s12);
            a12 = FloatVector.fromArray(FLOATS, x, at + step + 2 * COUNT)
                    .sub(m2)
                    .mul(g12)
                    .add(a12);
            FloatVector g13 = FloatVector.fromArray(FLOATS, g, gAt + step + 3 * COUNT);
            s13 = g13.add(s13);
            a13 = FloatVector.fromArray(FLOATS, x, at + step + 3 * COUNT)
                    .sub(m3)
                    .mul(g13)
                    .add(a13);
        }
        FloatVector.fromArray(FLOATS, products, offset).add(a00.add(a10)).intoArray(products, offset);
        FloatVector.fromArray(FLOATS, products, offset + COUNT)
                .add(a01.add(a11))
                .intoArray(products, offset + COUNT);
        FloatVector.fromArray(FLOATS, products, offset + 2 * COUNT)
                .add(a02.add(a12))
                .intoArray(products, offset + 2 * COUNT);
        FloatVector.fromArray(FLOATS, products, offset + 3 * COUNT)
                .add(a03.add(a13))
                .intoArray(products, offset + 3 * COUNT);
        FloatVector.fromArray(FLOATS, plain, offset).add(s00.add(s10)).intoArray(plain, offset);
        FloatVector.fromArray(FLOATS, plain, offset + COUNT).add(s01.add(s11)).intoArray(plain, offset + COUNT);
        FloatVector.fromArray(FLOATS, plain, offset + 2 * COUNT)
                .add(s02.add(s12))
                .intoArray(plain, offset + 2 * COUNT);
        FloatVector.fromArray(FLOATS, plain, offset + 3 * COUNT)
                .add(s03.add(s13))
                .intoArray(plain, offset + 3 * COUNT);
    }
}

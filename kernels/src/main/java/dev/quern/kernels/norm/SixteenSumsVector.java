// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

import static dev.quern.kernels.vector.Lanes.FLOATS;

import dev.quern.kernels.reduce.FixedSum;
import jdk.incubator.vector.FloatVector;

/**
 * Sums of {@link NormVector} for one vector of channels, all sixteen logical lanes in registers, so that each row is read in order and once: for 32
 * registers, where a vector has sixteen lanes.
 */
final class SixteenSumsVector {
    private SixteenSumsVector() {}

    /** sums += Σ (x - mean)² over rows, a multiple of FixedSum.LANES and at most a chunk. */
    static void addSquares(
            int rows, float[] x, int xOffset, int stride, float[] p, int pOffset, float[] sums, int sumsOffset) {
        var mean = FloatVector.fromArray(FLOATS, p, pOffset);
        var a0 = FloatVector.zero(FLOATS);
        var a1 = FloatVector.zero(FLOATS);
        var a2 = FloatVector.zero(FLOATS);
        var a3 = FloatVector.zero(FLOATS);
        var a4 = FloatVector.zero(FLOATS);
        var a5 = FloatVector.zero(FLOATS);
        var a6 = FloatVector.zero(FLOATS);
        var a7 = FloatVector.zero(FLOATS);
        var a8 = FloatVector.zero(FLOATS);
        var a9 = FloatVector.zero(FLOATS);
        var a10 = FloatVector.zero(FLOATS);
        var a11 = FloatVector.zero(FLOATS);
        var a12 = FloatVector.zero(FLOATS);
        var a13 = FloatVector.zero(FLOATS);
        var a14 = FloatVector.zero(FLOATS);
        var a15 = FloatVector.zero(FLOATS);
        int at = xOffset;
        for (int row = 0; row < rows; row += FixedSum.LANES) {
            FloatVector d0 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a0 = d0.mul(d0).add(a0);
            at += stride;
            FloatVector d1 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a1 = d1.mul(d1).add(a1);
            at += stride;
            FloatVector d2 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a2 = d2.mul(d2).add(a2);
            at += stride;
            FloatVector d3 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a3 = d3.mul(d3).add(a3);
            at += stride;
            FloatVector d4 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a4 = d4.mul(d4).add(a4);
            at += stride;
            FloatVector d5 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a5 = d5.mul(d5).add(a5);
            at += stride;
            FloatVector d6 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a6 = d6.mul(d6).add(a6);
            at += stride;
            FloatVector d7 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a7 = d7.mul(d7).add(a7);
            at += stride;
            FloatVector d8 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a8 = d8.mul(d8).add(a8);
            at += stride;
            FloatVector d9 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a9 = d9.mul(d9).add(a9);
            at += stride;
            FloatVector d10 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a10 = d10.mul(d10).add(a10);
            at += stride;
            FloatVector d11 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a11 = d11.mul(d11).add(a11);
            at += stride;
            FloatVector d12 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a12 = d12.mul(d12).add(a12);
            at += stride;
            FloatVector d13 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a13 = d13.mul(d13).add(a13);
            at += stride;
            FloatVector d14 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a14 = d14.mul(d14).add(a14);
            at += stride;
            FloatVector d15 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a15 = d15.mul(d15).add(a15);
            at += stride;
        }
        var even = a0.add(a8).add(a4.add(a12)).add(a2.add(a10).add(a6.add(a14)));
        var odd = a1.add(a9).add(a5.add(a13)).add(a3.add(a11).add(a7.add(a15)));
        FloatVector.fromArray(FLOATS, sums, sumsOffset).add(even.add(odd)).intoArray(sums, sumsOffset);
    }

    /** The same with (x - mean)·g. */
    static void addProducts(
            int rows,
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            int stride,
            float[] p,
            int pOffset,
            float[] sums,
            int sumsOffset) {
        var mean = FloatVector.fromArray(FLOATS, p, pOffset);
        var a0 = FloatVector.zero(FLOATS);
        var a1 = FloatVector.zero(FLOATS);
        var a2 = FloatVector.zero(FLOATS);
        var a3 = FloatVector.zero(FLOATS);
        var a4 = FloatVector.zero(FLOATS);
        var a5 = FloatVector.zero(FLOATS);
        var a6 = FloatVector.zero(FLOATS);
        var a7 = FloatVector.zero(FLOATS);
        var a8 = FloatVector.zero(FLOATS);
        var a9 = FloatVector.zero(FLOATS);
        var a10 = FloatVector.zero(FLOATS);
        var a11 = FloatVector.zero(FLOATS);
        var a12 = FloatVector.zero(FLOATS);
        var a13 = FloatVector.zero(FLOATS);
        var a14 = FloatVector.zero(FLOATS);
        var a15 = FloatVector.zero(FLOATS);
        int at = xOffset;
        int from = gOffset;
        for (int row = 0; row < rows; row += FixedSum.LANES) {
            FloatVector d0 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a0 = d0.mul(FloatVector.fromArray(FLOATS, g, from)).add(a0);
            at += stride;
            from += stride;
            FloatVector d1 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a1 = d1.mul(FloatVector.fromArray(FLOATS, g, from)).add(a1);
            at += stride;
            from += stride;
            FloatVector d2 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a2 = d2.mul(FloatVector.fromArray(FLOATS, g, from)).add(a2);
            at += stride;
            from += stride;
            FloatVector d3 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a3 = d3.mul(FloatVector.fromArray(FLOATS, g, from)).add(a3);
            at += stride;
            from += stride;
            FloatVector d4 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a4 = d4.mul(FloatVector.fromArray(FLOATS, g, from)).add(a4);
            at += stride;
            from += stride;
            FloatVector d5 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a5 = d5.mul(FloatVector.fromArray(FLOATS, g, from)).add(a5);
            at += stride;
            from += stride;
            FloatVector d6 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a6 = d6.mul(FloatVector.fromArray(FLOATS, g, from)).add(a6);
            at += stride;
            from += stride;
            FloatVector d7 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a7 = d7.mul(FloatVector.fromArray(FLOATS, g, from)).add(a7);
            at += stride;
            from += stride;
            FloatVector d8 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a8 = d8.mul(FloatVector.fromArray(FLOATS, g, from)).add(a8);
            at += stride;
            from += stride;
            FloatVector d9 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a9 = d9.mul(FloatVector.fromArray(FLOATS, g, from)).add(a9);
            at += stride;
            from += stride;
            FloatVector d10 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a10 = d10.mul(FloatVector.fromArray(FLOATS, g, from)).add(a10);
            at += stride;
            from += stride;
            FloatVector d11 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a11 = d11.mul(FloatVector.fromArray(FLOATS, g, from)).add(a11);
            at += stride;
            from += stride;
            FloatVector d12 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a12 = d12.mul(FloatVector.fromArray(FLOATS, g, from)).add(a12);
            at += stride;
            from += stride;
            FloatVector d13 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a13 = d13.mul(FloatVector.fromArray(FLOATS, g, from)).add(a13);
            at += stride;
            from += stride;
            FloatVector d14 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a14 = d14.mul(FloatVector.fromArray(FLOATS, g, from)).add(a14);
            at += stride;
            from += stride;
            FloatVector d15 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
            a15 = d15.mul(FloatVector.fromArray(FLOATS, g, from)).add(a15);
            at += stride;
            from += stride;
        }
        var even = a0.add(a8).add(a4.add(a12)).add(a2.add(a10).add(a6.add(a14)));
        var odd = a1.add(a9).add(a5.add(a13)).add(a3.add(a11).add(a7.add(a15)));
        FloatVector.fromArray(FLOATS, sums, sumsOffset).add(even.add(odd)).intoArray(sums, sumsOffset);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * The gradient of a source from lines of channels ({@code ChannelLines}) of diffDst with three kernel rows and stride 1, 16 input channels in
 * lanes. Rows of diffDst are swept from the bottom: a row's pixels, each broadcast once, go to the first tap of the row of the source above, to
 * the middle one of its own and to the last of the row below, so that a pixel meets its taps in ascending order. For 16 lanes and 32
 * registers; {@link LineScalar#sums} says what is computed.
 */
public final class LineSumSweepVector {
    private static final int LINE = LineScalar.LINE;

    /** Floats of a row of sums: 8 positions. */
    public static final int SUM_ROW = 8 * LINE;

    private LineSumSweepVector() {}

    /**
     * 8 positions × 3 rows of the source: 24 accumulators + 3 of w + 1 of x = 28 of 32 registers. Sums lie in out meanwhile, from +0.
     *
     * @param rows rows of diffDst, the last of which lies at xOffset; xRow leads to the one above
     * @param columns kernel columns, the first of which sees the position {@code columns} - 1 lines on
     * @param blocks of 16 channels of diffDst, {@code xBlock} apart
     * @param w of 16 input channels in the order (kw, k / 16, kh, k mod 16, c)
     * @param outOffset sums of the source's row that the first tap of xOffset's row adds to; the rows above lie before, in rows of 8 lines
     */
    public static void sweep(
            int rows,
            int columns,
            int blocks,
            float[] x,
            int xOffset,
            int xRow,
            int xBlock,
            float[] w,
            int wOffset,
            float[] out,
            int outOffset) {
        for (int row = 0; row < rows; row++) {
            int above = outOffset - row * SUM_ROW;
            int k = wOffset;
            for (int kw = columns - 1; kw >= 0; kw--) {
                int at = xOffset - row * xRow + kw * LINE;
                FloatVector a0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector a1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector a2 = FloatVector.zero(Lanes.FLOATS);
                FloatVector a3 = FloatVector.zero(Lanes.FLOATS);
                FloatVector a4 = FloatVector.zero(Lanes.FLOATS);
                FloatVector a5 = FloatVector.zero(Lanes.FLOATS);
                FloatVector a6 = FloatVector.zero(Lanes.FLOATS);
                FloatVector a7 = FloatVector.zero(Lanes.FLOATS);
                FloatVector b0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector b1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector b2 = FloatVector.zero(Lanes.FLOATS);
                FloatVector b3 = FloatVector.zero(Lanes.FLOATS);
                FloatVector b4 = FloatVector.zero(Lanes.FLOATS);
                FloatVector b5 = FloatVector.zero(Lanes.FLOATS);
                FloatVector b6 = FloatVector.zero(Lanes.FLOATS);
                FloatVector b7 = FloatVector.zero(Lanes.FLOATS);
                FloatVector c0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector c1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector c2 = FloatVector.zero(Lanes.FLOATS);
                FloatVector c3 = FloatVector.zero(Lanes.FLOATS);
                FloatVector c4 = FloatVector.zero(Lanes.FLOATS);
                FloatVector c5 = FloatVector.zero(Lanes.FLOATS);
                FloatVector c6 = FloatVector.zero(Lanes.FLOATS);
                FloatVector c7 = FloatVector.zero(Lanes.FLOATS);
                for (int block = 0; block < blocks; block++) {
                    for (int t = 0; t < LINE; t++) {
                        FloatVector w0 = FloatVector.fromArray(Lanes.FLOATS, w, k + t * LINE);
                        FloatVector w1 = FloatVector.fromArray(Lanes.FLOATS, w, k + (LINE + t) * LINE);
                        FloatVector w2 = FloatVector.fromArray(Lanes.FLOATS, w, k + (2 * LINE + t) * LINE);
                        FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, x[at + t]);
                        a0 = x0.fma(w0, a0);
                        b0 = x0.fma(w1, b0);
                        c0 = x0.fma(w2, c0);
                        FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + LINE]);
                        a1 = x1.fma(w0, a1);
                        b1 = x1.fma(w1, b1);
                        c1 = x1.fma(w2, c1);
                        FloatVector x2 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 2 * LINE]);
                        a2 = x2.fma(w0, a2);
                        b2 = x2.fma(w1, b2);
                        c2 = x2.fma(w2, c2);
                        FloatVector x3 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 3 * LINE]);
                        a3 = x3.fma(w0, a3);
                        b3 = x3.fma(w1, b3);
                        c3 = x3.fma(w2, c3);
                        FloatVector x4 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 4 * LINE]);
                        a4 = x4.fma(w0, a4);
                        b4 = x4.fma(w1, b4);
                        c4 = x4.fma(w2, c4);
                        FloatVector x5 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 5 * LINE]);
                        a5 = x5.fma(w0, a5);
                        b5 = x5.fma(w1, b5);
                        c5 = x5.fma(w2, c5);
                        FloatVector x6 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 6 * LINE]);
                        a6 = x6.fma(w0, a6);
                        b6 = x6.fma(w1, b6);
                        c6 = x6.fma(w2, c6);
                        FloatVector x7 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 7 * LINE]);
                        a7 = x7.fma(w0, a7);
                        b7 = x7.fma(w1, b7);
                        c7 = x7.fma(w2, c7);
                    }
                    at += xBlock;
                    k += 3 * LINE * LINE;
                }
                FloatVector.fromArray(Lanes.FLOATS, out, above).add(a0).intoArray(out, above);
                FloatVector.fromArray(Lanes.FLOATS, out, above + LINE).add(a1).intoArray(out, above + LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + 2 * LINE)
                        .add(a2)
                        .intoArray(out, above + 2 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + 3 * LINE)
                        .add(a3)
                        .intoArray(out, above + 3 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + 4 * LINE)
                        .add(a4)
                        .intoArray(out, above + 4 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + 5 * LINE)
                        .add(a5)
                        .intoArray(out, above + 5 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + 6 * LINE)
                        .add(a6)
                        .intoArray(out, above + 6 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + 7 * LINE)
                        .add(a7)
                        .intoArray(out, above + 7 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + SUM_ROW)
                        .add(b0)
                        .intoArray(out, above + SUM_ROW);
                FloatVector.fromArray(Lanes.FLOATS, out, above + SUM_ROW + LINE)
                        .add(b1)
                        .intoArray(out, above + SUM_ROW + LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + SUM_ROW + 2 * LINE)
                        .add(b2)
                        .intoArray(out, above + SUM_ROW + 2 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + SUM_ROW + 3 * LINE)
                        .add(b3)
                        .intoArray(out, above + SUM_ROW + 3 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + SUM_ROW + 4 * LINE)
                        .add(b4)
                        .intoArray(out, above + SUM_ROW + 4 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + SUM_ROW + 5 * LINE)
                        .add(b5)
                        .intoArray(out, above + SUM_ROW + 5 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + SUM_ROW + 6 * LINE)
                        .add(b6)
                        .intoArray(out, above + SUM_ROW + 6 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + SUM_ROW + 7 * LINE)
                        .add(b7)
                        .intoArray(out, above + SUM_ROW + 7 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + 2 * SUM_ROW)
                        .add(c0)
                        .intoArray(out, above + 2 * SUM_ROW);
                FloatVector.fromArray(Lanes.FLOATS, out, above + 2 * SUM_ROW + LINE)
                        .add(c1)
                        .intoArray(out, above + 2 * SUM_ROW + LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + 2 * SUM_ROW + 2 * LINE)
                        .add(c2)
                        .intoArray(out, above + 2 * SUM_ROW + 2 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + 2 * SUM_ROW + 3 * LINE)
                        .add(c3)
                        .intoArray(out, above + 2 * SUM_ROW + 3 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + 2 * SUM_ROW + 4 * LINE)
                        .add(c4)
                        .intoArray(out, above + 2 * SUM_ROW + 4 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + 2 * SUM_ROW + 5 * LINE)
                        .add(c5)
                        .intoArray(out, above + 2 * SUM_ROW + 5 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + 2 * SUM_ROW + 6 * LINE)
                        .add(c6)
                        .intoArray(out, above + 2 * SUM_ROW + 6 * LINE);
                FloatVector.fromArray(Lanes.FLOATS, out, above + 2 * SUM_ROW + 7 * LINE)
                        .add(c7)
                        .intoArray(out, above + 2 * SUM_ROW + 7 * LINE);
            }
        }
    }
}

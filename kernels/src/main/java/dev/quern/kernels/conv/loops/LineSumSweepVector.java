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

    /** Positions of a tile. */
    public static final int COLUMNS = 4;

    private LineSumSweepVector() {}

    /**
     * 4 positions × 3 rows of the source, each a chain and a sum: 24 accumulators + 3 of w + 1 of x = 28 of 32 registers.
     *
     * @param rows rows of diffDst, the last of which lies at xOffset; xRow leads to the one above
     * @param lead of the rows of the source that are done one after the other from the bottom, those before the first that is wanted
     * @param steps rows of the source to take: up to two more than {@code rows}, which find no tap in the last of them
     * @param columns kernel columns, the first of which sees the position {@code columns} - 1 lines on
     * @param blocks of 16 channels of diffDst, {@code xBlock} apart
     * @param w of 16 input channels in the order (kw, k / 16, kh, k mod 16, c)
     * @param outOffset the lowest row of the source that is wanted; outRow leads to the one above
     */
    public static void sweep(
            int rows,
            int lead,
            int steps,
            int columns,
            int blocks,
            float[] x,
            int xOffset,
            int xRow,
            int xBlock,
            float[] w,
            int wOffset,
            float[] out,
            int outOffset,
            int outRow,
            int outStride) {
        FloatVector a0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector a1 = FloatVector.zero(Lanes.FLOATS);
        FloatVector a2 = FloatVector.zero(Lanes.FLOATS);
        FloatVector a3 = FloatVector.zero(Lanes.FLOATS);
        FloatVector b0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector b1 = FloatVector.zero(Lanes.FLOATS);
        FloatVector b2 = FloatVector.zero(Lanes.FLOATS);
        FloatVector b3 = FloatVector.zero(Lanes.FLOATS);
        FloatVector c0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector c1 = FloatVector.zero(Lanes.FLOATS);
        FloatVector c2 = FloatVector.zero(Lanes.FLOATS);
        FloatVector c3 = FloatVector.zero(Lanes.FLOATS);
        for (int step = 0; step < steps; step++) {
            int k = wOffset;
            int live = step < rows ? columns : 0;
            for (int kw = live - 1; kw >= 0; kw--) {
                int at = xOffset - step * xRow + kw * LINE;
                FloatVector d0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector d1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector d2 = FloatVector.zero(Lanes.FLOATS);
                FloatVector d3 = FloatVector.zero(Lanes.FLOATS);
                FloatVector e0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector e1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector e2 = FloatVector.zero(Lanes.FLOATS);
                FloatVector e3 = FloatVector.zero(Lanes.FLOATS);
                FloatVector f0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector f1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector f2 = FloatVector.zero(Lanes.FLOATS);
                FloatVector f3 = FloatVector.zero(Lanes.FLOATS);
                for (int block = 0; block < blocks; block++) {
                    for (int t = 0; t < LINE; t++) {
                        FloatVector w0 = FloatVector.fromArray(Lanes.FLOATS, w, k + t * LINE);
                        FloatVector w1 = FloatVector.fromArray(Lanes.FLOATS, w, k + (LINE + t) * LINE);
                        FloatVector w2 = FloatVector.fromArray(Lanes.FLOATS, w, k + (2 * LINE + t) * LINE);
                        FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, x[at + t]);
                        d0 = x0.fma(w0, d0);
                        e0 = x0.fma(w1, e0);
                        f0 = x0.fma(w2, f0);
                        FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + LINE]);
                        d1 = x1.fma(w0, d1);
                        e1 = x1.fma(w1, e1);
                        f1 = x1.fma(w2, f1);
                        FloatVector x2 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 2 * LINE]);
                        d2 = x2.fma(w0, d2);
                        e2 = x2.fma(w1, e2);
                        f2 = x2.fma(w2, f2);
                        FloatVector x3 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 3 * LINE]);
                        d3 = x3.fma(w0, d3);
                        e3 = x3.fma(w1, e3);
                        f3 = x3.fma(w2, f3);
                    }
                    at += xBlock;
                    k += 3 * LINE * LINE;
                }
                a0 = d0.add(a0);
                a1 = d1.add(a1);
                a2 = d2.add(a2);
                a3 = d3.add(a3);
                b0 = e0.add(b0);
                b1 = e1.add(b1);
                b2 = e2.add(b2);
                b3 = e3.add(b3);
                c0 = f0.add(c0);
                c1 = f1.add(c1);
                c2 = f2.add(c2);
                c3 = f3.add(c3);
            }
            int to = outOffset - Math.max(0, step - lead) * outRow;
            c0.intoArray(out, to);
            c1.intoArray(out, to + outStride);
            c2.intoArray(out, to + 2 * outStride);
            c3.intoArray(out, to + 3 * outStride);
            c0 = b0;
            c1 = b1;
            c2 = b2;
            c3 = b3;
            b0 = a0;
            b1 = a1;
            b2 = a2;
            b3 = a3;
            a0 = FloatVector.zero(Lanes.FLOATS);
            a1 = FloatVector.zero(Lanes.FLOATS);
            a2 = FloatVector.zero(Lanes.FLOATS);
            a3 = FloatVector.zero(Lanes.FLOATS);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.EmptyCalls;
import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Convolution of 8 positions, two vectors of sums each, of which an element of an image row is broadcast once for both: 16 output channels of two
 * output rows, at the upper and the lower end of {@link LineSweepVector}'s, or 32 of one. Each sum is one chain over (kh, kw, c). A column of zeros
 * beside the image is not multiplied: the first or the last position is left out while the others see its kernel column, and what zeros add there, a
 * zero of either sign or NaN, comes with the weights. For 16 lanes; other convolutions compute the same bits.
 */
public final class LinePairVector {
    private static final int LINE = LineScalar.LINE;

    /** Elements of a run: 16 channels of a pixel. */
    public static final int STEPS = LINE;

    /** Floats from a position to the next of a tile. */
    public static final int DISTANCE = 64;

    /** Empty calls beside each: with 1,500 rounds and more, the JIT would else compile loops alone first, which takes seconds. */
    static final int BESIDE = 40;

    /** Beside {@link #tile}. */
    public static final EmptyCalls EMPTY_TILE = new EmptyCalls(
            BESIDE,
            () -> tile(
                    -1, 0, 0, 0, null, 0, 0, 0, null, 0, 0, 0, 0, 0, 0, 0, null, 0, 0, 0, null, 0, 0, 0, 0f, null, 0, 0,
                    0));

    private LinePairVector() {}

    /**
     * 8 positions × 2 vectors a and b: 16 accumulators + 2 of w + 1 of x = 19 of 32 registers. Of each run of 16 elements and kernel row there are
     * 16 lines of a's weights and 16 of b's. What zeros add is pairs of lines in w, a's and b's.
     *
     * @param rows image rows, as many kernel rows
     * @param left runs in which the first position sees zeros
     * @param right the first run in which the last position does
     * @param runs of what a position sees of a row; each third is {@code xRun} from the one three before, those between lie in order
     * @param wRow from a kernel row's weights to the next one's
     * @param wRun from a run's to the next one's
     * @param before what is added first
     * @param leftZeros what zeros left of the image add, for each kernel row if {@code left > 0}
     * @param rightZeros the same, right of it, if {@code right < runs}
     * @param after what is added in the end
     * @param sums what the sums start from: a's, and {@code sumsNext} further b's
     * @param added what is added before the floor: a line for each element of out, or, with strides of 0, one
     * @param floor what is not above becomes 0; NaN where nothing does
     * @param outNext from a's place to b's, which is written first
     */
    public static void tile(
            int rows,
            int left,
            int right,
            int runs,
            float[] x,
            int xOffset,
            int xRow,
            int xRun,
            float[] w,
            int wOffset,
            int wRow,
            int wRun,
            int before,
            int leftZeros,
            int rightZeros,
            int after,
            float[] sums,
            int sumsOffset,
            int sumsNext,
            int sumsStride,
            float[] added,
            int addedOffset,
            int addedNext,
            int addedStride,
            float floor,
            float[] out,
            int outOffset,
            int outNext,
            int outStride) {
        if (rows < 0) {
            return; // One of the EmptyCalls.
        }
        FloatVector a = FloatVector.fromArray(Lanes.FLOATS, w, before);
        FloatVector b = FloatVector.fromArray(Lanes.FLOATS, w, before + LINE);
        FloatVector a0 = a.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset));
        FloatVector b0 = b.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + sumsNext));
        FloatVector a1 = a.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + sumsStride));
        FloatVector b1 = b.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + sumsNext + sumsStride));
        FloatVector a2 = a.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 2 * sumsStride));
        FloatVector b2 = b.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + sumsNext + 2 * sumsStride));
        FloatVector a3 = a.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 3 * sumsStride));
        FloatVector b3 = b.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + sumsNext + 3 * sumsStride));
        FloatVector a4 = a.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 4 * sumsStride));
        FloatVector b4 = b.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + sumsNext + 4 * sumsStride));
        FloatVector a5 = a.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 5 * sumsStride));
        FloatVector b5 = b.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + sumsNext + 5 * sumsStride));
        FloatVector a6 = a.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 6 * sumsStride));
        FloatVector b6 = b.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + sumsNext + 6 * sumsStride));
        FloatVector a7 = a.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 7 * sumsStride));
        FloatVector b7 = b.add(FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + sumsNext + 7 * sumsStride));
        for (int row = 0; row < rows; row++) {
            int line = xOffset + row * xRow;
            int wFirst = wOffset + row * wRow;
            int onLeft = leftZeros + (left > 0 ? row * 2 * LINE : 0);
            int onRight = rightZeros + (right < runs ? row * 2 * LINE : 0);
            for (int run = 0; run < left; run++) {
                int at = line + run / 3 * xRun + run % 3 * STEPS;
                int k = wFirst + run * wRun;
                for (int t = 0; t < STEPS; t++) {
                    FloatVector w0 = FloatVector.fromArray(Lanes.FLOATS, w, k + t * LINE);
                    FloatVector w1 = FloatVector.fromArray(Lanes.FLOATS, w, k + (STEPS + t) * LINE);
                    FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + DISTANCE]);
                    a1 = x1.fma(w0, a1);
                    b1 = x1.fma(w1, b1);
                    FloatVector x2 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 2 * DISTANCE]);
                    a2 = x2.fma(w0, a2);
                    b2 = x2.fma(w1, b2);
                    FloatVector x3 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 3 * DISTANCE]);
                    a3 = x3.fma(w0, a3);
                    b3 = x3.fma(w1, b3);
                    FloatVector x4 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 4 * DISTANCE]);
                    a4 = x4.fma(w0, a4);
                    b4 = x4.fma(w1, b4);
                    FloatVector x5 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 5 * DISTANCE]);
                    a5 = x5.fma(w0, a5);
                    b5 = x5.fma(w1, b5);
                    FloatVector x6 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 6 * DISTANCE]);
                    a6 = x6.fma(w0, a6);
                    b6 = x6.fma(w1, b6);
                    FloatVector x7 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 7 * DISTANCE]);
                    a7 = x7.fma(w0, a7);
                    b7 = x7.fma(w1, b7);
                }
            }
            a0 = FloatVector.fromArray(Lanes.FLOATS, w, onLeft).add(a0);
            b0 = FloatVector.fromArray(Lanes.FLOATS, w, onLeft + LINE).add(b0);
            for (int run = left; run < right; run++) {
                int at = line + run / 3 * xRun + run % 3 * STEPS;
                int k = wFirst + run * wRun;
                for (int t = 0; t < STEPS; t++) {
                    FloatVector w0 = FloatVector.fromArray(Lanes.FLOATS, w, k + t * LINE);
                    FloatVector w1 = FloatVector.fromArray(Lanes.FLOATS, w, k + (STEPS + t) * LINE);
                    FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, x[at + t]);
                    a0 = x0.fma(w0, a0);
                    b0 = x0.fma(w1, b0);
                    FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + DISTANCE]);
                    a1 = x1.fma(w0, a1);
                    b1 = x1.fma(w1, b1);
                    FloatVector x2 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 2 * DISTANCE]);
                    a2 = x2.fma(w0, a2);
                    b2 = x2.fma(w1, b2);
                    FloatVector x3 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 3 * DISTANCE]);
                    a3 = x3.fma(w0, a3);
                    b3 = x3.fma(w1, b3);
                    FloatVector x4 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 4 * DISTANCE]);
                    a4 = x4.fma(w0, a4);
                    b4 = x4.fma(w1, b4);
                    FloatVector x5 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 5 * DISTANCE]);
                    a5 = x5.fma(w0, a5);
                    b5 = x5.fma(w1, b5);
                    FloatVector x6 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 6 * DISTANCE]);
                    a6 = x6.fma(w0, a6);
                    b6 = x6.fma(w1, b6);
                    FloatVector x7 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 7 * DISTANCE]);
                    a7 = x7.fma(w0, a7);
                    b7 = x7.fma(w1, b7);
                }
            }
            for (int run = right; run < runs; run++) {
                int at = line + run / 3 * xRun + run % 3 * STEPS;
                int k = wFirst + run * wRun;
                for (int t = 0; t < STEPS; t++) {
                    FloatVector w0 = FloatVector.fromArray(Lanes.FLOATS, w, k + t * LINE);
                    FloatVector w1 = FloatVector.fromArray(Lanes.FLOATS, w, k + (STEPS + t) * LINE);
                    FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, x[at + t]);
                    a0 = x0.fma(w0, a0);
                    b0 = x0.fma(w1, b0);
                    FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + DISTANCE]);
                    a1 = x1.fma(w0, a1);
                    b1 = x1.fma(w1, b1);
                    FloatVector x2 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 2 * DISTANCE]);
                    a2 = x2.fma(w0, a2);
                    b2 = x2.fma(w1, b2);
                    FloatVector x3 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 3 * DISTANCE]);
                    a3 = x3.fma(w0, a3);
                    b3 = x3.fma(w1, b3);
                    FloatVector x4 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 4 * DISTANCE]);
                    a4 = x4.fma(w0, a4);
                    b4 = x4.fma(w1, b4);
                    FloatVector x5 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 5 * DISTANCE]);
                    a5 = x5.fma(w0, a5);
                    b5 = x5.fma(w1, b5);
                    FloatVector x6 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 6 * DISTANCE]);
                    a6 = x6.fma(w0, a6);
                    b6 = x6.fma(w1, b6);
                }
            }
            a7 = FloatVector.fromArray(Lanes.FLOATS, w, onRight).add(a7);
            b7 = FloatVector.fromArray(Lanes.FLOATS, w, onRight + LINE).add(b7);
        }
        a = FloatVector.fromArray(Lanes.FLOATS, w, after);
        b = FloatVector.fromArray(Lanes.FLOATS, w, after + LINE);
        FloatVector least = FloatVector.broadcast(Lanes.FLOATS, floor);
        int to = outOffset;
        int from = addedOffset;
        b0 = b.add(b0).add(FloatVector.fromArray(Lanes.FLOATS, added, from + addedNext));
        b0.blend(0f, b0.compare(VectorOperators.LE, least)).intoArray(out, to + outNext);
        a0 = a.add(a0).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
        a0.blend(0f, a0.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        from += addedStride;
        b1 = b.add(b1).add(FloatVector.fromArray(Lanes.FLOATS, added, from + addedNext));
        b1.blend(0f, b1.compare(VectorOperators.LE, least)).intoArray(out, to + outNext);
        a1 = a.add(a1).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
        a1.blend(0f, a1.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        from += addedStride;
        b2 = b.add(b2).add(FloatVector.fromArray(Lanes.FLOATS, added, from + addedNext));
        b2.blend(0f, b2.compare(VectorOperators.LE, least)).intoArray(out, to + outNext);
        a2 = a.add(a2).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
        a2.blend(0f, a2.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        from += addedStride;
        b3 = b.add(b3).add(FloatVector.fromArray(Lanes.FLOATS, added, from + addedNext));
        b3.blend(0f, b3.compare(VectorOperators.LE, least)).intoArray(out, to + outNext);
        a3 = a.add(a3).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
        a3.blend(0f, a3.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        from += addedStride;
        b4 = b.add(b4).add(FloatVector.fromArray(Lanes.FLOATS, added, from + addedNext));
        b4.blend(0f, b4.compare(VectorOperators.LE, least)).intoArray(out, to + outNext);
        a4 = a.add(a4).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
        a4.blend(0f, a4.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        from += addedStride;
        b5 = b.add(b5).add(FloatVector.fromArray(Lanes.FLOATS, added, from + addedNext));
        b5.blend(0f, b5.compare(VectorOperators.LE, least)).intoArray(out, to + outNext);
        a5 = a.add(a5).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
        a5.blend(0f, a5.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        from += addedStride;
        b6 = b.add(b6).add(FloatVector.fromArray(Lanes.FLOATS, added, from + addedNext));
        b6.blend(0f, b6.compare(VectorOperators.LE, least)).intoArray(out, to + outNext);
        a6 = a.add(a6).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
        a6.blend(0f, a6.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        from += addedStride;
        b7 = b.add(b7).add(FloatVector.fromArray(Lanes.FLOATS, added, from + addedNext));
        b7.blend(0f, b7.compare(VectorOperators.LE, least)).intoArray(out, to + outNext);
        a7 = a.add(a7).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
        a7.blend(0f, a7.compare(VectorOperators.LE, least)).intoArray(out, to);
    }
}

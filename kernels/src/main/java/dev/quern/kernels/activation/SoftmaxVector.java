// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.activation;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;
import static dev.quern.kernels.vector.Lanes.INTS;

import dev.quern.kernels.reduce.FixedSum;
import dev.quern.kernels.vector.ScalarLog;
import dev.quern.kernels.vector.ScalarMath;
import dev.quern.kernels.vector.VectorExpSum;
import dev.quern.kernels.vector.VectorMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The loops over rows of {@link Softmax} and {@link LogSoftmax} with vectors. */
final class SoftmaxVector {
    /** Shorter rows are better taken several at once. */
    private static final int SHORTEST = 32;

    /** Shorter rows wait for the ends of the one pass: 256 columns gain nothing, 128 lose a tenth. */
    private static final int SHORTEST_TOGETHER = 512;

    /** The terms of the row before, where those of neighbours are formed together. */
    private static final ThreadLocal<float[]> TERMS = ThreadLocal.withInitial(() -> new float[FixedSum.CHUNK]);

    private SoftmaxVector() {}

    /** Whether {@link #rows} serves rows of this length. */
    static boolean servesRows(int n) {
        return COUNT == FixedSum.LANES && n >= SHORTEST;
    }

    /**
     * Rows of {@link Softmax#forward}, each in three passes where no term is near the subnormals. The extremes of a row are
     * looked for one row ahead, and quotients are taken one row behind: what a pass ends with, a few dependent steps, is then
     * not waited for. Of longer rows, up to a chunk, the three passes, each over another row, are one.
     */
    static void rows(int rows, int n, float[] x, int xOffset, float[] y, int yOffset) {
        if (n >= SHORTEST_TOGETHER && n <= FixedSum.CHUNK) {
            rowsTogether(rows, n, x, xOffset, y, yOffset);
            return;
        }
        long ahead = rows > 0 ? extremes(n, x, xOffset) : 0;
        boolean nearBehind = false;
        float sumBehind = 0f;
        for (int row = 0; row < rows; row++) {
            int from = xOffset + row * n;
            int to = yOffset + row * n;
            float max = max(ahead);
            boolean near = near(ahead);
            ahead = row + 1 == rows ? 0 : extremes(n, x, from + n);
            float sum = near ? nearSum(n, x, from, max, y, to) : distantSum(n, x, from, max, y, to);
            if (row > 0) {
                quotients(nearBehind, n, y, to - n, sumBehind);
            }
            nearBehind = near;
            sumBehind = sum;
        }
        if (rows > 0) {
            quotients(nearBehind, n, y, yOffset + (rows - 1) * n, sumBehind);
        }
    }

    private static void quotients(boolean near, int n, float[] y, int yOffset, float sum) {
        if (near) {
            divideNormal(n, y, yOffset, sum);
        } else {
            divide(n, y, yOffset, sum);
        }
    }

    /** {@link #rows} with the passes of neighbours in one loop, as long as their terms are far from the subnormals. */
    private static void rowsTogether(int rows, int n, float[] x, int xOffset, float[] y, int yOffset) {
        float[] terms = TERMS.get();
        boolean behind = false;
        float sumBehind = 0f;
        long ahead = rows > 0 ? extremes(n, x, xOffset) : 0;
        float max = max(ahead);
        boolean near = near(ahead);
        for (int row = 0; row < rows; row++) {
            int from = xOffset + row * n;
            int to = yOffset + row * n;
            boolean last = row + 1 == rows;
            if (behind && near && !last) {
                long found = VectorExpSum.row(n, x, from, max, terms, y, to - n, sumBehind);
                sumBehind = Math.abs(Float.intBitsToFloat((int) found));
                if (found >= 0) {
                    max = max(found);
                    near = (int) found >= 0;
                } else {
                    ahead = extremes(n, x, from + n);
                    max = max(ahead);
                    near = near(ahead);
                }
                continue;
            }
            if (behind) {
                divideNormal(n, terms, 0, y, to - n, sumBehind);
            }
            ahead = last ? 0 : extremes(n, x, from + n);
            behind = near;
            if (near) {
                sumBehind = VectorExpSum.chunk(n, x, from, max, terms, 0);
            } else {
                divide(n, y, to, distantSum(n, x, from, max, y, to));
            }
            max = max(ahead);
            near = near(ahead);
        }
        if (behind) {
            divideNormal(n, terms, 0, y, yOffset + (rows - 1) * n, sumBehind);
        }
    }

    /** One row of {@link LogSoftmax#forward} in the same way; y is not x. */
    static void logRow(int n, float[] x, int xOffset, float[] y, int yOffset) {
        long extremes = extremes(n, x, xOffset);
        float max = max(extremes);
        float sum =
                near(extremes) ? nearSum(n, x, xOffset, max, y, yOffset) : distantSum(n, x, xOffset, max, y, yOffset);
        subtractBoth(n, x, xOffset, max, ScalarLog.ofOneOrMore(sum), y, yOffset);
    }

    private static float nearSum(int n, float[] x, int xOffset, float max, float[] y, int yOffset) {
        float sum = 0f;
        for (int done = 0; done < n; done += FixedSum.CHUNK) {
            int part = Math.min(FixedSum.CHUNK, n - done);
            sum += VectorExpSum.chunk(part, x, xOffset + done, max, y, yOffset + done);
        }
        return sum;
    }

    private static float distantSum(int n, float[] x, int xOffset, float max, float[] y, int yOffset) {
        subtract(n, x, xOffset, max, y, yOffset);
        VectorMath.exp(n, y, yOffset, y, yOffset);
        return FixedSum.sum(n, y, yOffset);
    }

    private static float max(long extremes) {
        return Float.intBitsToFloat((int) (extremes >> Integer.SIZE));
    }

    private static boolean near(long extremes) {
        return max(extremes) - Float.intBitsToFloat((int) extremes) <= -ScalarMath.EXP_NORMAL;
    }

    /**
     * The bits of the largest float, or of a NaN, and in the lower half those of the smallest, or of a NaN, or of zero where no float is
     * negative. As integers positive floats are in order and greater than negative ones, of which without sign the lowest is the greatest:
     * one step each instead of two. NaN comes out on one side or the other, as it is beyond the infinity of its sign.
     */
    private static long extremes(int n, float[] x, int xOffset) {
        var most = IntVector.broadcast(INTS, Integer.MIN_VALUE);
        var least = IntVector.zero(INTS);
        var mostToo = most;
        var leastToo = least;
        int i = 0;
        for (; i <= n - 2 * COUNT; i += 2 * COUNT) {
            IntVector a = FloatVector.fromArray(FLOATS, x, xOffset + i).reinterpretAsInts();
            IntVector b = FloatVector.fromArray(FLOATS, x, xOffset + i + COUNT).reinterpretAsInts();
            most = a.max(most);
            least = a.lanewise(VectorOperators.UMAX, least);
            mostToo = b.max(mostToo);
            leastToo = b.lanewise(VectorOperators.UMAX, leastToo);
        }
        // The last two vectors may overlap what was seen: looking twice changes nothing.
        IntVector a = FloatVector.fromArray(FLOATS, x, xOffset + n - 2 * COUNT).reinterpretAsInts();
        IntVector b = FloatVector.fromArray(FLOATS, x, xOffset + n - COUNT).reinterpretAsInts();
        most = most.max(mostToo).max(a).max(b);
        least = least.lanewise(VectorOperators.UMAX, leastToo)
                .lanewise(VectorOperators.UMAX, a)
                .lanewise(VectorOperators.UMAX, b);
        int max = most.reduceLanes(VectorOperators.MAX);
        // With the first bit turned round, integers without sign are in the order of those with one.
        int min = Integer.MIN_VALUE
                ^ least.lanewise(VectorOperators.XOR, Integer.MIN_VALUE).reduceLanes(VectorOperators.MAX);
        return (long) (max < 0 ? largestNegative(n, x, xOffset) : max) << Integer.SIZE
                | Integer.toUnsignedLong(Math.min(min, 0));
    }

    /** The bits of the largest of negative floats, which as integers is the least; NaN is passed over. */
    private static int largestNegative(int n, float[] x, int xOffset) {
        var least = IntVector.broadcast(INTS, Integer.MAX_VALUE);
        for (int i = 0; i <= n - COUNT; i += COUNT) {
            least = FloatVector.fromArray(FLOATS, x, xOffset + i)
                    .reinterpretAsInts()
                    .min(least);
        }
        return least.min(FloatVector.fromArray(FLOATS, x, xOffset + n - COUNT).reinterpretAsInts())
                .reduceLanes(VectorOperators.MIN);
    }

    /** y = x - max. Returns the bits of the largest magnitude: as integers, floats from +0 on are in order, NaN last. */
    static int subtract(int n, float[] x, int xOffset, float max, float[] y, int yOffset) {
        var largest = IntVector.zero(INTS);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector difference =
                    FloatVector.fromArray(FLOATS, x, xOffset + i).sub(max);
            difference.intoArray(y, yOffset + i);
            largest = difference.reinterpretAsInts().and(Integer.MAX_VALUE).max(largest);
        }
        int rest = SoftmaxScalar.subtract(n - i, x, xOffset + i, max, y, yOffset + i);
        return Math.max(rest, largest.reduceLanes(VectorOperators.MAX));
    }

    static void divide(int n, float[] y, int yOffset, float sum) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector.fromArray(FLOATS, y, yOffset + i).div(sum).intoArray(y, yOffset + i);
        }
        SoftmaxScalar.divide(n - i, y, yOffset + i, sum);
    }

    /**
     * The quotients of {@link #divide} for terms from 2⁻⁶⁴ to 1, without the divider, which takes sixteen cycles a vector.
     * With v = 1 / sum rounded to nearest and q = y·v, {@code fma(fma(-sum, q, y), v, q)} is y / sum rounded to nearest, as
     * long as nothing comes near the subnormals: P. Markstein, "Computation of elementary functions on the IBM RISC
     * System/6000 processor", IBM Journal of Research and Development 34(1), 1990.
     */
    static void divideNormal(int n, float[] y, int yOffset, float sum) {
        if (n < COUNT) {
            SoftmaxScalar.divide(n, y, yOffset, sum);
        } else {
            divideNormal(n, y, yOffset, y, yOffset, sum);
        }
    }

    /** {@link #divideNormal} from one range into another or the same one, of a vector and more. */
    private static void divideNormal(int n, float[] terms, int termsOffset, float[] y, int yOffset, float sum) {
        var minusSum = FloatVector.broadcast(FLOATS, -sum);
        var inverse = FloatVector.broadcast(FLOATS, 1f / sum);
        // The last vector overlaps the one before: its terms are read before any of them is written.
        FloatVector lastTerm = FloatVector.fromArray(FLOATS, terms, termsOffset + n - COUNT);
        for (int i = 0; i <= n - COUNT; i += COUNT) {
            FloatVector term = FloatVector.fromArray(FLOATS, terms, termsOffset + i);
            FloatVector quotient = term.mul(inverse);
            quotient.fma(minusSum, term).fma(inverse, quotient).intoArray(y, yOffset + i);
        }
        FloatVector quotient = lastTerm.mul(inverse);
        quotient.fma(minusSum, lastTerm).fma(inverse, quotient).intoArray(y, yOffset + n - COUNT);
    }

    static void multiply(int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector out = FloatVector.fromArray(FLOATS, y, yOffset + i);
            out.mul(FloatVector.fromArray(FLOATS, dy, dyOffset + i)).intoArray(dx, dxOffset + i);
        }
        SoftmaxScalar.multiply(n - i, y, yOffset + i, dy, dyOffset + i, dx, dxOffset + i);
    }

    static void weigh(int n, float[] y, int yOffset, float[] dy, int dyOffset, float sum, float[] dx, int dxOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector out = FloatVector.fromArray(FLOATS, y, yOffset + i);
            out.mul(FloatVector.fromArray(FLOATS, dy, dyOffset + i).sub(sum)).intoArray(dx, dxOffset + i);
        }
        SoftmaxScalar.weigh(n - i, y, yOffset + i, dy, dyOffset + i, sum, dx, dxOffset + i);
    }

    static void subtractBoth(int n, float[] x, int xOffset, float max, float log, float[] y, int yOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector.fromArray(FLOATS, x, xOffset + i).sub(max).sub(log).intoArray(y, yOffset + i);
        }
        SoftmaxScalar.subtractBoth(n - i, x, xOffset + i, max, log, y, yOffset + i);
    }

    static void lessShare(int n, float[] dy, int dyOffset, float sum, float[] dx, int dxOffset) {
        var sums = FloatVector.broadcast(FLOATS, sum);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector share = FloatVector.fromArray(FLOATS, dx, dxOffset + i).neg();
            share.fma(sums, FloatVector.fromArray(FLOATS, dy, dyOffset + i)).intoArray(dx, dxOffset + i);
        }
        SoftmaxScalar.lessShare(n - i, dy, dyOffset + i, sum, dx, dxOffset + i);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What follows the chains of a tile or block of C: {@code y ← y + residual}, then {@code y ≤ limit ? +0 : y}, which is ReLU for
 * a limit of 0 and nothing for NaN.
 */
final class FinishVector {
    private static final int FOUR = 4 * Lanes.COUNT;

    private FinishVector() {}

    /** Without a residual; for columns that are whole vectors. */
    static void limit(int rows, int columns, float limit, float[] c, int at, int ldc) {
        FloatVector least = FloatVector.broadcast(Lanes.FLOATS, limit);
        for (int r = 0; r < rows; r++, at += ldc) {
            int q = 0;
            for (; q <= columns - FOUR; q += FOUR) {
                int i = at + q;
                FloatVector y0 = FloatVector.fromArray(Lanes.FLOATS, c, i);
                FloatVector y1 = FloatVector.fromArray(Lanes.FLOATS, c, i + Lanes.COUNT);
                FloatVector y2 = FloatVector.fromArray(Lanes.FLOATS, c, i + 2 * Lanes.COUNT);
                FloatVector y3 = FloatVector.fromArray(Lanes.FLOATS, c, i + 3 * Lanes.COUNT);
                y0.blend(0f, y0.compare(VectorOperators.LE, least)).intoArray(c, i);
                y1.blend(0f, y1.compare(VectorOperators.LE, least)).intoArray(c, i + Lanes.COUNT);
                y2.blend(0f, y2.compare(VectorOperators.LE, least)).intoArray(c, i + 2 * Lanes.COUNT);
                y3.blend(0f, y3.compare(VectorOperators.LE, least)).intoArray(c, i + 3 * Lanes.COUNT);
            }
            for (; q < columns; q += Lanes.COUNT) {
                FloatVector y = FloatVector.fromArray(Lanes.FLOATS, c, at + q);
                y.blend(0f, y.compare(VectorOperators.LE, least)).intoArray(c, at + q);
            }
        }
    }

    /** With a residual, whose rows are as far apart as C's; for columns that are whole vectors. */
    static void sum(int rows, int columns, float limit, float[] residual, int from, float[] c, int at, int ldc) {
        FloatVector least = FloatVector.broadcast(Lanes.FLOATS, limit);
        for (int r = 0; r < rows; r++, at += ldc, from += ldc) {
            int q = 0;
            for (; q <= columns - FOUR; q += FOUR) {
                int i = at + q;
                int k = from + q;
                FloatVector y0 =
                        FloatVector.fromArray(Lanes.FLOATS, c, i).add(FloatVector.fromArray(Lanes.FLOATS, residual, k));
                FloatVector y1 = FloatVector.fromArray(Lanes.FLOATS, c, i + Lanes.COUNT)
                        .add(FloatVector.fromArray(Lanes.FLOATS, residual, k + Lanes.COUNT));
                FloatVector y2 = FloatVector.fromArray(Lanes.FLOATS, c, i + 2 * Lanes.COUNT)
                        .add(FloatVector.fromArray(Lanes.FLOATS, residual, k + 2 * Lanes.COUNT));
                FloatVector y3 = FloatVector.fromArray(Lanes.FLOATS, c, i + 3 * Lanes.COUNT)
                        .add(FloatVector.fromArray(Lanes.FLOATS, residual, k + 3 * Lanes.COUNT));
                y0.blend(0f, y0.compare(VectorOperators.LE, least)).intoArray(c, i);
                y1.blend(0f, y1.compare(VectorOperators.LE, least)).intoArray(c, i + Lanes.COUNT);
                y2.blend(0f, y2.compare(VectorOperators.LE, least)).intoArray(c, i + 2 * Lanes.COUNT);
                y3.blend(0f, y3.compare(VectorOperators.LE, least)).intoArray(c, i + 3 * Lanes.COUNT);
            }
            for (; q < columns; q += Lanes.COUNT) {
                FloatVector y = FloatVector.fromArray(Lanes.FLOATS, c, at + q)
                        .add(FloatVector.fromArray(Lanes.FLOATS, residual, from + q));
                y.blend(0f, y.compare(VectorOperators.LE, least)).intoArray(c, at + q);
            }
        }
    }
}

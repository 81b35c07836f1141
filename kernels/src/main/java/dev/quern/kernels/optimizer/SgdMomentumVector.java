// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.optimizer;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;
import static dev.quern.kernels.vector.Lanes.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The steps of {@link SgdMomentum} with vectors. A weight that gets no gradient any more, as behind a ReLU that never
 * opens again, keeps a velocity that decays to a denormal number and for ever stays one. Many processors take over a
 * hundred cycles for each multiplication by such a number, so {@link #denormal} computes the same bits without any.
 */
final class SgdMomentumVector {
    private static final int SIGN = 0x8000_0000;
    private static final int MAGNITUDE = 0x7fff_ffff;
    private static final int MANTISSA = 0x007f_ffff;

    /** The first float whose last place is 1: the mantissa of it plus k, a whole number below it, is k. */
    private static final float UNITS = 0x1p23f;

    /** A rate up to this times a denormal velocity changes no parameter of at least {@link #LARGE}. */
    private static final float MODERATE = 0x1p10f;

    /** Adding a denormal number, times {@link #MODERATE} or less, to a number of at least this magnitude changes nothing. */
    private static final float LARGE = 0x1p-64f;

    private SgdMomentumVector() {}

    /** Updates as many elements as fill whole vectors and returns their number. */
    static int update(
            int n, float rate, float momentum, float[] g, int gOffset, float[] v, int vOffset, float[] p, int pOffset) {
        var keep = FloatVector.broadcast(FLOATS, momentum);
        var minusRate = FloatVector.broadcast(FLOATS, -rate);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector velocity = FloatVector.fromArray(FLOATS, v, vOffset + i);
            // One less than their magnitudes: zeros go to the far end of the unsigned numbers.
            if (velocity.reinterpretAsInts()
                    .and(MAGNITUDE)
                    .sub(1)
                    .compare(VectorOperators.ULT, MANTISSA)
                    .anyTrue()) {
                denormal(false, rate, momentum, g, gOffset + i, v, vOffset + i, p, pOffset + i);
                continue;
            }
            FloatVector moved = velocity.fma(keep, FloatVector.fromArray(FLOATS, g, gOffset + i));
            moved.intoArray(v, vOffset + i);
            moved.fma(minusRate, FloatVector.fromArray(FLOATS, p, pOffset + i)).intoArray(p, pOffset + i);
        }
        return i;
    }

    /** As {@link #update}, in Nesterov's form. */
    static int updateNesterov(
            int n, float rate, float momentum, float[] g, int gOffset, float[] v, int vOffset, float[] p, int pOffset) {
        var keep = FloatVector.broadcast(FLOATS, momentum);
        var minusRate = FloatVector.broadcast(FLOATS, -rate);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector velocity = FloatVector.fromArray(FLOATS, v, vOffset + i);
            if (velocity.reinterpretAsInts()
                    .and(MAGNITUDE)
                    .sub(1)
                    .compare(VectorOperators.ULT, MANTISSA)
                    .anyTrue()) {
                denormal(true, rate, momentum, g, gOffset + i, v, vOffset + i, p, pOffset + i);
                continue;
            }
            FloatVector gradient = FloatVector.fromArray(FLOATS, g, gOffset + i);
            FloatVector moved = velocity.fma(keep, gradient);
            moved.intoArray(v, vOffset + i);
            FloatVector direction = moved.fma(keep, gradient);
            direction
                    .fma(minusRate, FloatVector.fromArray(FLOATS, p, pOffset + i))
                    .intoArray(p, pOffset + i);
        }
        return i;
    }

    /**
     * One vector with denormal velocities. Each is k units of the smallest number, and momentum·k rounded to whole units
     * is what {@code fma(momentum, k, 2²³)} holds beyond 2²³: there the last place is 1, and ties go to even in both. It
     * is too small to move a parameter, and beside a gradient it is nothing. Where that is not so, the plain loop serves.
     */
    private static void denormal(
            boolean ahead, float rate, float momentum, float[] g, int gAt, float[] v, int vAt, float[] p, int pAt) {
        FloatVector gradient = FloatVector.fromArray(FLOATS, g, gAt);
        FloatVector velocity = FloatVector.fromArray(FLOATS, v, vAt);
        FloatVector parameter = FloatVector.fromArray(FLOATS, p, pAt);
        IntVector bits = velocity.reinterpretAsInts();
        IntVector magnitude = bits.and(MAGNITUDE);
        var tiny = magnitude.sub(1).compare(VectorOperators.ULT, MANTISSA);
        var none = gradient.reinterpretAsInts().and(MAGNITUDE).compare(VectorOperators.EQ, 0);
        var simple = gradient.abs()
                .compare(VectorOperators.GE, LARGE)
                .cast(INTS)
                .or(none)
                .and(parameter.abs().compare(VectorOperators.GE, LARGE).cast(INTS));
        // Without momentum the sign of a zero is that of a sum of zeros.
        if (momentum == 0f || rate > MODERATE || tiny.andNot(simple).anyTrue()) {
            SgdMomentum.plain(ahead, COUNT, rate, momentum, g, gAt, v, vAt, p, pAt);
            return;
        }
        var keep = FloatVector.broadcast(FLOATS, momentum);
        var units = FloatVector.broadcast(FLOATS, UNITS);
        FloatVector count = magnitude
                .and(MANTISSA)
                .or(units.reinterpretAsInts())
                .reinterpretAsFloats()
                .sub(units);
        IntVector decayed =
                keep.fma(count, units).reinterpretAsInts().and(MANTISSA).or(bits.and(SIGN));
        // In the others' lanes the velocity is as it was, in these 0, so that the gradient is what remains.
        var asleep = tiny.and(none);
        FloatVector moved = keep.fma(velocity.blend(0f, tiny.cast(FLOATS)), gradient);
        moved.reinterpretAsInts().blend(decayed, asleep).reinterpretAsFloats().intoArray(v, vAt);
        FloatVector direction = ahead ? keep.fma(moved, gradient) : moved;
        FloatVector.broadcast(FLOATS, -rate).fma(direction, parameter).intoArray(p, pAt);
    }
}

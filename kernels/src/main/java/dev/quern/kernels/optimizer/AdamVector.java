// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.optimizer;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;
import static dev.quern.kernels.vector.Lanes.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The step of {@link Adam} with vectors. The moments of a weight that gets no gradient any more decay to denormal numbers and for
 * ever stay there; as {@link SgdMomentumVector} tells, each operation with one may take over a hundred cycles, so {@link #denormal}
 * computes the same bits without any.
 */
final class AdamVector {
    private static final int SIGN = 0x8000_0000;
    private static final int MAGNITUDE = 0x7fff_ffff;
    private static final int MANTISSA = 0x007f_ffff;

    /** The first float whose last place is 1: the mantissa of it plus k, a whole number below it, is k. */
    private static final float UNITS = 0x1p23f;

    /** The root of half a unit of the smallest number, whose root is not a power of two. */
    private static final float ROOT_OF_HALF_UNIT = 0x1p-75f;

    /** From this magnitude on neither a gradient nor a 2⁻²⁴th of its square is changed by the addition of a denormal number. */
    private static final float ACTIVE = 0x1p-32f;

    /** A denormal mean, divided by this or more and times {@link #MODERATE} or less, changes no parameter from {@link #LARGE} on. */
    private static final float USUAL = 0x1p-40f;

    private static final float MODERATE = 0x1p10f;
    private static final float LARGE = 0x1p-40f;

    private AdamVector() {}

    /** Updates as many elements as fill whole vectors and returns their number. */
    static int update(
            int n,
            float amount,
            float spread,
            float keep,
            float beta1,
            float c1,
            float beta2,
            float c2,
            float epsilon,
            float[] g,
            int gOffset,
            float[] m,
            int mOffset,
            float[] v,
            int vOffset,
            float[] p,
            int pOffset) {
        var keepMean = FloatVector.broadcast(FLOATS, beta1);
        var keepSquare = FloatVector.broadcast(FLOATS, beta2);
        var scale = FloatVector.broadcast(FLOATS, spread);
        var smallest = FloatVector.broadcast(FLOATS, epsilon);
        var minusAmount = FloatVector.broadcast(FLOATS, -amount);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector oldMean = FloatVector.fromArray(FLOATS, m, mOffset + i);
            FloatVector oldSquare = FloatVector.fromArray(FLOATS, v, vOffset + i);
            // One less than their magnitudes: zeros go to the far end of the unsigned numbers. A square has no sign.
            IntVector means = oldMean.reinterpretAsInts().and(MAGNITUDE).sub(1);
            IntVector squares = oldSquare.reinterpretAsInts().sub(1);
            if (means.lanewise(VectorOperators.UMIN, squares)
                    .compare(VectorOperators.ULT, MANTISSA)
                    .anyTrue()) {
                denormal(
                        amount,
                        spread,
                        keep,
                        beta1,
                        c1,
                        beta2,
                        c2,
                        epsilon,
                        g,
                        gOffset + i,
                        m,
                        mOffset + i,
                        v,
                        vOffset + i,
                        p,
                        pOffset + i);
                continue;
            }
            FloatVector gradient = FloatVector.fromArray(FLOATS, g, gOffset + i);
            FloatVector mean = oldMean.fma(keepMean, gradient.mul(c1));
            FloatVector square = oldSquare.fma(keepSquare, gradient.mul(c2).mul(gradient));
            FloatVector divisor = square.lanewise(VectorOperators.SQRT).fma(scale, smallest);
            mean.intoArray(m, mOffset + i);
            square.intoArray(v, vOffset + i);
            FloatVector kept = FloatVector.fromArray(FLOATS, p, pOffset + i).mul(keep);
            mean.div(divisor).fma(minusAmount, kept).intoArray(p, pOffset + i);
        }
        return i;
    }

    /**
     * One vector with denormal moments. Each is k units of the smallest number, and β·k rounded to whole units is what
     * {@code fma(β, k, 2²³)} holds beyond 2²³. The root of k units is that of 2k times a power of two. A denormal mean is too small to move
     * a parameter, and beside a gradient neither moment is anything. Where that is not so, the plain loop serves.
     */
    private static void denormal(
            float amount,
            float spread,
            float keep,
            float beta1,
            float c1,
            float beta2,
            float c2,
            float epsilon,
            float[] g,
            int gAt,
            float[] m,
            int mAt,
            float[] v,
            int vAt,
            float[] p,
            int pAt) {
        FloatVector gradient = FloatVector.fromArray(FLOATS, g, gAt);
        FloatVector oldMean = FloatVector.fromArray(FLOATS, m, mAt);
        FloatVector oldSquare = FloatVector.fromArray(FLOATS, v, vAt);
        FloatVector kept = FloatVector.fromArray(FLOATS, p, pAt).mul(keep);
        IntVector meanBits = oldMean.reinterpretAsInts();
        IntVector squareBits = oldSquare.reinterpretAsInts();
        var tinyMean = meanBits.and(MAGNITUDE).sub(1).compare(VectorOperators.ULT, MANTISSA);
        var tinySquare = squareBits.sub(1).compare(VectorOperators.ULT, MANTISSA);
        var none = gradient.reinterpretAsInts().and(MAGNITUDE).compare(VectorOperators.EQ, 0);
        var clear =
                gradient.abs().compare(VectorOperators.GE, ACTIVE).cast(INTS).or(none);
        var unmoved = kept.abs().compare(VectorOperators.GE, LARGE).cast(INTS);
        var hard = tinyMean.andNot(unmoved).or(tinyMean.or(tinySquare).andNot(clear));
        // With a β of 0 the sign of a zero is that of a sum of zeros.
        if (beta1 == 0f || beta2 == 0f || amount > MODERATE || epsilon < USUAL || hard.anyTrue()) {
            Adam.plain(COUNT, amount, spread, keep, beta1, c1, beta2, c2, epsilon, g, gAt, m, mAt, v, vAt, p, pAt);
            return;
        }
        var keepMean = FloatVector.broadcast(FLOATS, beta1);
        var keepSquare = FloatVector.broadcast(FLOATS, beta2);
        var units = FloatVector.broadcast(FLOATS, UNITS);
        IntVector unitBits = units.reinterpretAsInts();
        FloatVector meanUnits =
                meanBits.and(MANTISSA).or(unitBits).reinterpretAsFloats().sub(units);
        FloatVector squareUnits =
                squareBits.and(MANTISSA).or(unitBits).reinterpretAsFloats().sub(units);
        FloatVector decayed = keepSquare.fma(squareUnits, units);
        IntVector decayedMean =
                keepMean.fma(meanUnits, units).reinterpretAsInts().and(MANTISSA).or(meanBits.and(SIGN));
        IntVector decayedSquare = decayed.reinterpretAsInts().and(MANTISSA);
        var asleep = tinyMean.and(none);
        var sleeping = tinySquare.and(none);
        // Without the denormal ones: the gradient is what remains, or a zero.
        FloatVector mean = keepMean.fma(oldMean.blend(0f, tinyMean.cast(FLOATS)), gradient.mul(c1));
        FloatVector square = keepSquare.fma(
                oldSquare.blend(0f, tinySquare.cast(FLOATS)), gradient.mul(c2).mul(gradient));
        FloatVector twice = decayed.sub(units);
        FloatVector root = square.blend(twice.add(twice), sleeping.cast(FLOATS)).lanewise(VectorOperators.SQRT);
        root = root.blend(root.mul(ROOT_OF_HALF_UNIT), sleeping.cast(FLOATS));
        FloatVector divisor = root.fma(FloatVector.broadcast(FLOATS, spread), FloatVector.broadcast(FLOATS, epsilon));
        mean.reinterpretAsInts()
                .blend(decayedMean, asleep)
                .reinterpretAsFloats()
                .intoArray(m, mAt);
        square.reinterpretAsInts()
                .blend(decayedSquare, sleeping)
                .reinterpretAsFloats()
                .intoArray(v, vAt);
        FloatVector.broadcast(FLOATS, -amount).fma(mean.div(divisor), kept).intoArray(p, pAt);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.ScalarMath;
import dev.quern.kernels.vector.VectorSupport;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Guarded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** exp, sigmoid, tanh and what is built on them: error, special values, and vectors against the scalar twin. */
class VectorMathTest {
    private static final int BLOCK = 4096;

    /** Where a formula changes or a result saturates, overflows or becomes subnormal. */
    private static final float[] THRESHOLDS = {
        0f,
        0.1732868f,
        0.3465736f,
        0.25993f,
        0.6931472f,
        1f,
        9.010913f,
        12.9f,
        13.5f,
        25f,
        59f,
        86f,
        10f,
        16.635532f,
        17.328680f,
        87.336544f,
        88.722839f,
        89f,
        103.27893f,
        103.972077f,
        104f,
        Float.MIN_NORMAL,
        1e-4f,
        1e-8f,
        Float.MAX_VALUE
    };

    @ParameterizedTest
    @EnumSource
    void errorStaysWithinThePromiseAndVectorsAgreeOnEvery997thFloat(Function f) {
        float[] x = new float[BLOCK];
        float[] scalar = new float[BLOCK];
        float[] vector = new float[BLOCK];
        long bits = 0;
        while (bits < 1L << 32) {
            int n = 0;
            for (; n < BLOCK && bits < 1L << 32; bits += 997) {
                x[n++] = Float.intBitsToFloat((int) bits);
            }
            f.check(n, x, scalar, vector);
        }
    }

    @ParameterizedTest
    @EnumSource
    void errorStaysWithinThePromiseRoundEveryThreshold(Function f) {
        float[] x = new float[2 * BLOCK];
        for (float threshold : THRESHOLDS) {
            int centre = Float.floatToRawIntBits(threshold);
            for (int i = 0; i < BLOCK; i++) {
                x[2 * i] = Float.intBitsToFloat(centre + i - BLOCK / 2);
                x[2 * i + 1] = -x[2 * i];
            }
            f.check(x.length, x, new float[x.length], new float[x.length]);
        }
    }

    @Test
    void specialValues() {
        Bits.assertEqual("exp(±0)", 1f, ScalarMath.exp(0f));
        Bits.assertEqual("exp(-0)", 1f, ScalarMath.exp(-0f));
        Bits.assertEqual("exp(+∞)", Float.POSITIVE_INFINITY, ScalarMath.exp(Float.POSITIVE_INFINITY));
        Bits.assertEqual("exp(-∞)", 0f, ScalarMath.exp(Float.NEGATIVE_INFINITY));
        Bits.assertEqual("exp(-103.9)", Float.MIN_VALUE, ScalarMath.exp(-103.9f));
        Bits.assertEqual("exp(88.73)", Float.POSITIVE_INFINITY, ScalarMath.exp(88.73f));
        Bits.assertEqual("sigmoid(-0)", 0.5f, ScalarMath.sigmoid(-0f));
        Bits.assertEqual("sigmoid(+∞)", 1f, ScalarMath.sigmoid(Float.POSITIVE_INFINITY));
        Bits.assertEqual("sigmoid(-∞)", 0f, ScalarMath.sigmoid(Float.NEGATIVE_INFINITY));
        Bits.assertEqual("tanh(+0)", 0f, ScalarMath.tanh(0f));
        Bits.assertEqual("tanh(-0)", -0f, ScalarMath.tanh(-0f));
        Bits.assertEqual("tanh(+∞)", 1f, ScalarMath.tanh(Float.POSITIVE_INFINITY));
        Bits.assertEqual("tanh(-∞)", -1f, ScalarMath.tanh(Float.NEGATIVE_INFINITY));
        Bits.assertEqual("tanh(MIN_VALUE)", Float.MIN_VALUE, ScalarMath.tanh(Float.MIN_VALUE));
        Bits.assertEqual("exp(NaN)", Float.NaN, ScalarMath.exp(Float.NaN));
        Bits.assertEqual("sigmoid(NaN)", Float.NaN, ScalarMath.sigmoid(Float.NaN));
        Bits.assertEqual("tanh(NaN)", Float.NaN, ScalarMath.tanh(Float.NaN));
    }

    @ParameterizedTest
    @EnumSource
    void arraysOfAnyLengthWriteTheirRangeOnlyAlsoInPlace(Function f) {
        for (int n = 0; n <= 50; n++) {
            float[] x = Data.odd(n, 5, n);
            float[] expected = new float[n];
            f.scalar(n, x, 0, expected, 0);
            var in = Guarded.of(x);
            var out = Guarded.output(n);
            f.serving(n, in.array(), in.offset(), out.array(), out.offset());
            Bits.assertEqual(f + " of " + n, expected, out.values());
            in.assertUnchanged("x");
            f.serving(n, in.array(), in.offset(), in.array(), in.offset());
            Bits.assertEqual(f + " in place of " + n, expected, in.values());
        }
    }

    @Test
    void theLaneCountAskedForIsTheOneUnderTest() {
        String asked = System.getProperty(VectorSupport.LANES_PROPERTY);
        if (asked != null) {
            assertEquals(Integer.parseInt(asked), VectorSupport.ENABLED ? Lanes.COUNT : 1);
        }
    }
}

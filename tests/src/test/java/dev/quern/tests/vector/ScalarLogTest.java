// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.vector.ScalarLog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The logarithm of numbers from 1 on. */
class ScalarLogTest {
    private static final double PROMISED = 1.2;

    @Test
    void errorStaysWithinThePromiseOnEvery31stFloat() {
        double largest = largestError(31);
        assertTrue(largest > 0.5 && largest <= PROMISED, largest + " ulp, promised " + PROMISED);
    }

    /** As {@link VectorMathExhaustiveTest}, with the same command. */
    @Test
    @Tag("exhaustive")
    void errorStaysWithinThePromiseOnAllFloats() {
        double largest = largestError(1);
        System.out.println("LOG: largest error " + largest + " ulp");
        assertTrue(largest <= PROMISED, largest + " ulp, promised " + PROMISED);
    }

    private static double largestError(int step) {
        double largest = 0;
        int end = Float.floatToIntBits(Float.MAX_VALUE);
        for (int bits = Float.floatToIntBits(1f) + 1; bits <= end - step; bits += step) {
            float s = Float.intBitsToFloat(bits);
            double exact = StrictMath.log(s);
            largest = Math.max(largest, Math.abs(ScalarLog.ofOneOrMore(s) - exact) / Math.ulp((float) exact));
        }
        return largest;
    }

    @Test
    void specialValues() {
        assertEquals(0f, ScalarLog.ofOneOrMore(1f));
        assertEquals(Float.POSITIVE_INFINITY, ScalarLog.ofOneOrMore(Float.POSITIVE_INFINITY));
        assertTrue(Float.isNaN(ScalarLog.ofOneOrMore(Float.NaN)));
    }
}

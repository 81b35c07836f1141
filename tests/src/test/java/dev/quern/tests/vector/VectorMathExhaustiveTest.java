// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.vector;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All 2³² floats, two to seven minutes a function on one core; not in the default run. By hand:
 *
 * <pre>mvn -pl kernels,layers,tests -am test -DexcludedGroups= -Dgroups=exhaustive -Dsurefire.failIfNoSpecifiedTests=false</pre>
 *
 * It prints the largest errors found for each function.
 */
@Tag("exhaustive")
class VectorMathExhaustiveTest {
    private static final int BLOCK = 1 << 14;

    @ParameterizedTest
    @EnumSource
    void errorStaysWithinThePromiseAndVectorsAgreeOnAllFloats(Function f) {
        float[] x = new float[BLOCK];
        float[] scalar = new float[BLOCK];
        float[] vector = new float[BLOCK];
        var largest = Function.Errors.NONE;
        for (long start = 0; start < 1L << 32; start += BLOCK) {
            for (int i = 0; i < BLOCK; i++) {
                x[i] = Float.intBitsToFloat((int) (start + i));
            }
            largest = largest.or(f.check(BLOCK, x, scalar, vector));
        }
        System.out.println(f + ": largest errors " + largest);
    }
}

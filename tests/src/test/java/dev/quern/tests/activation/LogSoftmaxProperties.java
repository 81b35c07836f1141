// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.activation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.activation.LogSoftmax;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.reference.ReferenceSoftmax;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.DoorContract;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The logarithm of softmax forward and backward against plain loops, bit for bit. */
class LogSoftmaxProperties {
    private static final WorkerPool POOL = WorkerPool.CALLER;

    @Property(tries = 200)
    void forwardAndBackwardAreTheFormulas(
            @ForAll @IntRange(max = 9) int rows,
            @ForAll @IntRange(max = 100) int columns,
            @ForAll boolean odd,
            @ForAll long seed) {
        long n = (long) rows * columns;
        assertFormulas(rows, columns, odd ? Data.odd(n, 20, seed) : scaled(Data.uniform(n, seed), 20f), POOL);
    }

    @Test
    void everyPoolGivesTheSameBits() {
        for (int columns : new int[] {1, 2, 10, 16, 31, 1000, 1025, 5000}) {
            float[] x = scaled(Data.uniform(37L * columns, columns), 8f);
            for (WorkerPool pool : Pools.ALL) {
                assertFormulas(37, columns, x, pool);
            }
        }
    }

    @Property(tries = 100)
    void forwardAndBackwardAreCloseToDouble(@ForAll @IntRange(min = 1, max = 1500) int columns, @ForAll long seed) {
        float[] x = scaled(Data.uniform(columns, seed), 20f);
        float[] dy = Data.uniform(columns, ~seed);
        float[] y = new float[columns];
        float[] dx = new float[columns];
        LogSoftmax.forward(1, columns, x, 0, y, 0, POOL);
        LogSoftmax.backward(1, columns, y, 0, dy, 0, dx, 0, POOL);
        double sum = 0;
        double given = 0;
        for (int j = 0; j < columns; j++) {
            sum += StrictMath.exp(x[j]);
            given += dy[j];
        }
        for (int j = 0; j < columns; j++) {
            assertEquals(x[j] - StrictMath.log(sum), y[j], 6e-6);
            assertEquals(dy[j] - StrictMath.exp(x[j]) / sum * given, dx[j], 3e-5);
        }
    }

    @Test
    void smallProbabilitiesKeepTheirLogarithm() {
        float[] y = new float[3];
        LogSoftmax.forward(1, 3, new float[] {0, -1000, -1e30f}, 0, y, 0, POOL);
        Bits.assertEqual("log softmax", new float[] {0, -1000, -1e30f}, y);
    }

    @Test
    void rowsWithoutAFiniteLargestElementAreNaN() {
        float inf = Float.POSITIVE_INFINITY;
        float[] x = {1, 2, inf, -inf, -inf, -inf, 1, Float.NaN, 3, 5, -inf, -inf};
        float[] y = new float[12];
        LogSoftmax.forward(4, 3, x, 0, y, 0, POOL);
        float[] expected = new float[12];
        Arrays.fill(expected, 0, 9, Float.NaN);
        expected[10] = -inf;
        expected[11] = -inf;
        Bits.assertEqual("log softmax", expected, y);
    }

    @Test
    void doorsKeepTheirContract() {
        DoorContract.of("forward", "y", 6, (a, o) -> LogSoftmax.forward(2, 3, a[1], o[1], a[0], o[0], POOL))
                .reading("x", 6)
                .assertHeld();
        DoorContract.of(
                        "backward",
                        "dx",
                        6,
                        (a, o) -> LogSoftmax.backward(2, 3, a[1], o[1], a[2], o[2], a[0], o[0], POOL))
                .reading("y", 6)
                .reading("dy", 6)
                .assertHeld();
        float[] x = new float[6];
        float[] y = new float[6];
        Refused.with(IllegalArgumentException.class, () -> LogSoftmax.forward(-1, 3, x, 0, y, 0, POOL), "rows = -1");
        Refused.with(IllegalArgumentException.class, () -> LogSoftmax.forward(2, -3, x, 0, y, 0, POOL), "columns = -3");
        Refused.with(NullPointerException.class, () -> LogSoftmax.forward(2, 3, x, 0, y, 0, null), "pool");
        LogSoftmax.forward(0, 3, x, 6, y, 6, POOL);
        LogSoftmax.forward(2, 0, x, 6, y, 6, POOL);
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] x = Data.uniform(10_000, 5);
        float[] y = new float[10_000];
        float[] dx = new float[10_000];
        for (int columns : new int[] {10, 1000}) {
            int rows = x.length / columns;
            Allocation.assertNone("of " + columns, () -> LogSoftmax.forward(rows, columns, x, 0, y, 0, POOL));
            Allocation.assertNone(
                    "backward of " + columns, () -> LogSoftmax.backward(rows, columns, y, 0, x, 0, dx, 0, POOL));
        }
    }

    private static void assertFormulas(int rows, int columns, float[] x, WorkerPool pool) {
        int n = rows * columns;
        float[] dy = Data.uniform(n, n);
        float[] expected = new float[n];
        float[] expectedDx = new float[n];
        for (int row = 0; row < rows; row++) {
            ReferenceSoftmax.logForward(columns, x, expected, row * columns);
            ReferenceSoftmax.logBackward(columns, expected, dy, expectedDx, row * columns);
        }
        String what = rows + "×" + columns + ", threads " + pool.threads();
        var in = Guarded.of(x);
        var out = Guarded.output(n);
        LogSoftmax.forward(rows, columns, in.array(), in.offset(), out.array(), out.offset(), pool);
        Bits.assertEqual(what, expected, out.values());
        in.assertUnchanged("x");
        var dx = Guarded.output(n);
        LogSoftmax.backward(rows, columns, out.array(), out.offset(), dy, 0, dx.array(), dx.offset(), pool);
        Bits.assertEqual(what + " backward", expectedDx, dx.values());
    }

    private static float[] scaled(float[] x, float factor) {
        for (int i = 0; i < x.length; i++) {
            x[i] *= factor;
        }
        return x;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.elementwise;

import dev.quern.kernels.elementwise.ElementWise;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.vector.ScalarMath;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sums against a plain loop, bit for bit; exp against the scalar twin, which VectorMathTest holds to StrictMath. */
class ElementWiseProperties {
    @Property(tries = 300)
    void addIsThePlainLoopAlsoInPlace(@ForAll @IntRange(max = 130) int n, @ForAll long seed) {
        float[] a = Data.odd(n, 6, seed);
        float[] b = Data.odd(n, 7, seed + 1);
        float[] expected = new float[n];
        for (int i = 0; i < n; i++) {
            expected[i] = a[i] + b[i];
        }
        var left = Guarded.of(a);
        var right = Guarded.of(b);
        var out = Guarded.output(n);
        add(n, left, right, out);
        Bits.assertEqual("a + b", expected, out.values());
        left.assertUnchanged("a");
        right.assertUnchanged("b");
        add(n, left, right, left);
        Bits.assertEqual("a += b", expected, left.values());
        left = Guarded.of(a);
        add(n, left, right, right);
        Bits.assertEqual("b += a", expected, right.values());
    }

    @Test
    void everyPoolGivesTheSameBits() {
        int n = 50_001;
        float[] a = Data.odd(n, 50, 1);
        float[] b = Data.uniform(n, 2);
        float[] sums = new float[n];
        float[] powers = new float[n];
        for (int i = 0; i < n; i++) {
            sums[i] = a[i] + b[i];
            powers[i] = ScalarMath.exp(a[i]);
        }
        for (WorkerPool pool : Pools.ALL) {
            var out = Guarded.output(n);
            ElementWise.add(n, a, 0, b, 0, out.array(), out.offset(), pool);
            Bits.assertEqual("add, threads " + pool.threads(), sums, out.values());
            out = Guarded.output(n);
            ElementWise.exp(n, a, 0, out.array(), out.offset(), pool);
            Bits.assertEqual("exp, threads " + pool.threads(), powers, out.values());
            ElementWise.exp(0, a, n, out.array(), 0, pool);
        }
    }

    @Test
    void badArgumentsAreRefused() {
        float[] a = new float[8];
        float[] b = new float[8];
        float[] y = new float[8];
        WorkerPool pool = WorkerPool.CALLER;
        Refused.with(IllegalArgumentException.class, () -> ElementWise.add(-1, a, 0, b, 0, y, 0, pool), "n = -1");
        Refused.with(NullPointerException.class, () -> ElementWise.add(1, null, 0, b, 0, y, 0, pool), "a");
        Refused.with(NullPointerException.class, () -> ElementWise.add(1, a, 0, null, 0, y, 0, pool), "b");
        Refused.with(NullPointerException.class, () -> ElementWise.add(1, a, 0, b, 0, null, 0, pool), "y");
        Refused.with(NullPointerException.class, () -> ElementWise.add(1, a, 0, b, 0, y, 0, null), "pool");
        Refused.with(IndexOutOfBoundsException.class, () -> ElementWise.add(8, a, 1, b, 0, y, 0, pool), "a", "8");
        Refused.with(IndexOutOfBoundsException.class, () -> ElementWise.add(8, a, 0, b, -1, y, 0, pool), "b", "-1");
        Refused.with(IndexOutOfBoundsException.class, () -> ElementWise.add(9, a, 0, b, 0, y, 0, pool), "a", "9");
        Refused.with(IndexOutOfBoundsException.class, () -> ElementWise.add(8, a, 0, b, 0, y, 1, pool), "y", "8");
        Refused.with(IllegalArgumentException.class, () -> ElementWise.add(4, a, 0, b, 0, a, 3, pool), "y", "a");
        Refused.with(IllegalArgumentException.class, () -> ElementWise.add(4, a, 0, b, 1, b, 0, pool), "y", "b");
        Refused.with(IllegalArgumentException.class, () -> ElementWise.exp(-1, a, 0, y, 0, pool), "n = -1");
        Refused.with(NullPointerException.class, () -> ElementWise.exp(1, null, 0, y, 0, pool), "x");
        Refused.with(NullPointerException.class, () -> ElementWise.exp(1, a, 0, null, 0, pool), "y");
        Refused.with(NullPointerException.class, () -> ElementWise.exp(1, a, 0, y, 0, null), "pool");
        Refused.with(IndexOutOfBoundsException.class, () -> ElementWise.exp(8, a, 1, y, 0, pool), "x", "8");
        Refused.with(IndexOutOfBoundsException.class, () -> ElementWise.exp(8, a, 0, y, 1, pool), "y", "8");
        Refused.with(IllegalArgumentException.class, () -> ElementWise.exp(4, a, 0, a, 3, pool), "y", "x");
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] a = Data.uniform(1000, 1);
        float[] y = new float[1000];
        WorkerPool pool = WorkerPool.CALLER;
        Allocation.assertNone("add", () -> ElementWise.add(1000, a, 0, a, 0, y, 0, pool));
        Allocation.assertNone("exp", () -> ElementWise.exp(1000, a, 0, y, 0, pool));
    }

    private static void add(int n, Guarded a, Guarded b, Guarded y) {
        ElementWise.add(n, a.array(), a.offset(), b.array(), b.offset(), y.array(), y.offset(), WorkerPool.CALLER);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reduce;

import dev.quern.kernels.reduce.FixedSum;
import dev.quern.kernels.reduce.Maximum;
import dev.quern.tests.reference.ReferenceFixedSum;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Guarded;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sums and maxima against plain loops, bit for bit. */
class FixedSumProperties {
    /** Both sides of a lane group, of the switch to vectors, and of one and two chunks. */
    private static final int[] SIZES = {
        0, 1, 2, 3, 7, 10, 15, 16, 17, 31, 32, 33, 47, 63, 64, 997, 1000, 1008, 1023, 1024, 1025, 1039, 1056, 2047,
        2049, 3001
    };

    @Test
    void runsOfAwkwardSizesAreTheFixedSum() {
        for (int n : SIZES) {
            assertRun(Data.uniform(n, n));
        }
    }

    @Property(tries = 300)
    void runsAreTheFixedSum(@ForAll @IntRange(max = 5000) int n, @ForAll long seed) {
        assertRun(Data.uniform(n, seed));
    }

    @Property(tries = 200)
    void oddValuesAreAddedAsInThePlainLoop(@ForAll @IntRange(max = 200) int n, @ForAll long seed) {
        assertRun(Data.odd(n, 40, seed));
    }

    @Test
    void theSumOfNegativeZerosIsPositiveZero() {
        for (int n : SIZES) {
            float[] x = new float[n];
            Arrays.fill(x, -0f);
            assertRun(x);
            Bits.assertEqual("sum of " + n, 0f, FixedSum.sum(n, x, 0));
        }
    }

    @Property(tries = 200)
    void columnsAreTheFixedSumOfEachColumn(
            @ForAll @IntRange(max = 70) int rows,
            @ForAll @IntRange(max = 70) int columns,
            @ForAll @IntRange(max = 5) int gap,
            @ForAll long seed) {
        assertColumns(rows, columns, gap, seed);
    }

    @Test
    void longColumnsAreTheFixedSumOfEachColumn() {
        for (int rows : SIZES) {
            assertColumns(rows, 35, 0, rows);
            assertColumns(rows, 6, 2, rows);
            assertColumns(rows, 150, 3, rows);
            for (int narrow : new int[] {0, 1, 6, 7, 15, 16}) {
                assertColumns(rows, narrow, 0, rows);
            }
        }
    }

    @Property(tries = 300)
    void theMaximumIsTheLargestAndPassesOverNaN(@ForAll @IntRange(max = 300) int n, @ForAll long seed) {
        float[] x = Data.odd(n, 3, seed);
        float expected = Float.NEGATIVE_INFINITY;
        for (float value : x) {
            expected = value > expected ? value : expected;
        }
        var in = Guarded.of(x);
        // 0 + makes both zeros +0: which of them is found is not promised.
        Bits.assertEqual("maximum", 0 + expected, 0 + Maximum.of(n, in.array(), in.offset()));
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] x = Data.uniform(200_000, 1);
        float[] out = new float[100];
        for (int n : new int[] {10, 1000, 1024, 5003}) {
            Allocation.assertNone("sum of " + n, () -> out[0] = FixedSum.sum(n, x, 0));
            Allocation.assertNone("maximum of " + n, () -> out[0] = Maximum.of(n, x, 0));
        }
        Allocation.assertNone("column sums", () -> FixedSum.columnSums(133, 100, x, 0, 100, out, 0));
        Allocation.assertNone("wide columns", () -> FixedSum.columnSums(1040, 100, x, 0, 100, out, 0));
        Allocation.assertNone("narrow columns", () -> FixedSum.columnSums(133, 6, x, 0, 6, out, 0));
    }

    private static void assertRun(float[] x) {
        var in = Guarded.of(x);
        Bits.assertEqual(
                "sum of " + x.length,
                ReferenceFixedSum.sum(x.length, x, 0, 1),
                FixedSum.sum(x.length, in.array(), in.offset()));
    }

    private static void assertColumns(int rows, int columns, int gap, long seed) {
        float[] x = Data.uniform((long) rows * columns, seed);
        float[] expected = new float[columns];
        for (int j = 0; j < columns; j++) {
            expected[j] = ReferenceFixedSum.sum(rows, x, j, columns);
        }
        var in = Guarded.matrix(rows, columns, columns + gap, x);
        var out = Guarded.output(columns);
        FixedSum.columnSums(rows, columns, in.array(), in.offset(), columns + gap, out.array(), out.offset());
        Bits.assertEqual(rows + "×" + columns, expected, out.values());

        float[] start = Data.uniform(columns, ~seed);
        var added = Guarded.of(start);
        FixedSum.addColumnSums(rows, columns, in.array(), in.offset(), columns + gap, added.array(), added.offset());
        for (int j = 0; j < columns; j++) {
            expected[j] = start[j] + expected[j];
        }
        Bits.assertEqual("added " + rows + "×" + columns, expected, added.values());
    }
}

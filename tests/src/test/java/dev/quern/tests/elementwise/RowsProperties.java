// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.elementwise;

import dev.quern.kernels.elementwise.Rows;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.DoorContract;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Copies of columns and sums with a row, against plain loops. */
class RowsProperties {
    private static final WorkerPool POOL = WorkerPool.CALLER;

    @Property(tries = 200)
    void columnsOfOneMatrixBecomeColumnsOfAnother(
            @ForAll @IntRange(max = 20) int rows,
            @ForAll @IntRange(max = 40) int columns,
            @ForAll @IntRange(min = 1, max = 9) int moreOfX,
            @ForAll @IntRange(min = 1, max = 9) int moreOfY,
            @ForAll long seed) {
        float[] values = Data.odd((long) rows * columns, 9, seed);
        for (WorkerPool pool : Pools.ALL) {
            var x = Guarded.matrix(rows, columns, columns + moreOfX, values);
            var y = Guarded.matrix(rows, columns, columns + moreOfY, new float[values.length]);
            Rows.copy(
                    rows,
                    columns,
                    x.array(),
                    x.offset(),
                    columns + moreOfX,
                    y.array(),
                    y.offset(),
                    columns + moreOfY,
                    pool);
            Bits.assertEqual("copy", values, y.values());
            x.assertUnchanged("x");
        }
    }

    @Property(tries = 200)
    void aRowIsAddedToEach(
            @ForAll @IntRange(max = 20) int rows, @ForAll @IntRange(max = 70) int columns, @ForAll long seed) {
        float[] x = Data.odd((long) rows * columns, 9, seed);
        float[] row = Data.uniform(columns, seed);
        float[] expected = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            expected[i] = x[i] + row[i % columns];
        }
        for (WorkerPool pool : Pools.ALL) {
            var in = Guarded.of(x);
            var out = Guarded.output(x.length);
            Rows.addToEach(rows, columns, in.array(), in.offset(), row, 0, out.array(), out.offset(), pool);
            Bits.assertEqual("sum", expected, out.values());
            in.assertUnchanged("x");
            Rows.addToEach(rows, columns, in.array(), in.offset(), row, 0, in.array(), in.offset(), pool);
            Bits.assertEqual("sum in place", expected, in.values());
        }
    }

    @Test
    void doorsKeepTheirContract() {
        DoorContract.of("copy", "y", 9, (a, o) -> Rows.copy(2, 4, a[1], o[1], 6, a[0], o[0], 5, POOL))
                .reading("x", 10)
                .assertHeld();
        DoorContract.of(
                        "addToEach",
                        "y",
                        6,
                        (a, o) -> Rows.addToEach(2, 3, new float[6], 0, a[1], o[1], a[0], o[0], POOL))
                .reading("row", 3)
                .assertHeld();
        float[] x = new float[12];
        float[] y = new float[12];
        illegal(() -> Rows.copy(-1, 1, x, 0, 1, y, 0, 1, POOL), "rows = -1");
        illegal(() -> Rows.copy(1, -1, x, 0, 1, y, 0, 1, POOL), "columns = -1");
        illegal(() -> Rows.copy(1, 3, x, 0, 2, y, 0, 3, POOL), "xStride = 2", "3 or more");
        illegal(() -> Rows.copy(1, 3, x, 0, 3, y, 0, -1, POOL), "yStride = -1", "3 or more");
        Refused.with(NullPointerException.class, () -> Rows.copy(1, 3, x, 0, 3, y, 0, 3, null), "pool");
        Rows.copy(2, 3, x, 0, 6, x, 3, 6, POOL);
        illegal(() -> Rows.addToEach(-1, 3, x, 0, x, 0, y, 0, POOL), "rows = -1");
        illegal(() -> Rows.addToEach(1 << 16, 1 << 16, x, 0, x, 0, y, 0, POOL), "rows·columns");
        illegal(() -> Rows.addToEach(2, 3, x, 0, y, 9, x, 1, POOL), "y", "x");
        Refused.with(
                IndexOutOfBoundsException.class, () -> Rows.addToEach(4, 3, x, 1, y, 0, new float[12], 0, POOL), "x");
        Refused.with(
                NullPointerException.class, () -> Rows.addToEach(4, 3, x, 0, y, 0, new float[12], 0, null), "pool");
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] x = Data.uniform(1000, 1);
        float[] y = new float[2000];
        Allocation.assertNone("copy", () -> Rows.copy(20, 50, x, 0, 50, y, 7, 100, POOL));
        Allocation.assertNone("sum", () -> Rows.addToEach(20, 50, x, 0, x, 0, y, 0, POOL));
    }

    private static void illegal(Runnable call, String... parts) {
        Refused.with(IllegalArgumentException.class, call, parts);
    }
}

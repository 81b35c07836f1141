// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.norm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.norm.LayerNorm;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.reference.ReferenceLayerNorm;
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

/** Layer normalisation against plain loops, bit for bit, and against the mathematics in double. */
class LayerNormProperties {
    private static final float EPSILON = 1e-5f;
    private static final WorkerPool POOL = WorkerPool.CALLER;

    @Property(tries = 200)
    void forwardAndBackwardAreThePlainLoops(
            @ForAll @IntRange(max = 40) int rows,
            @ForAll @IntRange(min = 1, max = 150) int columns,
            @ForAll boolean odd,
            @ForAll long seed) {
        assertPlainLoops(rows, columns, odd, seed, POOL);
    }

    @Test
    void everyPoolGivesTheSameBits() {
        for (int[] size : new int[][] {{2100, 17}, {3, 2500}, {1025, 64}, {70, 129}, {0, 5}, {1, 1}}) {
            for (WorkerPool pool : Pools.ALL) {
                assertPlainLoops(size[0], size[1], false, 3, pool);
            }
        }
    }

    /** Also with a mean a thousand times the deviation. */
    @Property(tries = 60)
    void resultsAreCloseToDouble(@ForAll @IntRange(min = 2, max = 400) int columns, @ForAll long seed) {
        float[] x = Data.uniform(columns, seed);
        float[] dy = Data.uniform(columns, seed + 1);
        float[] gamma = Data.uniform(columns, seed + 2);
        float[] beta = Data.uniform(columns, seed + 3);
        for (int i = 0; i < columns; i++) {
            x[i] += 1000;
        }
        float[] y = new float[columns];
        float[] dx = new float[columns];
        float[] saved = new float[2];
        LayerNorm.forward(1, columns, EPSILON, x, 0, gamma, 0, beta, 0, y, 0, saved, 0, POOL);
        LayerNorm.backwardData(1, columns, x, 0, gamma, 0, saved, 0, dy, 0, dx, 0, POOL);
        double mean = 0;
        for (float v : x) {
            mean += v / (double) columns;
        }
        double variance = 0;
        double level = 0;
        double slope = 0;
        for (int i = 0; i < columns; i++) {
            variance += (x[i] - mean) * (x[i] - mean) / columns;
        }
        double inverse = 1 / Math.sqrt(variance + EPSILON);
        for (int i = 0; i < columns; i++) {
            level += (double) dy[i] * gamma[i] / columns;
            slope += (double) dy[i] * gamma[i] * (x[i] - mean) * inverse / columns;
        }
        // A mean near 1000 is known to 6e-5 at best.
        double tolerance = 2e-4 * Math.max(1, inverse * inverse);
        for (int i = 0; i < columns; i++) {
            double normal = (x[i] - mean) * inverse;
            assertEquals(normal * gamma[i] + beta[i], y[i], tolerance);
            double expected = inverse * ((double) dy[i] * gamma[i] - level - normal * slope);
            assertEquals(expected, dx[i], tolerance * Math.max(1, inverse));
        }
    }

    @Test
    void aConstantRowBecomesBeta() {
        float[] x = {3, 3, 3, 3};
        float[] gamma = {1, 2, 3, 4};
        float[] beta = {5, 6, 7, 8};
        float[] y = new float[4];
        LayerNorm.forward(1, 4, EPSILON, x, 0, gamma, 0, beta, 0, y, 0, new float[2], 0, POOL);
        Bits.assertEqual("y", beta, y);
    }

    @Test
    void doorsKeepTheirContract() {
        DoorContract.of(
                        "forward",
                        "dst",
                        12,
                        (a, o) -> LayerNorm.forward(
                                3, 4, EPSILON, a[1], o[1], a[2], o[2], a[3], o[3], a[0], o[0], a[4], o[4], POOL))
                .reading("src", 12)
                .reading("gamma", 4)
                .reading("beta", 4)
                .reading("saved", 6)
                .assertHeld();
        DoorContract.of(
                        "forward",
                        "saved",
                        6,
                        (a, o) -> LayerNorm.forward(
                                3, 4, EPSILON, a[1], o[1], a[2], o[2], a[3], o[3], new float[12], 0, a[0], o[0], POOL))
                .reading("src", 12)
                .reading("gamma", 4)
                .reading("beta", 4)
                .assertHeld();
        DoorContract.of(
                        "backwardData",
                        "diffSrc",
                        12,
                        (a, o) -> LayerNorm.backwardData(
                                3, 4, a[1], o[1], a[2], o[2], a[3], o[3], a[4], o[4], a[0], o[0], POOL))
                .reading("src", 12)
                .reading("gamma", 4)
                .reading("saved", 6)
                .reading("diffDst", 12)
                .assertHeld();
        var ws = new Workspace(LayerNorm.workspaceFloats(3, 4, POOL));
        DoorContract.of(
                        "backwardParameters",
                        "diffGamma",
                        4,
                        (a, o) -> LayerNorm.backwardParameters(
                                3, 4, a[1], o[1], a[2], o[2], a[3], o[3], a[0], o[0], a[4], o[4], ws))
                .reading("src", 12)
                .reading("saved", 6)
                .reading("diffDst", 12)
                .reading("diffBeta", 4)
                .assertHeld();
        DoorContract.of(
                        "backwardParameters",
                        "diffBeta",
                        4,
                        (a, o) -> LayerNorm.backwardParameters(
                                3, 4, a[1], o[1], a[2], o[2], a[3], o[3], new float[4], 0, a[0], o[0], ws))
                .reading("src", 12)
                .reading("saved", 6)
                .reading("diffDst", 12)
                .assertHeld();
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        illegal(() -> forward(-1, 4, EPSILON), "rows = -1");
        illegal(() -> forward(3, 0, EPSILON), "columns = 0");
        illegal(() -> forward(1 << 16, 1 << 16, EPSILON), "rows·columns");
        illegal(() -> forward((1 << 30) + 1, 1, EPSILON), "2·rows");
        for (float epsilon : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
            illegal(() -> forward(3, 4, epsilon), "epsilon = " + epsilon);
        }
        float[] p = new float[4];
        float[] b = new float[12];
        illegal(
                () -> LayerNorm.backwardParameters(
                        3, 4, b, 0, new float[6], 0, b, 0, p, 0, new float[4], 0, new Workspace(0)),
                "12");
        Refused.with(
                NullPointerException.class,
                () -> LayerNorm.forward(3, 4, EPSILON, b, 0, p, 0, p, 0, new float[12], 0, new float[6], 0, null),
                "pool");
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        int rows = 40;
        int columns = 130;
        float[] x = Data.uniform(rows * columns, 1);
        float[] p = Data.uniform(columns, 2);
        float[] y = new float[x.length];
        float[] saved = new float[2 * rows];
        float[] dp = new float[2 * columns];
        var ws = new Workspace(LayerNorm.workspaceFloats(rows, columns, POOL));
        Allocation.assertNone(
                "forward", () -> LayerNorm.forward(rows, columns, EPSILON, x, 0, p, 0, p, 0, y, 0, saved, 0, POOL));
        Allocation.assertNone(
                "backwardData", () -> LayerNorm.backwardData(rows, columns, x, 0, p, 0, saved, 0, x, 0, y, 0, POOL));
        Allocation.assertNone(
                "backwardParameters",
                () -> LayerNorm.backwardParameters(rows, columns, x, 0, saved, 0, x, 0, dp, 0, dp, columns, ws));
    }

    private static void forward(int rows, int columns, float epsilon) {
        float[] p = new float[4];
        LayerNorm.forward(
                rows, columns, epsilon, new float[12], 0, p, 0, p, 0, new float[12], 0, new float[6], 0, POOL);
    }

    private static void illegal(Runnable call, String... parts) {
        Refused.with(IllegalArgumentException.class, call, parts);
    }

    private static void assertPlainLoops(int rows, int columns, boolean odd, long seed, WorkerPool pool) {
        int n = rows * columns;
        float[] x = odd ? Data.odd(n, 40, seed) : Data.uniform(n, seed);
        float[] dy = odd ? Data.odd(n, 50, seed + 1) : Data.uniform(n, seed + 1);
        float[] gamma = Data.uniform(columns, seed + 2);
        float[] beta = Data.uniform(columns, seed + 3);
        var reference = new ReferenceLayerNorm(rows, columns);
        float[] y = new float[n];
        float[] saved = new float[2 * rows];
        float[] dx = new float[n];
        float[] dGamma = new float[columns];
        float[] dBeta = new float[columns];
        reference.forward(EPSILON, x, gamma, beta, y, saved);
        reference.backwardData(x, gamma, saved, dy, dx);
        reference.backwardParameters(x, saved, dy, dGamma, dBeta);

        String what = rows + "×" + columns + ", " + pool.threads() + " threads, ";
        var src = Guarded.of(x);
        var diff = Guarded.of(dy);
        var dst = Guarded.output(n);
        var kept = Guarded.output(2L * rows);
        var diffSrc = Guarded.output(n);
        var gammas = Guarded.output(columns);
        var betas = Guarded.output(columns);
        LayerNorm.forward(
                rows,
                columns,
                EPSILON,
                src.array(),
                src.offset(),
                gamma,
                0,
                beta,
                0,
                dst.array(),
                dst.offset(),
                kept.array(),
                kept.offset(),
                pool);
        LayerNorm.backwardData(
                rows,
                columns,
                src.array(),
                src.offset(),
                gamma,
                0,
                kept.array(),
                kept.offset(),
                diff.array(),
                diff.offset(),
                diffSrc.array(),
                diffSrc.offset(),
                pool);
        try (var ws = new Workspace(pool, LayerNorm.workspaceFloats(rows, columns, pool))) {
            LayerNorm.backwardParameters(
                    rows,
                    columns,
                    src.array(),
                    src.offset(),
                    kept.array(),
                    kept.offset(),
                    diff.array(),
                    diff.offset(),
                    gammas.array(),
                    gammas.offset(),
                    betas.array(),
                    betas.offset(),
                    ws);
        }
        Bits.assertEqual(what + "y", y, dst.values());
        Bits.assertEqual(what + "saved", saved, kept.values());
        Bits.assertEqual(what + "dx", dx, diffSrc.values());
        Bits.assertEqual(what + "diffGamma", dGamma, gammas.values());
        Bits.assertEqual(what + "diffBeta", dBeta, betas.values());
        src.assertUnchanged("src");
        diff.assertUnchanged("diffDst");
    }
}

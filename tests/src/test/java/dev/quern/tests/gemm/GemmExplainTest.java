// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.gemm.PackedLeftMatrix;
import dev.quern.kernels.gemm.PackedMatrix;
import dev.quern.kernels.gemm.blocked.MicroKernel;
import dev.quern.kernels.gemm.blocked.MicroKernels;
import dev.quern.kernels.gemm.blocked.Route;
import dev.quern.tests.toolkit.Refused;
import org.junit.jupiter.api.Test;

class GemmExplainTest {
    @Test
    void aShapeIsToldItsRouteAndItsCost() {
        assumeTrue(!MicroKernels.IN_PLACE.isEmpty(), "without vectors all but one column is blocked");
        assertRoute(Route.COLUMN, GemmShape.of(1000, 1, 2048), 0);
        assertRoute(Route.COLUMN, GemmShape.of(1000, 1, 2048).withLeadingDimensions(2048, 3, 1), 4 * 2048);
        assertRoute(Route.ROW_AS_COLUMN, GemmShape.of(1, 1000, 2048).withTransposes(false, true), 0);
        assertRoute(Route.COLUMN_AS_ROW, GemmShape.of(1000, 1, 2048).withTransposes(true, false), 0);
        assertRoute(Route.IN_PLACE, GemmShape.of(59, 63, 63), 0);
        assertRoute(Route.IN_PLACE, GemmShape.of(3200, 32, 150), 0);
        assertRoute(Route.NEAR_ROW, GemmShape.of(1, 84, 120), 0);
        assertRoute(Route.NEAR_PAIRS, GemmShape.of(2, 84, 120), 0);
        assertRoute(Route.FEW_ROWS, GemmShape.of(1, 1000, 2048), 0);
        assertRoute(Route.FEW_ROWS, GemmShape.of(12, 4096, 4096), 0);
        assertRoute(Route.FEW_ROWS, GemmShape.of(5, 512, 512), 0);
        assertRoute(Route.BLOCKED, GemmShape.of(13, 1024, 4096), 4 * (13 * 4096 + 1024 * 4096));
        assertRoute(
                Route.BLOCKED,
                GemmShape.of(64, 64, 64).withTransposes(false, true),
                4 * (copied(64, 64) * 64 + 64 * 64));
        assertRoute(Route.BLOCKED, GemmShape.of(3136, 64, 512), 4 * (copied(3136, 64) * 512 + 64 * 512));
        assertRoute(Route.BLOCKED, GemmShape.of(3136, 256, 512), 4 * (copied(3136, 256) * 512 + 256 * 512));
        assertRoute(Route.BLOCKED, GemmShape.of(3136, 320, 512), 4 * (3136 * 512 + 320 * 512));
    }

    @Test
    void aNearMatrixIsPackedByTheFirstOfFewerRows() {
        assumeTrue(MicroKernels.ALL.getFirst().packing() != null, "else few rows are those of a far matrix");
        assertRoute(Route.BLOCKED, GemmShape.of(6, 512, 512), 4 * (6 * 512 + 512 * 512));
        // Tiles that pack read copied rows, the others of few panels read them in place.
        assertRoute(Route.BLOCKED, GemmShape.of(13, 128, 1024), 4 * ((6 + 1) * 1024 + 128 * 1024));
    }

    /** Rows that are copied where the panels are few. */
    private static int copied(int rows, int columns) {
        MicroKernel kernel = MicroKernels.ALL.getFirst();
        return kernel.strided() == null || columns > 4 * kernel.columns() ? rows : rows % kernel.rows();
    }

    @Test
    void aPackedMatrixIsNotPackedAgain() {
        var shape = GemmShape.of(10, 64, 50);
        PackedMatrix b = PackedMatrix.pack(shape, 1f, new float[50 * 64], 0);
        String text = Gemm.explain(shape, b);
        assertTrue(text.startsWith("PREPACKED: "), text);
        assertTrue(text.contains("copies " + 4 * copied(10, 64) * 50 + " bytes"), text);
        Refused.with(IllegalArgumentException.class, () -> Gemm.explain(GemmShape.of(10, 64, 51), b), "k = 51", "50");
    }

    @Test
    void halfAVectorOfColumnsGoesTwoRowsAVector() {
        assumeTrue(!MicroKernels.IN_PLACE.isEmpty(), "else there are no vectors");
        int half = MicroKernels.IN_PLACE.getLast().columns() / 2;
        assumeTrue(half > 1, "one column goes another way");
        assertTrue(Gemm.explain(GemmShape.of(8, half, 8)).contains("two rows a vector"));
        assertFalse(Gemm.explain(GemmShape.of(8, half, 8).withTransposes(false, true))
                .contains("two rows a vector"));
        assertFalse(Gemm.explain(GemmShape.of(8, 2 * half, 8)).contains("two rows a vector"));
    }

    @Test
    void fewRowsByAPanelAndAHalfHaveTilesOfBoth() {
        assumeTrue(!MicroKernels.LOW.isEmpty(), "else tiles have few vectors");
        int columns = MicroKernels.ALL.getFirst().columns();
        var shape = GemmShape.of(8, columns + columns / 4, 120);
        PackedMatrix b = PackedMatrix.pack(shape, 1f, new float[shape.elementsB()], 0);
        String text = Gemm.explain(shape, b);
        assertTrue(text.startsWith("TWO_PANELS: "), text);
        assertTrue(text.contains("copies 0 bytes"), text);
    }

    @Test
    void aNarrowPackedMatrixIsReadInPlace() {
        assumeTrue(!MicroKernels.IN_PLACE.isEmpty(), "else it has panels too");
        var shape = GemmShape.of(30, 10, 84);
        PackedMatrix b = PackedMatrix.pack(shape, 2f, new float[84 * 10], 0);
        String text = Gemm.explain(shape, b);
        assertTrue(text.startsWith("IN_PLACE: "), text);
        assertTrue(text.contains("copies 0 bytes"), text);
        String row = Gemm.explain(GemmShape.of(1, 10, 84), b);
        assertTrue(row.startsWith("NEAR_ROW: "), row);
    }

    @Test
    void aPackedLeftMatrixIsNotPackedAgain() {
        var shape = GemmShape.of(40, 512, 300);
        PackedLeftMatrix a = PackedLeftMatrix.pack(shape, new float[40 * 300], 0);
        String text = Gemm.explain(shape, a);
        assertTrue(text.startsWith("BLOCKED: "), text);
        assertTrue(text.contains("copies " + 4 * 512 * 300 + " bytes"), text);
        assertTrue(Gemm.explain(shape).contains("copies " + 4 * (40 + 512) * 300 + " bytes"), Gemm.explain(shape));
        Refused.with(IllegalArgumentException.class, () -> Gemm.explain(GemmShape.of(41, 512, 300), a), "m = 41", "40");
        Refused.with(IllegalArgumentException.class, () -> Gemm.explain(GemmShape.of(40, 512, 301), a), "k = 301");
    }

    @Test
    void aMatrixPackedForOneColumnIsReadByColumns() {
        assumeTrue(!MicroKernels.LOW.isEmpty(), "else it is packed as for more columns");
        var shape = GemmShape.of(100, 1, 300);
        PackedLeftMatrix a = PackedLeftMatrix.pack(shape, new float[100 * 300], 0);
        int panel = MicroKernels.ALL.getFirst().columns();
        assertEquals(4L * Math.ceilDiv(100, panel) * panel * 300, a.bytes());
        String text = Gemm.explain(shape, a);
        assertTrue(text.startsWith("BY_COLUMNS: "), text);
        assertTrue(text.contains("copies 0 bytes"), text);
        String more = Gemm.explain(GemmShape.of(100, 5, 300), a);
        assertTrue(more.startsWith("BY_COLUMNS: "), more);
        assertTrue(more.contains("copies " + 4 * 5 * 300 + " bytes"), more);
    }

    @Test
    void emptyProductsHaveAnExplanationToo() {
        for (GemmShape shape : new GemmShape[] {GemmShape.of(0, 5, 5), GemmShape.of(5, 0, 5), GemmShape.of(5, 5, 0)}) {
            assertTrue(Gemm.explain(shape).contains("; 0 FLOPs; "), Gemm.explain(shape));
        }
    }

    private static void assertRoute(Route route, GemmShape shape, long bytes) {
        String text = Gemm.explain(shape);
        assertEquals(route.name(), text.substring(0, text.indexOf(':')));
        for (String part : new String[] {
            route.reason(),
            "copies " + bytes + " bytes",
            "workspace 0 bytes",
            shape.flops() + " FLOPs",
            shape.toString()
        }) {
            assertTrue(text.contains(part), text);
        }
    }
}

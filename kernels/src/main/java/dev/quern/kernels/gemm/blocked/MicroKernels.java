// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.List;

/**
 * The one registry: what is listed here is used and tested. All have the same columns, so that any of them reads any
 * panel of B; the first does the work, the last the rows that are left.
 */
public final class MicroKernels {
    /** All that this process uses, tallest first. */
    public static final List<MicroKernel> ALL = VectorSupport.ENABLED ? vector() : List.of(scalar());

    private static final MicroKernel TALL = ALL.getFirst();
    private static final MicroKernel SHORT = ALL.getLast();

    /** MR of full tiles. */
    static final int ROWS = TALL.rows();

    /** NR. */
    static final int COLUMNS = TALL.columns();

    private MicroKernels() {}

    private static List<MicroKernel> vector() {
        var tall = new MicroKernel("12x2", 12, 2 * Lanes.COUNT, MicroKernel12x2::run);
        var low = new MicroKernel("6x2", 6, 2 * Lanes.COUNT, MicroKernel6x2::run);
        return has32Registers() ? List.of(tall, low) : List.of(low);
    }

    private static MicroKernel scalar() {
        return new MicroKernel("scalar", MicroKernelScalar.ROWS, MicroKernelScalar.COLUMNS, MicroKernelScalar::run);
    }

    /** AVX-512 and AArch64 have 32 vector registers, older x86 has 16: there 12×2 would spill and halve the speed. */
    private static boolean has32Registers() {
        return Lanes.COUNT == 16 || System.getProperty("os.arch").equals("aarch64");
    }

    /** The kernel for the tiles that start where {@code rows} are left. */
    static MicroKernel forRows(int rows) {
        return rows <= SHORT.rows() ? SHORT : TALL;
    }

    /** The rows that slivers take for {@code rows} of A, padding included. */
    static int paddedRows(int rows) {
        int full = rows / ROWS * ROWS;
        return rows == full ? full : full + forRows(rows - full).rows();
    }

    /** The columns that panels take for {@code columns} of B, padding included. */
    static long paddedColumns(int columns) {
        return Math.ceilDiv((long) columns, COLUMNS) * COLUMNS;
    }
}

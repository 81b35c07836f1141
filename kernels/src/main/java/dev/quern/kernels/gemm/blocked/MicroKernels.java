// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.List;

/**
 * The one registry: what is listed here is used and tested. All have the same rows, so that any of them reads any sliver
 * of A; the first does the work, the last what is left of the columns.
 */
public final class MicroKernels {
    /** All that this process uses, widest first. */
    public static final List<MicroKernel> ALL = VectorSupport.ENABLED ? vector() : List.of(scalar());

    private static final MicroKernel WIDE = ALL.getFirst();
    private static final MicroKernel NARROW = ALL.getLast();

    /** MR. */
    static final int ROWS = WIDE.rows();

    /** NR of full panels. */
    static final int COLUMNS = WIDE.columns();

    private MicroKernels() {}

    private static List<MicroKernel> vector() {
        var wide = new MicroKernel("6x4", 6, 4 * Lanes.COUNT, MicroKernel6x4::run);
        var narrow = new MicroKernel("6x2", 6, 2 * Lanes.COUNT, MicroKernel6x2::run);
        return has32Registers() ? List.of(wide, narrow) : List.of(narrow);
    }

    private static MicroKernel scalar() {
        return new MicroKernel("scalar", MicroKernelScalar.ROWS, MicroKernelScalar.COLUMNS, MicroKernelScalar::run);
    }

    /** AVX-512 and AArch64 have 32 vector registers, older x86 has 16: there 6×4 would spill and halve the speed. */
    private static boolean has32Registers() {
        return Lanes.COUNT == 16 || System.getProperty("os.arch").equals("aarch64");
    }

    /** The kernel for the panel that starts where {@code columns} are left. */
    static MicroKernel forColumns(int columns) {
        return columns <= NARROW.columns() ? NARROW : WIDE;
    }

    /** The columns that panels take for {@code columns} of B, padding included. */
    static long paddedColumns(int columns) {
        int full = columns / COLUMNS * COLUMNS;
        return columns == full ? full : (long) full + forColumns(columns - full).columns();
    }
}

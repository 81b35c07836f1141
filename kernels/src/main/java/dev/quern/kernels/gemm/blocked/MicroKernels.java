// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.List;

/** The one registry: a micro-kernel listed here is used, tested and measured. */
public final class MicroKernels {
    /** All that this process can run, widest first. */
    public static final List<MicroKernel> ALL = VectorSupport.ENABLED
            ? List.of(
                    new MicroKernel("6x4", 6, 4 * Lanes.COUNT, MicroKernel6x4::run),
                    new MicroKernel("6x2", 6, 2 * Lanes.COUNT, MicroKernel6x2::run))
            : List.of(new MicroKernel(
                    "scalar", MicroKernelScalar.ROWS, MicroKernelScalar.COLUMNS, MicroKernelScalar::run));

    /** For panels whose columns are all used. */
    static final MicroKernel WIDE = ALL.get(VectorSupport.ENABLED && !has32Registers() ? 1 : 0);

    /** For a last panel of no more columns than this kernel's. */
    static final MicroKernel NARROW = ALL.getLast();

    /** MR: all tiles have the same rows, so that a row block suits every panel. */
    static final int ROWS = WIDE.rows();

    private MicroKernels() {}

    /** AVX-512 and AArch64 have 32 vector registers, older x86 has 16: there 6×4 would spill and halve the speed. */
    private static boolean has32Registers() {
        return Lanes.COUNT == 16 || System.getProperty("os.arch").equals("aarch64");
    }

    /** The kernel for the panel that starts where {@code columns} are left. */
    static MicroKernel forPanel(int columns) {
        return columns <= NARROW.columns() ? NARROW : WIDE;
    }

    /** The columns that panels take for {@code columns} of B, padding included. */
    static int paddedColumns(int columns) {
        int full = columns / WIDE.columns() * WIDE.columns();
        return columns == full ? full : full + forPanel(columns - full).columns();
    }
}

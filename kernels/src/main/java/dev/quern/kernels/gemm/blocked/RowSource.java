// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

/** A left-hand operand that is nowhere in memory as a matrix: its rows are made when a block of them is packed. */
public interface RowSource {
    /**
     * Writes the block of rows {@code [row, row + rows)} and columns {@code [from, from + depth)}: element (i, p) to {@code i·stride + p}.
     * Up to {@code stride} floats of each row may be overwritten.
     */
    void pack(int row, int rows, int from, int depth, float[] to, int stride);
}

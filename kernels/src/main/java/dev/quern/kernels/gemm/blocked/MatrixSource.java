// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

/** An operand, element by element, for packing that is not in a hurry. */
@FunctionalInterface
public interface MatrixSource {
    /** The element of a row and a column. */
    float at(int row, int column);
}

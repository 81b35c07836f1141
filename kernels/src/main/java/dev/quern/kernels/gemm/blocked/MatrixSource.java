// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

/** A right-hand operand, element by element, for packing that is not in a hurry. */
@FunctionalInterface
public interface MatrixSource {
    /** Element (p, j). */
    float at(int p, int j);
}

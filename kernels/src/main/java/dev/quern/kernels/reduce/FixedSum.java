// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.reduce;

import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * The one way in which this library adds many floats, so that a sum has the same bits on any vector width and any number
 * of threads. The sum of x₀ … xₚ₋₁:
 *
 * <ol>
 *   <li>The terms are cut into chunks of {@value #CHUNK}, the last one shorter.
 *   <li>Within a chunk, {@value #LANES} logical lanes start from +0; lane l adds the chunk's terms i ≡ l (mod
 *       {@value #LANES}) in ascending order.
 *   <li>The lanes fold: lane l adds lane l + 8 (l &lt; 8), then l + 4 (l &lt; 4), l + 2 (l &lt; 2), and lane 0 adds lane 1.
 *   <li>The chunks' results are added in ascending order, starting from +0.
 * </ol>
 *
 * <p>No partial sum that starts from +0 is ever -0, so adding one more +0 anywhere changes no bit: an absent term and a
 * zero are the same, and so is the empty sum and +0. Arguments are not checked here; the doors do that.
 */
public final class FixedSum {
    /** Terms in a chunk. */
    public static final int CHUNK = 1024;

    /** Logical lanes. */
    public static final int LANES = 16;

    /** Below two groups of lanes the plain loop is as fast. */
    private static final int SHORT = 2 * LANES;

    private FixedSum() {}

    /** The sum of {@code x[offset] … x[offset + n - 1]}. */
    public static float sum(int n, float[] x, int offset) {
        return VectorSupport.ENABLED && n >= SHORT
                ? FixedSumVector.sum(n, x, offset)
                : FixedSumScalar.sum(n, x, offset, 1);
    }

    /**
     * The sums of the columns of a row-major block: {@code out[outOffset + j]} becomes the sum over the rows i of
     * {@code x[offset + i·rowStride + j]}, with the bits of {@link #sum} on that column. {@code out} must not overlap.
     */
    public static void columnSums(
            int rows, int columns, float[] x, int offset, int rowStride, float[] out, int outOffset) {
        Arrays.fill(out, outOffset, outOffset + columns, 0f);
        addColumnSums(rows, columns, x, offset, rowStride, out, outOffset);
    }

    /** As {@link #columnSums}, but each finished sum is added to what {@code out} holds. */
    public static void addColumnSums(
            int rows, int columns, float[] x, int offset, int rowStride, float[] out, int outOffset) {
        if (rows == 1) {
            // Sums of one term each; +0 makes a -0 what it is as a sum.
            for (int j = 0; j < columns; j++) {
                out[outOffset + j] += x[offset + j] + 0f;
            }
        } else if (VectorSupport.ENABLED) {
            FixedSumVector.addColumnSums(rows, columns, x, offset, rowStride, out, outOffset);
        } else {
            FixedSumScalar.addColumnSums(rows, columns, x, offset, rowStride, out, outOffset);
        }
    }
}

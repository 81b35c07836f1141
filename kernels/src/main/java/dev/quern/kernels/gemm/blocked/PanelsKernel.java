// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.storage.Storage;
import java.lang.foreign.MemorySegment;

/**
 * A kernel for one row of A and four full panels of B side by side, so that memory is read in four places at once.
 *
 * @param name rows × panels, and what they hold
 * @param storage what the panels hold
 * @param mostRows rows of A up to which it is worth while, one after the other
 * @param body the loop itself
 */
record PanelsKernel(String name, Storage storage, int mostRows, Body body) {
    /** Panels side by side. */
    static final int PANELS = 4;

    /** The contract: {@code c[j] ← c[j] + Σ_p a[p] · B[p, j]}, one FMA chain an element, j over the columns of the panels. */
    @FunctionalInterface
    interface Body {
        /** Adds to the row of C. */
        void run(
                int depth,
                float[] a,
                int aOffset,
                MemorySegment panel0,
                MemorySegment panel1,
                MemorySegment panel2,
                MemorySegment panel3,
                float[] c,
                int cOffset);
    }
}

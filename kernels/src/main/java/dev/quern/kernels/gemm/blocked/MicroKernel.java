// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.EmptyCalls;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.lang.foreign.MemorySegment;

/**
 * A micro-kernel: computes one full tile of C, {@code rows × columns}.
 *
 * @param name rows × vectors
 * @param rows MR, also the height of the slivers of A that it reads
 * @param columns NR, in floats, also the width of the panels of B that it reads
 * @param body the loop itself
 * @param strided the same loop on rows of A where they lie; null where there is none
 * @param packing the same loop on rows of B where they lie, which packs them; null where there is none
 * @param empty for the first calls of the body; null where there are none
 */
public record MicroKernel(
        String name, int rows, int columns, Body body, Strided strided, Packing packing, EmptyCalls empty) {
    /**
     * KC, the depth of a block at most: a panel of B this deep, 32 KB with 64 columns, stays in the first-level cache while
     * the slivers of A pass. Narrower panels are deeper, so that C is fetched less often.
     */
    static final int DEPTH = VectorSupport.ENABLED && Lanes.COUNT == 16 ? 128 : 256;

    /**
     * Floats from one row of a sliver to the next: a constant, which costs no register, and not a power of two, whose
     * rows would share cache sets.
     */
    public static final int SLIVER_STRIDE = DEPTH + 16;

    /** To be called beside the first call of the body on a panel. */
    void beside() {
        if (empty != null) {
            empty.beside();
        }
    }

    /**
     * The contract.
     *
     * <pre>{@code  C[i, j] ← init[i, j] + Σ_p A[i, p] · B[p, j]     p = 0 … depth-1, one FMA chain per element}</pre>
     *
     * A is a packed sliver and B a block of a panel, from the start of its memory, laid out as {@link Packing} says. {@code init} has a row stride of its
     * own: 0 repeats one row (zeros, or a bias along N), and C itself continues a chain. One load path, one store path,
     * no branch on the data: partial tiles are padded in scratch memory by the caller. Nothing is checked here.
     *
     * <p>An implementation is one static method with its vectors in local variables only; anything else risks boxed
     * vectors once the JIT's profiles are polluted.
     */
    @FunctionalInterface
    public interface Body {
        /** Computes the tile. */
        void run(
                int depth,
                float[] a,
                int aOffset,
                MemorySegment panel,
                float[] init,
                int initOffset,
                int initRowStride,
                float[] c,
                int cOffset,
                int cRowStride);
    }

    /** {@link Body} with row i of A at {@code aOffset + i·aRowStride}, for the few panels that do not pay for a copy. */
    @FunctionalInterface
    public interface Strided {
        /** Computes the tile. */
        void run(
                int depth,
                float[] a,
                int aOffset,
                int aRowStride,
                MemorySegment panel,
                float[] init,
                int initOffset,
                int initRowStride,
                float[] c,
                int cOffset,
                int cRowStride);
    }

    /** {@link Body} with row p of B at {@code bOffset + p·bRowStride}: writes the panel, for the tiles that follow. */
    @FunctionalInterface
    public interface Packing {
        /** Computes the tile and writes the panel. */
        void run(
                int depth,
                float[] a,
                int aOffset,
                float[] b,
                int bOffset,
                int bRowStride,
                MemorySegment panel,
                float[] init,
                int initOffset,
                int initRowStride,
                float[] c,
                int cOffset,
                int cRowStride);
    }
}

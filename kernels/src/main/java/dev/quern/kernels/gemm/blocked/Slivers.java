// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

/**
 * All of an A, copied beforehand as the loops copy a block of it: rows at the constant distance {@link
 * MicroKernel#SLIVER_STRIDE}, those of one block of the depth after those of another.
 */
public final class Slivers {
    private final float[] floats;
    private final int blockStride;

    private Slivers(float[] floats, int blockStride) {
        this.floats = floats;
        this.blockStride = blockStride;
    }

    /** Floats that {@link #of} takes for an A of these sizes: a tile reads rows beyond the last one. */
    public static long floats(int rows, int depth) {
        return ((long) rows * Blocking.depthBlocks(depth) + MicroKernels.ROWS) * MicroKernel.SLIVER_STRIDE;
    }

    /** All of an A: {@code a} is asked for element (i, p). */
    public static Slivers of(int rows, int depth, MatrixSource a) {
        float[] to = new float[(int) floats(rows, depth)];
        int step = Blocking.depth(depth);
        int blockStride = rows * MicroKernel.SLIVER_STRIDE;
        for (int i = 0; i < rows; i++) {
            int row = i * MicroKernel.SLIVER_STRIDE;
            for (int p = 0; p < depth; p++) {
                to[p / step * blockStride + row + p % step] = a.at(i, p);
            }
        }
        return new Slivers(to, blockStride);
    }

    /** Bytes of it. */
    public long bytes() {
        return floats.length * Packing.FLOAT;
    }

    float[] floats() {
        return floats;
    }

    int blockStride() {
        return blockStride;
    }
}

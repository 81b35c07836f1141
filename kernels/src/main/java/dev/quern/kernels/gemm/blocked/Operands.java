// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/** What a product is made of, as its door named it, and what the chains of C start from and end with. */
final class Operands {
    float[] a;
    int aOffset;
    int aRowStride;
    int aColumnStride;
    RowSource rowSource;

    /** Whether A lies as {@link Slivers}, in blocks of the depth that start {@code aBlockStride} floats from each other. */
    boolean aPacked;

    int aBlockStride;

    /** All of A as {@link ColumnPanels}, or null: C's first row is the first column of its block {@code aFirstPanel}. */
    Panels aByColumns;

    int aFirstPanel;

    float[] b;
    int bOffset;
    int bRowStride;
    int bColumnStride;
    float alpha;

    /** B packed beforehand, or null. */
    Panels packed;

    /** Block of the packed B where C's first column is. */
    int firstPanel;

    float beta;
    float[] bias;
    int biasOffset;
    boolean biasAlongM;

    float[] c;
    int cOffset;
    int ldc;
    Activation activation;

    /** What is added to the chains before the activation, its elements where C has them; or null. */
    float[] residual;

    int residualOffset;

    /** The depth. */
    int k;

    /** Lets go of all arrays. */
    void forget() {
        a = null;
        aByColumns = null;
        rowSource = null;
        b = null;
        packed = null;
        bias = null;
        c = null;
        activation = null;
        residual = null;
    }

    /** Makes it the product {@code Cᵀ = Bᵀ·Aᵀ}, for a C of one row or one column in order. α has to be 1, as it scales B. */
    void transpose() {
        float[] array = a;
        a = b;
        b = array;
        int offset = aOffset;
        aOffset = bOffset;
        bOffset = offset;
        int rowStride = aRowStride;
        int columnStride = aColumnStride;
        aRowStride = bColumnStride;
        aColumnStride = bRowStride;
        bRowStride = columnStride;
        bColumnStride = rowStride;
        biasAlongM = !biasAlongM;
        ldc = 1;
    }

    /** Depth over which the rows of an A in memory are in order. */
    int aBlock() {
        return aPacked ? Blocking.depth(k) : Math.max(1, k);
    }

    /** Where the first row of A has its element {@code pc}, a multiple of {@link #aBlock}. */
    int aAt(int pc) {
        return aOffset + (aPacked ? pc / Blocking.depth(k) * aBlockStride : pc * aColumnStride);
    }

    /** Copies rows {@code [i, i + rows)} and columns {@code [pc, pc + kc)} of A. */
    void packA(int i, int rows, int pc, int kc, float[] slivers) {
        if (rowSource != null) {
            rowSource.pack(i, rows, pc, kc, slivers, MicroKernel.SLIVER_STRIDE);
        } else if (kc > 0) {
            int block = aOffset + i * aRowStride + pc * aColumnStride;
            Packing.packA(rows, kc, a, block, aRowStride, aColumnStride, slivers, MicroKernel.SLIVER_STRIDE);
        }
    }

    /**
     * Whether each tile is finished by itself, while it is in the first-level cache. A residual comes from afar, and is read
     * in order when a block of C is done: a tile would wait for its rows.
     */
    boolean finishesTiles() {
        return residual == null && activation != Activation.IDENTITY;
    }

    /** Adds the residual to the finished chains of the block of C at {@code first}, and applies the activation. */
    void finish(int rows, int columns, int first) {
        if (residual == null && activation == Activation.IDENTITY) {
            return;
        }
        boolean relu = activation == Activation.RELU;
        int from = residualOffset + first - cOffset;
        int whole = VectorSupport.ENABLED && columns >= Lanes.COUNT ? columns / Lanes.COUNT * Lanes.COUNT : 0;
        if (whole > 0 && residual != null) {
            FinishVector.sum(rows, whole, relu ? 0f : Float.NaN, residual, from, c, first, ldc);
        } else if (whole > 0 && relu) {
            FinishVector.limit(rows, whole, 0f, c, first, ldc);
        }
        if (whole == columns && (relu || activation == Activation.IDENTITY)) {
            return;
        }
        for (int r = 0; r < rows; r++) {
            int row = first + r * ldc;
            if (residual != null) {
                for (int q = whole; q < columns; q++) {
                    c[row + q] += residual[from + r * ldc + q];
                }
            }
            int done = relu ? whole : 0;
            if (activation != Activation.IDENTITY && done < columns) {
                activation.forward(columns - done, c, row + done, c, row + done);
            }
        }
    }

    /** What the chains of a block of C start from, to C itself or to a tile. */
    void fillStart(int i, int rows, int j, int columns, float[] to, int toOffset, int stride) {
        if (beta == 0f && bias == null && stride == columns) {
            Arrays.fill(to, toOffset, toOffset + rows * columns, 0f);
            return;
        }
        for (int r = 0; r < rows; r++) {
            int row = toOffset + r * stride;
            if (beta == 0f && bias == null) {
                Arrays.fill(to, row, row + columns, 0f);
                continue;
            }
            for (int q = 0; q < columns; q++) {
                to[row + q] = start(i + r, j + q, cOffset + (i + r) * ldc + j + q);
            }
        }
    }

    /** What the chain of an element starts from. */
    private float start(int i, int j, int element) {
        float b0 = bias == null ? 0f : bias[biasOffset + (biasAlongM ? i : j)];
        if (beta == 0f) {
            return b0;
        }
        // Without a bias the product stands alone: adding +0 would turn a -0 into +0.
        return bias == null ? beta * c[element] : Math.fma(beta, c[element], b0);
    }

    static void copyRows(
            int rows, int columns, float[] from, int offset, int stride, float[] to, int toOffset, int toStride) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(from, offset + r * stride, to, toOffset + r * toStride, columns);
        }
    }
}

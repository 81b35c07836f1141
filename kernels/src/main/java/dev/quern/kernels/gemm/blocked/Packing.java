// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

/**
 * Packs B into panels: {@code columns()} of a micro-kernel wide, {@code depth} rows deep, one after the other, the last
 * one padded with zeros. {@code α} is applied on the way, rounded once per element.
 */
public final class Packing {
    private Packing() {}

    /** Floats that the panels of a {@code depth × columns} block take. */
    public static long floats(int depth, int columns) {
        return (long) depth * MicroKernels.paddedColumns(columns);
    }

    /** Packs the {@code depth × columns} block of B at {@code bOffset}. */
    public static void pack(
            int depth,
            int columns,
            float alpha,
            float[] b,
            int bOffset,
            int bRowStride,
            int bColumnStride,
            float[] panels,
            int panelsOffset) {
        int width;
        for (int j = 0; j < columns; j += width) {
            width = MicroKernels.forPanel(columns - j).columns();
            int used = Math.min(width, columns - j);
            int from = bOffset + j * bColumnStride;
            int to = panelsOffset + j * depth;
            if (bColumnStride == 1) {
                copyRows(depth, used, b, from, bRowStride, panels, to, width);
            } else {
                gatherColumns(depth, used, b, from, bRowStride, bColumnStride, panels, to, width);
            }
            if (alpha != 1f) {
                scale(depth * width, alpha, panels, to);
            }
        }
    }

    private static void copyRows(
            int depth, int used, float[] b, int from, int bRowStride, float[] panels, int to, int width) {
        for (int p = 0; p < depth; p++) {
            int row = to + p * width;
            System.arraycopy(b, from + p * bRowStride, panels, row, used);
            for (int j = used; j < width; j++) {
                panels[row + j] = 0f;
            }
        }
    }

    private static void gatherColumns(
            int depth,
            int used,
            float[] b,
            int from,
            int bRowStride,
            int bColumnStride,
            float[] panels,
            int to,
            int width) {
        for (int p = 0; p < depth; p++) {
            int row = to + p * width;
            for (int j = 0; j < used; j++) {
                panels[row + j] = b[from + p * bRowStride + j * bColumnStride];
            }
            for (int j = used; j < width; j++) {
                panels[row + j] = 0f;
            }
        }
    }

    private static void scale(int n, float alpha, float[] panels, int offset) {
        for (int i = offset; i < offset + n; i++) {
            panels[i] *= alpha;
        }
    }
}

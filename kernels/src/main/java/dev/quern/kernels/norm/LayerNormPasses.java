// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

import dev.quern.kernels.reduce.FixedSum;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/** The passes of {@link LayerNorm} over the rows {@code first} to {@code end}, or over a block of columns. */
final class LayerNormPasses {
    /** Columns whose terms are held at once: a chunk of rows of them fits the second-level cache. */
    private static final int WIDE = 64;

    private LayerNormPasses() {}

    static int columnBlocks(int columns) {
        return Math.ceilDiv(columns, WIDE);
    }

    /** Floats for the terms of a chunk of rows. */
    static int termFloats(int rows, int columns) {
        return Math.min(rows, FixedSum.CHUNK) * Math.min(columns, WIDE);
    }

    static void forward(
            int first,
            int end,
            int rows,
            int columns,
            float epsilon,
            float[] x,
            int xOffset,
            float[] gamma,
            int gammaOffset,
            float[] beta,
            int betaOffset,
            float[] y,
            int yOffset,
            float[] saved,
            int savedOffset) {
        for (int row = first; row < end; row++) {
            int from = xOffset + row * columns;
            int to = yOffset + row * columns;
            float mean = FixedSum.sum(columns, x, from) / columns;
            // The output's row holds the squares until it gets its values.
            if (VectorSupport.ENABLED) {
                NormVector.squaresRun(columns, x, from, mean, y, to);
            } else {
                NormScalar.squaresRun(columns, x, from, mean, y, to);
            }
            float inverse = BatchNorm.inverse(FixedSum.sum(columns, y, to) / columns, epsilon);
            saved[savedOffset + row] = mean;
            saved[savedOffset + rows + row] = inverse;
            if (VectorSupport.ENABLED) {
                LayerNormVector.normalize(columns, x, from, mean, inverse, gamma, gammaOffset, beta, betaOffset, y, to);
            } else {
                LayerNormScalar.normalize(columns, x, from, mean, inverse, gamma, gammaOffset, beta, betaOffset, y, to);
            }
        }
    }

    static void backward(
            int first,
            int end,
            int rows,
            int columns,
            float[] x,
            int xOffset,
            float[] gamma,
            int gammaOffset,
            float[] saved,
            int savedOffset,
            float[] g,
            int gOffset,
            float[] dx,
            int dxOffset) {
        for (int row = first; row < end; row++) {
            int from = xOffset + row * columns;
            int diff = gOffset + row * columns;
            int to = dxOffset + row * columns;
            float mean = saved[savedOffset + row];
            float inverse = saved[savedOffset + rows + row];
            // The output's row holds the terms of both sums until it gets its values.
            if (VectorSupport.ENABLED) {
                LayerNormVector.scale(columns, g, diff, gamma, gammaOffset, dx, to);
                float level = FixedSum.sum(columns, dx, to) / columns;
                LayerNormVector.products(columns, dx, to, x, from, mean, inverse, dx, to);
                float slope = FixedSum.sum(columns, dx, to) / columns;
                LayerNormVector.gradient(
                        columns, x, from, mean, inverse, g, diff, gamma, gammaOffset, slope, level, dx, to);
            } else {
                LayerNormScalar.scale(columns, g, diff, gamma, gammaOffset, dx, to);
                float level = FixedSum.sum(columns, dx, to) / columns;
                LayerNormScalar.products(columns, dx, to, x, from, mean, inverse, dx, to);
                float slope = FixedSum.sum(columns, dx, to) / columns;
                LayerNormScalar.gradient(
                        columns, x, from, mean, inverse, g, diff, gamma, gammaOffset, slope, level, dx, to);
            }
        }
    }

    /** The gradients of gamma and beta in one block of columns. */
    static void parameters(
            int block,
            int rows,
            int columns,
            float[] x,
            int xOffset,
            float[] saved,
            int savedOffset,
            float[] g,
            int gOffset,
            float[] terms,
            int termsOffset,
            float[] diffGamma,
            int diffGammaOffset,
            float[] diffBeta,
            int diffBetaOffset) {
        int c = block * WIDE;
        int part = Math.min(WIDE, columns - c);
        FixedSum.columnSums(rows, part, g, gOffset + c, columns, diffBeta, diffBetaOffset + c);
        int to = diffGammaOffset + c;
        Arrays.fill(diffGamma, to, to + part, 0f);
        for (int done = 0; done < rows; done += FixedSum.CHUNK) {
            int chunk = Math.min(FixedSum.CHUNK, rows - done);
            for (int i = 0; i < chunk; i++) {
                int row = done + i;
                int at = row * columns + c;
                float mean = saved[savedOffset + row];
                float inverse = saved[savedOffset + rows + row];
                int term = termsOffset + i * part;
                if (VectorSupport.ENABLED) {
                    LayerNormVector.products(part, g, gOffset + at, x, xOffset + at, mean, inverse, terms, term);
                } else {
                    LayerNormScalar.products(part, g, gOffset + at, x, xOffset + at, mean, inverse, terms, term);
                }
            }
            FixedSum.addColumnSums(chunk, part, terms, termsOffset, part, diffGamma, to);
        }
    }
}

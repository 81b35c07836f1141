// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.elementwise.ElementWise;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.reduce.FixedSum;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * The passes of {@link BatchNorm} over the images {@code first} to {@code end}. NHWC has channels in lanes, NCHW
 * positions. Parameters are {@code tiled}: several positions are treated as one row, with the parameters repeated as
 * often, so that any number of channels fills vectors and a row is long enough for its loop to pay.
 */
final class NormPasses {
    /** Channels whose terms are taken together. */
    private static final int WIDE = 64;

    /** At most so many positions in a row: with them, any number of channels fills vectors. */
    private static final int TILES = 16;

    /** Elements that are normalised before anything else is done to them: they stay in the first-level cache. */
    private static final int STEP = 1 << 12;

    /** What is added where nothing is: -0 leaves every number as it is. */
    private static final float[] NOTHING = new float[WIDE];

    static {
        Arrays.fill(NOTHING, -0f);
    }

    private NormPasses() {}

    /** Length of each tiled parameter. */
    static int tiled(NormShape s) {
        return s.channelsLast()
                ? Math.clamp(TILES * WIDE / Math.max(1, s.channels()), 1, TILES) * s.channels()
                : s.channels();
    }

    /** Repeats a parameter that has been put at {@code offset}. */
    static void tile(NormShape s, float[] p, int offset) {
        for (int done = s.channels(); done < tiled(s); done += s.channels()) {
            System.arraycopy(p, offset, p, offset + done, s.channels());
        }
    }

    /** Floats for terms that wait to be added: at most {@code CHUNK·WIDE}, to stay in the second-level cache. */
    static int termFloats(NormShape s) {
        int rows = Math.min(s.positions(), FixedSum.CHUNK);
        return s.channelsLast() ? rows * Math.min(s.channels(), WIDE) : rows;
    }

    /** sums[image·channels + c] = Σ x. */
    static void sums(NormShape s, int first, int end, float[] x, int xOffset, float[] sums, int sumsOffset) {
        int channels = s.channels();
        int positions = s.positions();
        for (int image = first; image < end; image++) {
            int from = xOffset + image * positions * channels;
            int to = sumsOffset + image * channels;
            if (s.channelsLast()) {
                FixedSum.columnSums(positions, channels, x, from, channels, sums, to);
            } else {
                for (int c = 0; c < channels; c++) {
                    sums[to + c] = FixedSum.sum(positions, x, from + c * positions);
                }
            }
        }
    }

    /**
     * sums[image·channels + c] = Σ (x - mean)², or, when g is given, Σ (x - mean)·g and from gSums on Σ g, of a chunk
     * that is still in the second-level cache; p begins with the means.
     */
    static void deviations(
            NormShape s,
            int first,
            int end,
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            float[] p,
            int pOffset,
            float[] terms,
            int termsOffset,
            float[] sums,
            int sumsOffset,
            int gSums) {
        int channels = s.channels();
        int positions = s.positions();
        for (int image = first; image < end; image++) {
            int start = image * positions * channels;
            int to = sumsOffset + image * channels;
            int gTo = gSums + image * channels;
            Arrays.fill(sums, to, to + channels, 0f);
            if (g != null) {
                Arrays.fill(sums, gTo, gTo + channels, 0f);
            }
            for (int done = 0; done < positions; done += FixedSum.CHUNK) {
                int rows = Math.min(FixedSum.CHUNK, positions - done);
                if (!s.channelsLast()) {
                    for (int c = 0; c < channels; c++) {
                        int at = start + c * positions + done;
                        run(rows, x, xOffset + at, g, gOffset + at, p[pOffset + c], terms, termsOffset);
                        sums[to + c] += FixedSum.sum(rows, terms, termsOffset);
                        if (g != null) {
                            sums[gTo + c] += FixedSum.sum(rows, g, gOffset + at);
                        }
                    }
                    continue;
                }
                int whole = start + done * channels;
                if (VectorSupport.ENABLED
                        && NormVector.addDeviations(
                                rows, channels, x, xOffset + whole, g, gOffset + whole, p, pOffset, sums, to, gTo)) {
                    continue;
                }
                if (g != null) {
                    FixedSum.addColumnSums(rows, channels, g, gOffset + whole, channels, sums, gTo);
                }
                if (channels <= WIDE) {
                    int at = start + done * channels;
                    int n = rows * channels;
                    int width = tiled(s);
                    for (int i = 0; i < n; i += width) {
                        int part = Math.min(width, n - i);
                        row(part, x, xOffset + at + i, g, gOffset + at + i, p, pOffset, terms, termsOffset + i);
                    }
                    FixedSum.addColumnSums(rows, channels, terms, termsOffset, channels, sums, to);
                } else {
                    for (int c = 0; c < channels; c += WIDE) {
                        int part = Math.min(WIDE, channels - c);
                        int at = start + done * channels + c;
                        for (int i = 0; i < rows; i++, at += channels) {
                            row(part, x, xOffset + at, g, gOffset + at, p, pOffset + c, terms, termsOffset + i * part);
                        }
                        FixedSum.addColumnSums(rows, part, terms, termsOffset, part, sums, to + c);
                    }
                }
            }
        }
    }

    private static void row(
            int n, float[] x, int xOffset, float[] g, int gOffset, float[] p, int pOffset, float[] t, int tOffset) {
        if (g == null) {
            if (VectorSupport.ENABLED) {
                NormVector.squaresRow(n, x, xOffset, p, pOffset, t, tOffset);
            } else {
                NormScalar.squaresRow(n, x, xOffset, p, pOffset, t, tOffset);
            }
        } else if (VectorSupport.ENABLED) {
            NormVector.productsRow(n, x, xOffset, g, gOffset, p, pOffset, t, tOffset);
        } else {
            NormScalar.productsRow(n, x, xOffset, g, gOffset, p, pOffset, t, tOffset);
        }
    }

    private static void run(int n, float[] x, int xOffset, float[] g, int gOffset, float mean, float[] t, int tOffset) {
        if (g == null) {
            if (VectorSupport.ENABLED) {
                NormVector.squaresRun(n, x, xOffset, mean, t, tOffset);
            } else {
                NormScalar.squaresRun(n, x, xOffset, mean, t, tOffset);
            }
        } else if (VectorSupport.ENABLED) {
            NormVector.productsRun(n, x, xOffset, g, gOffset, mean, t, tOffset);
        } else {
            NormScalar.productsRun(n, x, xOffset, g, gOffset, mean, t, tOffset);
        }
    }

    /** y = last(fma(x - mean, factor, shift) + residual); the residual may be null. */
    static void normalize(
            NormShape s,
            int first,
            int end,
            float[] x,
            int xOffset,
            float[] p,
            int pOffset,
            float[] residual,
            int residualOffset,
            Activation last,
            float[] y,
            int yOffset) {
        int at = first * s.positions() * s.channels();
        int stop = end * s.positions() * s.channels();
        if (isWide(s)) {
            normalizeWide(s, at, stop, x, xOffset, p, pOffset, residual, residualOffset, last, y, yOffset);
            return;
        }
        int width = tiled(s);
        int length = s.channelsLast() ? width : s.positions();
        int channel = 0;
        int finished = at;
        while (at < stop) {
            int n = Math.min(length, stop - at);
            if (s.channelsLast()) {
                normalizeRow(n, x, xOffset + at, p, pOffset, width, y, yOffset + at);
            } else {
                normalizeRun(n, x, xOffset + at, p, pOffset + channel, width, y, yOffset + at);
                channel = channel + 1 == s.channels() ? 0 : channel + 1;
            }
            at += n;
            if (at - finished >= STEP || at == stop) {
                finish(at - finished, residual, residualOffset + finished, last, y, yOffset + finished);
                finished = at;
            }
        }
    }

    /** Whether positions, or some of them together, are whole blocks of {@link #WIDE} channels, which have loops of their own. */
    private static boolean isWide(NormShape s) {
        int channels = s.channels();
        return VectorSupport.ENABLED
                && Lanes.COUNT == FixedSum.LANES
                && s.channelsLast()
                && tiled(s) >= WIDE
                && (channels % WIDE == 0 || WIDE % channels == 0 && s.positions() * channels % WIDE == 0);
    }

    private static void normalizeWide(
            NormShape s,
            int start,
            int stop,
            float[] x,
            int xOffset,
            float[] p,
            int pOffset,
            float[] residual,
            int residualOffset,
            Activation last,
            float[] y,
            int yOffset) {
        int row = Math.max(WIDE, s.channels());
        int step = Math.max(1, STEP / row) * row;
        for (int at = start; at < stop; at += step) {
            int n = Math.min(step, stop - at);
            for (int c = 0; c < row; c += WIDE) {
                int i = at + c;
                if (residual == null && last != Activation.RELU) {
                    WideNormVector.normalize(n / row, row, x, xOffset + i, p, pOffset + c, tiled(s), y, yOffset + i);
                } else {
                    WideNormVector.normalizeAndAdd(
                            n / row,
                            row,
                            x,
                            xOffset + i,
                            p,
                            pOffset + c,
                            tiled(s),
                            residual == null ? NOTHING : residual,
                            residual == null ? 0 : residualOffset + i,
                            residual == null ? 0 : row,
                            last == Activation.RELU ? 0f : Float.NaN,
                            y,
                            yOffset + i);
                }
            }
            if (last != Activation.RELU && last != Activation.IDENTITY) {
                last.forward(n, y, yOffset + at, y, yOffset + at);
            }
        }
    }

    private static void normalizeRow(
            int n, float[] x, int xOffset, float[] p, int pOffset, int stride, float[] y, int yOffset) {
        if (VectorSupport.ENABLED) {
            NormVector.normalizeRow(n, x, xOffset, p, pOffset, stride, y, yOffset);
        } else {
            NormScalar.normalizeRow(n, x, xOffset, p, pOffset, stride, y, yOffset);
        }
    }

    private static void normalizeRun(
            int n, float[] x, int xOffset, float[] p, int c, int stride, float[] y, int yOffset) {
        if (VectorSupport.ENABLED) {
            NormVector.normalizeRun(n, x, xOffset, p[c], p[c + stride], p[c + 2 * stride], y, yOffset);
        } else {
            NormScalar.normalizeRun(n, x, xOffset, p[c], p[c + stride], p[c + 2 * stride], y, yOffset);
        }
    }

    private static void finish(int n, float[] residual, int residualOffset, Activation last, float[] y, int yOffset) {
        if (residual != null) {
            ElementWise.add(n, y, yOffset, residual, residualOffset, y, yOffset, WorkerPool.CALLER);
        }
        if (last != Activation.IDENTITY) {
            last.forward(n, y, yOffset, y, yOffset);
        }
    }

    /** dx = factor·fma(mean - x, slope, g - level). */
    static void gradient(
            NormShape s,
            int first,
            int end,
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            float[] p,
            int pOffset,
            float[] dx,
            int dxOffset) {
        int width = tiled(s);
        int stop = end * s.positions() * s.channels();
        if (isWide(s)) {
            int row = Math.max(WIDE, s.channels());
            int start = first * s.positions() * s.channels();
            // Blocks of a row's channels in turn, while the rows are in the first-level cache; one block needs no
            // turns.
            int step = row == WIDE ? stop - start : Math.max(1, STEP / row) * row;
            for (int at = start; at < stop; at += step) {
                int rows = Math.min(step, stop - at) / row;
                for (int c = 0; c < row; c += WIDE) {
                    int i = at + c;
                    WideNormVector.gradient(
                            rows, row, x, xOffset + i, g, gOffset + i, p, pOffset + c, width, dx, dxOffset + i);
                }
            }
            return;
        }
        int length = s.channelsLast() ? width : s.positions();
        int channel = 0;
        for (int at = first * s.positions() * s.channels(); at < stop; at += length) {
            int n = Math.min(length, stop - at);
            int from = xOffset + at;
            int diff = gOffset + at;
            int to = dxOffset + at;
            if (s.channelsLast()) {
                if (VectorSupport.ENABLED) {
                    NormVector.gradientRow(n, x, from, g, diff, p, pOffset, width, dx, to);
                } else {
                    NormScalar.gradientRow(n, x, from, g, diff, p, pOffset, width, dx, to);
                }
                continue;
            }
            int c = pOffset + channel;
            float factor = p[c + width];
            float slope = p[c + 2 * width];
            float level = p[c + 3 * width];
            if (VectorSupport.ENABLED) {
                NormVector.gradientRun(n, x, from, g, diff, p[c], factor, slope, level, dx, to);
            } else {
                NormScalar.gradientRun(n, x, from, g, diff, p[c], factor, slope, level, dx, to);
            }
            channel = channel + 1 == s.channels() ? 0 : channel + 1;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.Winograd2x2Scalar;
import dev.quern.kernels.conv.loops.Winograd2x2Vector;
import dev.quern.kernels.conv.loops.Winograd4x4Scalar;
import dev.quern.kernels.conv.loops.Winograd4x4Vector;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;

/** The transforms of F(m×m, 3×3) for tiles side by side: vectors as far as they are full, the twin for the rest. */
final class WinogradTransform {
    private WinogradTransform() {}

    /**
     * Pixels {@code [first, end)} of m + 2 rows, down the columns: to m places by turns, {@code placeStep} floats apart, side by side
     * in each.
     */
    static void sourceDown(
            int m,
            int channels,
            int first,
            int end,
            float[] x,
            int at,
            int xRow,
            float[] u,
            int to,
            int placeStep,
            int uRow) {
        int whole = whole(channels);
        int step = whole == channels ? Math.max(1, end - first) : 1;
        for (int pixel = first; pixel < end; pixel += step) {
            int from = at + pixel * channels;
            int place = pixel % m;
            int next = to + place * placeStep + pixel / m * channels;
            int length = step == 1 ? whole : step * channels;
            if (whole > 0 && m == 2) {
                Winograd2x2Vector.sourceDown(length, channels, place, x, from, xRow, u, next, placeStep, uRow);
            } else if (whole > 0) {
                Winograd4x4Vector.sourceDown(length, channels, place, x, from, xRow, u, next, placeStep, uRow);
            }
            if (whole < channels && m == 2) {
                Winograd2x2Scalar.sourceDown(whole, channels, x, from, xRow, u, next, uRow);
            } else if (whole < channels) {
                Winograd4x4Scalar.sourceDown(whole, channels, x, from, xRow, u, next, uRow);
            }
        }
    }

    /** A row of pixels, those that are m apart side by side and {@code step} floats from the next ones, to m + 2 planes. */
    static void sourceAlong(
            int m, int length, int pixel, float[] u, int at, int step, float[] v, int to, int planeStep) {
        int whole = whole(length);
        if (whole > 0 && m == 2) {
            Winograd2x2Vector.sourceAlong(length, pixel, u, at, step, v, to, planeStep);
        } else if (whole > 0) {
            Winograd4x4Vector.sourceAlong(length, pixel, u, at, step, v, to, planeStep);
        }
        if (m == 2) {
            Winograd2x2Scalar.sourceAlong(whole, length, pixel, u, at, step, v, to, planeStep);
        } else {
            Winograd4x4Scalar.sourceAlong(whole, length, pixel, u, at, step, v, to, planeStep);
        }
    }

    /** The planes of tiles side by side, to m × m pixels of each; a bias of step 0 is one for all channels. */
    static void destination(
            int m,
            int channels,
            int tiles,
            float[] products,
            int at,
            int planeStep,
            float[] bias,
            int biasOffset,
            int biasStep,
            float[] y,
            int to,
            int yRow) {
        int whole = whole(channels);
        boolean inOneRun = whole == channels;
        int length = inOneRun ? tiles * channels : whole;
        int runs = inOneRun ? 1 : tiles;
        for (int run = 0; run < runs && whole > 0; run++) {
            int from = at + run * channels;
            int pixels = to + run * m * channels;
            if (m == 2) {
                Winograd2x2Vector.destination(
                        length, channels, products, from, planeStep, bias, biasOffset, biasStep, y, pixels, yRow);
            } else {
                Winograd4x4Vector.destinationEven(
                        length, channels, products, from, planeStep, bias, biasOffset, biasStep, y, pixels, yRow);
                Winograd4x4Vector.destinationOdd(
                        length, channels, products, from, planeStep, bias, biasOffset, biasStep, y, pixels, yRow);
            }
        }
        if (whole < channels && m == 2) {
            Winograd2x2Scalar.destination(
                    whole, channels, tiles, products, at, planeStep, bias, biasOffset, biasStep, y, to, yRow);
        } else if (whole < channels) {
            Winograd4x4Scalar.destination(
                    whole, channels, tiles, products, at, planeStep, bias, biasOffset, biasStep, y, to, yRow);
        }
    }

    private static int whole(int length) {
        return VectorSupport.ENABLED ? length - length % Lanes.COUNT : 0;
    }
}

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

    /** Every m-th pixel of m + 2 rows, down the columns. */
    static void sourceDown(
            int m, int channels, int pixels, float[] x, int at, int xRow, int pixelStep, float[] u, int to, int uRow) {
        int whole = whole(channels);
        if (whole > 0 && m == 2) {
            Winograd2x2Vector.sourceDown(channels, pixels, x, at, xRow, pixelStep, u, to, uRow);
        } else if (whole > 0) {
            Winograd4x4Vector.sourceDown(channels, pixels, x, at, xRow, pixelStep, u, to, uRow);
        }
        if (whole < channels && m == 2) {
            Winograd2x2Scalar.sourceDown(whole, channels, pixels, x, at, xRow, pixelStep, u, to, uRow);
        } else if (whole < channels) {
            Winograd4x4Scalar.sourceDown(whole, channels, pixels, x, at, xRow, pixelStep, u, to, uRow);
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

    /** A column of places, each of so many floats, to m rows. */
    static void destinationDown(
            int m, int length, float[] products, int at, int planeStep, float[] z, int to, int zRow) {
        int whole = whole(length);
        if (whole > 0 && m == 2) {
            Winograd2x2Vector.destinationDown(length, products, at, planeStep, z, to, zRow);
        } else if (whole > 0) {
            Winograd4x4Vector.destinationDown(length, products, at, planeStep, z, to, zRow);
        }
        if (m == 2) {
            Winograd2x2Scalar.destinationDown(whole, length, products, at, planeStep, z, to, zRow);
        } else {
            Winograd4x4Scalar.destinationDown(whole, length, products, at, planeStep, z, to, zRow);
        }
    }

    /** A row of places, {@code step} floats apart, to m pixels of each tile; a bias of step 0 is one for all channels. */
    static void destinationAlong(
            int m,
            int channels,
            int tiles,
            float[] z,
            int at,
            int step,
            float[] bias,
            int biasOffset,
            int biasStep,
            float[] y,
            int to) {
        int whole = whole(channels);
        if (whole > 0 && m == 2) {
            Winograd2x2Vector.destinationAlong(channels, tiles, z, at, step, bias, biasOffset, biasStep, y, to);
        } else if (whole > 0) {
            Winograd4x4Vector.destinationAlong(channels, tiles, z, at, step, bias, biasOffset, biasStep, y, to);
        }
        if (whole < channels && m == 2) {
            Winograd2x2Scalar.destinationAlong(whole, channels, tiles, z, at, step, bias, biasOffset, biasStep, y, to);
        } else if (whole < channels) {
            Winograd4x4Scalar.destinationAlong(whole, channels, tiles, z, at, step, bias, biasOffset, biasStep, y, to);
        }
    }

    private static int whole(int length) {
        return VectorSupport.ENABLED ? length - length % Lanes.COUNT : 0;
    }
}

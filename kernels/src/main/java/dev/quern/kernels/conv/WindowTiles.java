// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.WindowRowScalar;
import dev.quern.kernels.conv.loops.WindowRowVector;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;

/**
 * Tiles of windows times output channels, for {@link WindowForward} and {@link WindowInPlace}. Weights are read as they are where all output channels
 * are computed together, or else copied once, so that the rows of a tile's weights follow each other.
 */
final class WindowTiles {
    /** Where there is no bias; at least as many as a tile has channels. */
    private static final float[] ZEROS = new float[64];

    /** Whether there are tiles at all. */
    static final boolean EXIST = !VectorSupport.ENABLED || WindowRowVector.SUITS;

    private WindowTiles() {}

    /** Floats from a window, or a part of one, to the next. */
    static int distance(ConvShape s) {
        return VectorSupport.ENABLED && s.outChannels() == Lanes.COUNT ? WindowRowScalar.FAR : WindowRowScalar.NEAR;
    }

    /** Floats of the copied weights; 0 where they are read as they are. */
    static int weightFloats(ConvShape s) {
        int n = s.outChannels();
        int floats = 0;
        for (int k = 0; k < n; k = first(n, k) + group(n, k)) {
            floats += group(n, k) * s.patchElements();
        }
        return group(n, 0) == n ? 0 : floats;
    }

    /** Weights of channels that are computed together side by side, then those of the next. */
    static void copyWeights(ConvShape s, float[] weights, int weightsOffset, float[] to) {
        int n = s.outChannels();
        int taps = s.patchElements();
        int at = 0;
        for (int k = 0; k < n; k = first(n, k) + group(n, k)) {
            int channels = group(n, k);
            PixelCopy.runs(taps, channels, weights, weightsOffset + first(n, k), n, to, at, channels);
            at += taps * channels;
        }
    }

    /** Applies an activation that {@link #run} leaves to be done. */
    static void activate(Epilogue e, int n, float[] dst, int at) {
        if (e.activation() != Activation.IDENTITY && e.activation() != Activation.RELU) {
            e.activation().forward(n, dst, at, dst, at);
        }
    }

    /** Some neighbouring positions, whose windows lie at {@link #distance}; of activations only ReLU, in the tiles themselves. */
    static void run(
            ConvShape s,
            int positions,
            int[] offsets,
            float[] windows,
            int x,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int out) {
        float[] start = e.bias() == null ? ZEROS : e.bias();
        float limit = e.activation() == Activation.RELU ? 0f : Float.NaN;
        int n = s.outChannels();
        int w = weightsOffset;
        for (int k = 0; k < n; k = first(n, k) + group(n, k)) {
            int channels = group(n, k);
            int c = first(n, k);
            int bias = e.bias() == null ? 0 : e.biasOffset() + c;
            tiles(s, positions, channels, offsets, windows, x, weights, w, start, bias, dst, out + c, limit);
            w += channels * s.patchElements();
        }
    }

    /** Positions of the longest tile of a shape. */
    static int longest(ConvShape s) {
        return VectorSupport.ENABLED ? tile(group(s.outChannels(), last(s.outChannels()))) : 1;
    }

    private static int last(int n) {
        int k = 0;
        while (first(n, k) + group(n, k) < n) {
            k = first(n, k) + group(n, k);
        }
        return k;
    }

    private static int tile(int channels) {
        return WindowRowVector.TWENTY_FOUR * Lanes.COUNT / channels;
    }

    /** Output channels that are computed together where {@code [0, k)} are done. */
    static int group(int n, int k) {
        if (!VectorSupport.ENABLED) {
            return Math.min(n - k, ZEROS.length);
        }
        int lanes = Lanes.COUNT;
        return n == lanes ? lanes : n - k >= 4 * lanes ? 4 * lanes : 2 * lanes;
    }

    /** The first of them: the last channels may lie over those before, and what is computed twice is the same. */
    static int first(int n, int k) {
        return Math.min(k, n - group(n, k));
    }

    /** Some positions; the last tile lies over the one before where positions are left: what both compute is the same. */
    private static void tiles(
            ConvShape s,
            int n,
            int channels,
            int[] offsets,
            float[] x,
            int from,
            float[] w,
            int wOffset,
            float[] start,
            int startOffset,
            float[] out,
            int to,
            float limit) {
        int taps = s.patchElements();
        int k = s.outChannels();
        if (!VectorSupport.ENABLED) {
            WindowRowScalar.run(
                    n,
                    channels,
                    distance(s),
                    taps,
                    offsets,
                    x,
                    from,
                    w,
                    wOffset,
                    start,
                    startOffset,
                    out,
                    to,
                    k,
                    limit);
            return;
        }
        int tile = tile(channels);
        for (int i = 0; i < n; i += tile) {
            int first = Math.min(i, n - tile);
            int at = from + first * distance(s);
            int c = to + first * k;
            if (tile == WindowRowVector.SIX) {
                WindowRowVector.six(taps, offsets, x, at, w, wOffset, start, startOffset, out, c, k, limit);
            } else if (tile == WindowRowVector.TWELVE) {
                WindowRowVector.twelve(taps, offsets, x, at, w, wOffset, start, startOffset, out, c, k, limit);
            } else {
                WindowRowVector.twentyFour(taps, offsets, x, at, w, wOffset, start, startOffset, out, c, k, limit);
            }
        }
    }
}

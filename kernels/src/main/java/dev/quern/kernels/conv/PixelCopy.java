// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.GatherVector;
import dev.quern.kernels.vector.VectorSupport;

/** Copies pixels between tensors whose pixels lie at different distances. */
final class PixelCopy {
    private static final int LINE = 16;

    private PixelCopy() {}

    /** Copies the {@code channels} floats of each pixel. */
    static void runs(
            int pixels, int channels, float[] from, int offset, int stride, float[] to, int toOffset, int toStride) {
        if (channels == stride && channels == toStride) {
            System.arraycopy(from, offset, to, toOffset, pixels * channels);
            return;
        }
        for (int i = 0; i < pixels; i++) {
            System.arraycopy(from, offset + i * stride, to, toOffset + i * toStride, channels);
        }
    }

    /** Copies neighbouring floats to places {@code toStride} apart: a channel from NCHW to NHWC. */
    static void spread(int n, float[] from, int offset, float[] to, int toOffset, int toStride) {
        for (int i = 0; i < n; i++) {
            to[toOffset + i * toStride] = from[offset + i];
        }
    }

    /** Copies six channels, {@code stride} floats apart, to pixels of six channels. */
    static void sixes(int n, float[] from, int offset, int stride, float[] to, int toOffset) {
        for (int i = 0; i < n; i++) {
            int at = offset + i;
            int pixel = toOffset + 6 * i;
            to[pixel] = from[at];
            to[pixel + 1] = from[at + stride];
            to[pixel + 2] = from[at + 2 * stride];
            to[pixel + 3] = from[at + 3 * stride];
            to[pixel + 4] = from[at + 4 * stride];
            to[pixel + 5] = from[at + 5 * stride];
        }
    }

    /** Copies floats {@code stride} apart to neighbouring places: a channel from NHWC to NCHW. */
    static void gather(int n, float[] from, int offset, int stride, float[] to, int toOffset) {
        for (int i = 0; i < n; i++) {
            to[toOffset + i] = from[offset + i * stride];
        }
    }

    /** As {@link #gather}, with whole vectors where they serve: up to a vector behind the last float is overwritten. */
    static void collect(int n, float[] from, int offset, int stride, float[] to, int toOffset) {
        if (VectorSupport.ENABLED && GatherVector.suits(n, from, offset, stride)) {
            GatherVector.run(n, from, offset, stride, to, toOffset);
        } else {
            gather(n, from, offset, stride, to, toOffset);
        }
    }

    /** Transposes a {@code rows × columns} matrix, a cache line of each row at a time. */
    static void transpose(int rows, int columns, float[] from, int offset, float[] to, int toOffset) {
        for (int block = 0; block < columns; block += LINE) {
            int end = Math.min(columns, block + LINE);
            for (int i = 0; i < rows; i++) {
                for (int j = block; j < end; j++) {
                    to[toOffset + j * rows + i] = from[offset + i * columns + j];
                }
            }
        }
    }
}

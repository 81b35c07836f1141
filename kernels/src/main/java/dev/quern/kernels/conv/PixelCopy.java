// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

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

    /** Copies floats {@code stride} apart to neighbouring places: a channel from NHWC to NCHW. */
    static void gather(int n, float[] from, int offset, int stride, float[] to, int toOffset) {
        for (int i = 0; i < n; i++) {
            to[toOffset + i] = from[offset + i * stride];
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

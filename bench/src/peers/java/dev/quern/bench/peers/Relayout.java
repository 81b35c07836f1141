// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

/** Copies between the report's layouts and those of the peers; never in a timed part. */
final class Relayout {
    private Relayout() {}

    /** {@code dst[b][c][r] = src[b][r][c]}: NHWC to NCHW with {@code rows = h·w}, and back with {@code columns = h·w}. */
    static float[] transpose(float[] src, int batch, int rows, int columns) {
        float[] dst = new float[src.length];
        int block = rows * columns;
        for (int b = 0; b < batch; b++) {
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < columns; c++) {
                    dst[b * block + c * rows + r] = src[b * block + r * columns + c];
                }
            }
        }
        return dst;
    }

    /** (taps, in, out) weights to (out, in, taps): HWIO to OIHW. */
    static float[] hwioToOihw(float[] hwio, int taps, int in, int out) {
        return transpose(transpose(hwio, 1, taps * in, out), out, taps, in);
    }

    /** (out, in, taps) weights to (taps, in, out): OIHW to HWIO. */
    static float[] oihwToHwio(float[] oihw, int taps, int in, int out) {
        return transpose(transpose(oihw, out, in, taps), 1, out, taps * in);
    }
}

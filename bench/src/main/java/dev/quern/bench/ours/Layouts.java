// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

/** Images from one layout to the other. */
final class Layouts {
    private Layouts() {}

    /** NHWC to NCHW. */
    static float[] channelsFirst(float[] nhwc, int batch, int channels) {
        return swap(nhwc, batch, nhwc.length / (batch * channels), channels);
    }

    /** NCHW to NHWC. */
    static float[] channelsLast(float[] nchw, int batch, int channels) {
        return swap(nchw, batch, channels, nchw.length / (batch * channels));
    }

    /** (batch, rows, columns) to (batch, columns, rows). */
    private static float[] swap(float[] from, int batch, int rows, int columns) {
        float[] to = new float[from.length];
        for (int n = 0; n < batch; n++) {
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    to[(n * columns + column) * rows + row] = from[(n * rows + row) * columns + column];
                }
            }
        }
        return to;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.source;

import dev.quern.layers.Tensor;
import java.util.SplittableRandom;

/** A small data set: the ten digits of a 5×7 font, three times as large, somewhere in a noisy image of 28×28. */
final class Digits {
    static final int SIDE = 28;
    static final int CLASSES = 10;
    private static final int SCALE = 3;

    /** Seven rows of five dots, the upper left one in the highest bit. */
    private static final long[] FONT = {
        0b01110_10001_10011_10101_11001_10001_01110L,
        0b00100_01100_00100_00100_00100_00100_01110L,
        0b01110_10001_00001_00110_01000_10000_11111L,
        0b11110_00001_00001_01110_00001_00001_11110L,
        0b00010_00110_01010_10010_11111_00010_00010L,
        0b11111_10000_11110_00001_00001_10001_01110L,
        0b00110_01000_10000_11110_10001_10001_01110L,
        0b11111_00001_00010_00100_01000_01000_01000L,
        0b01110_10001_10001_01110_10001_10001_01110L,
        0b01110_10001_10001_01111_00001_00010_01100L
    };

    private Digits() {}

    /** As many images as there are labels, which are drawn at random. */
    static Tensor draw(int[] labels, long seed) {
        var random = new SplittableRandom(seed);
        float[] data = new float[labels.length * SIDE * SIDE];
        for (int n = 0; n < labels.length; n++) {
            labels[n] = random.nextInt(CLASSES);
            int left = 6 + random.nextInt(-3, 4);
            int top = 3 + random.nextInt(-3, 4);
            for (int i = 0; i < SIDE * SIDE; i++) {
                int column = Math.floorDiv(i % SIDE - left, SCALE);
                int row = Math.floorDiv(i / SIDE - top, SCALE);
                boolean inside = column >= 0 && column < 5 && row >= 0 && row < 7;
                boolean dot = inside && (FONT[labels[n]] >>> 34 - row * 5 - column & 1) == 1;
                data[n * SIDE * SIDE + i] = random.nextFloat() * 0.3f + (dot ? 0.7f : 0f);
            }
        }
        return Tensor.of(data, labels.length, SIDE, SIDE, 1);
    }
}

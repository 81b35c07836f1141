// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.toolkit;

import java.util.zip.CRC32;

/** Compares floats by their bits: -0 is not +0; any NaN equals any NaN. */
public final class Bits {
    private Bits() {}

    /** Fails with the first difference and the number of them. */
    public static void assertEqual(String what, float[] expected, float[] actual) {
        if (expected.length != actual.length) {
            throw new AssertionError(what + ": expected " + expected.length + " values, got " + actual.length);
        }
        int first = -1;
        int different = 0;
        for (int i = 0; i < expected.length; i++) {
            if (!same(expected[i], actual[i])) {
                first = different++ == 0 ? i : first;
            }
        }
        if (different > 0) {
            throw new AssertionError("%s: %d of %d values differ, the first at %d: expected %s, got %s"
                    .formatted(what, different, expected.length, first, text(expected[first]), text(actual[first])));
        }
    }

    /** Fails when the two differ in a bit. */
    public static void assertEqual(String what, float expected, float actual) {
        assertEqual(what, new float[] {expected}, new float[] {actual});
    }

    /** True when both are NaN or have the same bits. */
    public static boolean same(float x, float y) {
        return Float.floatToIntBits(x) == Float.floatToIntBits(y);
    }

    /** CRC32 over the bits, every NaN counted as the same one. */
    public static long crc32(float... values) {
        var crc = new CRC32();
        for (float value : values) {
            int bits = Float.floatToIntBits(value);
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                crc.update(bits >>> shift);
            }
        }
        return crc.getValue();
    }

    private static String text(float value) {
        return value + " (0x%08x)".formatted(Float.floatToRawIntBits(value));
    }
}

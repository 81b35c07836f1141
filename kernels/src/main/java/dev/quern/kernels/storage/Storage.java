// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.storage;

/**
 * How numbers are stored. Both half-size formats are rounded to nearest, ties to even, and widened exactly; arithmetic is
 * always float32. So a product has the bits that it would have with the rounded numbers as floats.
 */
public enum Storage {
    /** IEEE 754 binary32, 4 bytes. */
    FLOAT32(4),

    /** The upper half of binary32, 2 bytes: its range with 8 bits of precision. */
    BFLOAT16(2),

    /** IEEE 754 binary16, 2 bytes: 11 bits of precision, at most 65504; what is 65520 or more becomes infinite. */
    FLOAT16(2);

    private final int bytes;

    Storage(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of a number. */
    public int bytes() {
        return bytes;
    }

    /** The 16 bits of a half-size format for a number. */
    public short toHalf(float value) {
        if (this == FLOAT16) {
            return Float.floatToFloat16(value);
        }
        int bits = Float.floatToRawIntBits(value);
        if (value != value) {
            return (short) (bits >>> 16 | 0x40); // Rounding could carry a NaN into an infinity.
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }

    /** The number of 16 bits in a half-size format. */
    public float toFloat(short half) {
        return this == FLOAT16 ? Float.float16ToFloat(half) : Float.intBitsToFloat(half << 16);
    }

    /** A number as this format would give it back. */
    public float round(float value) {
        return this == FLOAT32 ? value : toFloat(toHalf(value));
    }
}

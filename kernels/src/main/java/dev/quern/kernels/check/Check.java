// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.check;

import java.util.Objects;

/**
 * The argument checks of every door. All arithmetic is in {@code long}; a failing check throws before anything is
 * written, and its message names the argument, the value given and what is allowed.
 */
public final class Check {
    private Check() {}

    /** Requires {@code value ≥ 0}. */
    public static int notNegative(String name, int value) {
        return atLeast(name, value, 0);
    }

    /** Requires {@code value ≥ 1}. */
    public static int positive(String name, int value) {
        return atLeast(name, value, 1);
    }

    /** Requires {@code value ≥ least}. */
    public static int atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " = " + value + ", allowed: " + least + " or more");
        }
        return value;
    }

    /** Requires two sizes that belong together to agree. */
    public static void same(String name, long value, String otherName, long expected) {
        if (value != expected) {
            throw new IllegalArgumentException(name + " = " + value + " but " + otherName + " = " + expected);
        }
    }

    /** Requires {@code whole} to be a multiple of {@code part}. */
    public static void divides(String partName, int part, String wholeName, int whole) {
        if (whole % part != 0) {
            throw new IllegalArgumentException(
                    partName + " = " + part + ", allowed: a divisor of " + wholeName + " = " + whole);
        }
    }

    /**
     * The product of sizes, as an {@code int}.
     *
     * @throws IllegalArgumentException when it is above 2³¹-1, naming the product
     */
    public static int product(String name, long... factors) {
        long product = 1;
        for (long factor : factors) {
            // Factors are sizes, at most 2³¹-1 each: one step from an int product cannot overflow a long.
            product *= factor;
            if (product > Integer.MAX_VALUE) {
                var text = new StringBuilder(name).append(" = ");
                for (int i = 0; i < factors.length; i++) {
                    text.append(i == 0 ? "" : "·").append(factors[i]);
                }
                throw new IllegalArgumentException(text + " elements, allowed: at most " + Integer.MAX_VALUE);
            }
        }
        return (int) product;
    }

    /**
     * Requires an array to hold {@code needed} elements from {@code offset} on.
     *
     * @throws NullPointerException with the array's name
     * @throws IndexOutOfBoundsException when {@code offset < 0} or {@code offset + needed > length}
     */
    public static void range(String name, float[] array, int offset, long needed) {
        range(name, Objects.requireNonNull(array, name).length, offset, needed);
    }

    /** As {@link #range(String, float[], int, long)}, for indices or labels. */
    public static void range(String name, int[] array, int offset, long needed) {
        range(name, Objects.requireNonNull(array, name).length, offset, needed);
    }

    private static void range(String name, int length, int offset, long needed) {
        if (offset < 0 || offset + needed > length) {
            throw new IndexOutOfBoundsException(
                    name + ": offset " + offset + " + " + needed + " elements, allowed: 0 to length " + length);
        }
    }

    /** Requires an output range not to share elements with an input range. */
    public static void disjoint(
            String out, float[] c, int cOffset, long cLength, String in, float[] a, int aOffset, long aLength) {
        if (c == a && cLength > 0 && aLength > 0 && cOffset < aOffset + aLength && aOffset < cOffset + cLength) {
            throw overlap(out, cOffset, cLength, in, aOffset, aLength);
        }
    }

    /**
     * As {@link #disjoint}, for row-major blocks of {@code cColumns} and {@code aColumns}: columns side by side in one
     * larger matrix share no element though their ranges interleave.
     */
    public static void disjointBlocks(
            String out,
            float[] c,
            int cOffset,
            int cColumns,
            int ldc,
            long cLength,
            String in,
            float[] a,
            int aOffset,
            int aColumns,
            int lda,
            long aLength) {
        if (c != a) {
            return;
        }
        int shift = Math.floorMod(cOffset - aOffset, lda);
        boolean sideBySide = ldc == lda && shift >= aColumns && shift + (long) cColumns <= lda;
        if (!sideBySide) {
            disjoint(out, c, cOffset, cLength, in, a, aOffset, aLength);
        }
    }

    /** As {@link #disjoint}, but the two ranges may also be one and the same (element-wise in place). */
    public static void disjointOrSame(
            String out, float[] c, int cOffset, String in, float[] a, int aOffset, long length) {
        if (cOffset != aOffset) {
            disjoint(out, c, cOffset, length, in, a, aOffset, length);
        }
    }

    private static IllegalArgumentException overlap(
            String out, int cOffset, long cLength, String in, int aOffset, long aLength) {
        return new IllegalArgumentException("output " + out + " [" + cOffset + ", " + (cOffset + cLength)
                + ") overlaps input " + in + " [" + aOffset + ", " + (aOffset + aLength)
                + ") in the same array, allowed: separate ranges");
    }
}

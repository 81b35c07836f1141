// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.toolkit;

import java.util.Arrays;

/**
 * A matrix inside a longer array. What is not the matrix (the bands before and after, and the gaps between rows when
 * the stride is longer than a row) holds a NaN with a payload of its own: a kernel that reads there spoils its result,
 * one that writes there is found out.
 */
public final class Guarded {
    /** Odd, so that nothing is aligned by luck. */
    private static final int BEFORE = 37;

    /** Longer than the longest vector tile. */
    private static final int AFTER = 83;

    private static final int CANARY = 0x7fc0c0de;

    private final int rows;
    private final int columns;
    private final int stride;
    private final float[] array;
    private final float[] before;

    private Guarded(int rows, int columns, int stride, float[] values) {
        this.rows = rows;
        this.columns = columns;
        this.stride = stride;
        int extent = rows == 0 ? 0 : (rows - 1) * stride + columns;
        array = new float[BEFORE + extent + AFTER];
        Arrays.fill(array, Float.intBitsToFloat(CANARY));
        for (int i = 0; i < rows; i++) {
            System.arraycopy(values, i * columns, array, BEFORE + i * stride, columns);
        }
        before = array.clone();
    }

    /** A matrix with these values, given without gaps. */
    public static Guarded matrix(int rows, int columns, int stride, float[] values) {
        return new Guarded(rows, columns, stride, values);
    }

    /** A run of values. */
    public static Guarded of(float... values) {
        return new Guarded(1, values.length, values.length, values);
    }

    /** An output of {@code n} values, all NaN beforehand. */
    public static Guarded output(long n) {
        float[] values = new float[Math.toIntExact(n)];
        Arrays.fill(values, Float.NaN);
        return of(values);
    }

    /** The whole array, to be passed with {@link #offset}. */
    public float[] array() {
        return array;
    }

    /** Where the matrix begins. */
    public int offset() {
        return BEFORE;
    }

    /** The matrix without gaps. Fails first when something outside it was written. */
    public float[] values() {
        assertNothingWrittenOutside();
        float[] values = new float[rows * columns];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(array, BEFORE + i * stride, values, i * columns, columns);
        }
        return values;
    }

    /** Fails when any bit of the array has changed since it was made. */
    public void assertUnchanged(String what) {
        int at = Arrays.mismatch(bits(before), bits(array));
        if (at >= 0) {
            throw new AssertionError(what + " was written at " + (at - BEFORE) + " from its offset");
        }
    }

    private void assertNothingWrittenOutside() {
        for (int i = 0; i < array.length; i++) {
            if (!inside(i - BEFORE) && Float.floatToRawIntBits(array[i]) != CANARY) {
                throw new AssertionError("%d×%d matrix with row stride %d: %s was written at %d from its offset"
                        .formatted(rows, columns, stride, array[i], i - BEFORE));
            }
        }
    }

    private boolean inside(int at) {
        return at >= 0 && stride > 0 && at / stride < rows && at % stride < columns;
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}

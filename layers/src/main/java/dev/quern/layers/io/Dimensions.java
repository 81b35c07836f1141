// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import java.io.IOException;
import java.util.Arrays;

/**
 * A shape read from a file, that a tensor can have.
 *
 * @param elements the product of the shape
 */
record Dimensions(int[] shape, int elements) {
    /**
     * Refuses more than 2³¹-1 elements. The product is taken from the left, so a 0 excuses only what follows it.
     *
     * @param at the byte where the shape stands
     */
    static Dimensions of(long[] numbers, Bytes file, long at) throws IOException {
        int[] shape = new int[numbers.length];
        long product = 1;
        for (int i = 0; i < shape.length; i++) {
            if (numbers[i] > Integer.MAX_VALUE || product * numbers[i] > Integer.MAX_VALUE) {
                throw file.bad(
                        at, "shape " + Arrays.toString(numbers) + " has more than " + Integer.MAX_VALUE + " elements");
            }
            shape[i] = (int) numbers[i];
            product *= shape[i];
        }
        return new Dimensions(shape, (int) product);
    }
}

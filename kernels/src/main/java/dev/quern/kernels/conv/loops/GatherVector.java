// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** Collects floats at a constant distance with whole vectors. {@code PixelCopy#gather} is the twin. */
public final class GatherVector {
    private static final int LARGEST_DISTANCE = 32;
    private static final int[][] PLACES = places();

    private GatherVector() {}

    private static int[][] places() {
        int[][] places = new int[LARGEST_DISTANCE + 1][Lanes.COUNT];
        for (int distance = 0; distance <= LARGEST_DISTANCE; distance++) {
            for (int lane = 0; lane < Lanes.COUNT; lane++) {
                places[distance][lane] = lane * distance;
            }
        }
        return places;
    }

    /** Whether there is an instruction for it, as with 8 lanes and more, and the last vector stays within the source. */
    public static boolean suits(int n, float[] from, int offset, int distance) {
        return Lanes.COUNT >= 8
                && distance <= LARGEST_DISTANCE
                && offset + (n + Lanes.COUNT - 1L) * distance < from.length;
    }

    /** Up to a vector behind the last float is overwritten. */
    public static void run(int n, float[] from, int offset, int distance, float[] to, int toOffset) {
        int[] places = PLACES[distance];
        for (int i = 0; i < n; i += Lanes.COUNT) {
            FloatVector.fromArray(Lanes.FLOATS, from, offset + i * distance, places, 0)
                    .intoArray(to, toOffset + i);
        }
    }
}

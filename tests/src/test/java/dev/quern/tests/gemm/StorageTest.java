// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.storage.Storage;
import org.junit.jupiter.api.Test;

/** Rounding to nearest even, told from the definition: neighbours, the middle between them, and what is beside it. */
class StorageTest {
    private static final Storage[] HALVES = {Storage.BFLOAT16, Storage.FLOAT16};

    @Test
    void everyHalfComesBackAsItself() {
        for (Storage storage : HALVES) {
            for (int half = 0; half < 1 << 16; half++) {
                float value = storage.toFloat((short) half);
                if (!Float.isNaN(value)) {
                    assertEquals((short) half, storage.toHalf(value), storage + " " + half);
                }
            }
        }
    }

    @Test
    void aNumberGoesToTheNearerNeighbourAndTheMiddleToTheEvenOne() {
        for (Storage storage : HALVES) {
            for (int half = 0; Float.isFinite(storage.toFloat((short) (half + 1))); half++) {
                float below = storage.toFloat((short) half);
                float above = storage.toFloat((short) (half + 1));
                float middle = below + (above - below) / 2;
                float even = half % 2 == 0 ? below : above;
                for (float sign : new float[] {1f, -1f}) {
                    assertEquals(sign * even, storage.round(sign * middle), storage + " " + middle);
                    assertEquals(sign * below, storage.round(sign * Math.nextDown(middle)), storage + " " + middle);
                    assertEquals(sign * above, storage.round(sign * Math.nextUp(middle)), storage + " " + middle);
                }
            }
        }
    }

    @Test
    void whatIsTooLargeBecomesInfiniteAndNanStaysNan() {
        assertEquals(65504f, Storage.FLOAT16.round(Math.nextDown(65520f)));
        assertEquals(Float.POSITIVE_INFINITY, Storage.FLOAT16.round(65520f));
        assertEquals(Float.NEGATIVE_INFINITY, Storage.BFLOAT16.round(-Float.MAX_VALUE));
        for (Storage storage : Storage.values()) {
            for (int payload : new int[] {0x7f800001, 0x7fffffff, 0xffffffff, 0x7fc00000}) {
                assertTrue(Float.isNaN(storage.round(Float.intBitsToFloat(payload))), storage + " " + payload);
            }
        }
    }
}

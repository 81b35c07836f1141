// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.random;

import static dev.quern.kernels.random.CounterRandom.KEY_STEP_0;
import static dev.quern.kernels.random.CounterRandom.KEY_STEP_1;
import static dev.quern.kernels.random.CounterRandom.LOW_WORD;
import static dev.quern.kernels.random.CounterRandom.MULTIPLIER_0;
import static dev.quern.kernels.random.CounterRandom.MULTIPLIER_1;
import static dev.quern.kernels.random.CounterRandom.ROUNDS;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loop of {@link Dropout} with vectors: a block of {@link CounterRandom} in each lane of 64 bits, a word of it in the
 * lower half. The words of blocks b and b + 8 together fill as many lanes of 32 bits as there are floats.
 */
final class DropoutVector {
    private static final VectorSpecies<Long> LONGS = VectorSpecies.of(long.class, Lanes.FLOATS.vectorShape());
    private static final int BLOCKS = LONGS.length();
    private static final int WORD = 16;

    private DropoutVector() {}

    /** Elements {@code first} to {@code end}, both multiples of 64. */
    static void apply(
            int dropped,
            float scale,
            long seed,
            long stream,
            long step,
            int first,
            int end,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset) {
        var lane = LongVector.zero(LONGS).addIndex(1);
        var multiplier0 = LongVector.broadcast(LONGS, MULTIPLIER_0);
        var multiplier1 = LongVector.broadcast(LONGS, MULTIPLIER_1);
        int blocks = first / 4;
        for (int e = first; e < end; ) {
            var a0 = lane.add(blocks);
            var b0 = a0.add(8);
            var a1 = LongVector.broadcast(LONGS, step);
            var b1 = a1;
            var a2 = LongVector.broadcast(LONGS, stream & LOW_WORD);
            var b2 = a2;
            var a3 = LongVector.broadcast(LONGS, stream >>> 32);
            var b3 = a3;
            int key0 = (int) seed;
            int key1 = (int) (seed >>> 32);
            for (int round = 0; round < ROUNDS; round++) {
                var low = multiplier0.mul(a0);
                var high = multiplier1.mul(a2);
                a0 = high.lanewise(VectorOperators.LSHR, 32)
                        .lanewise(VectorOperators.XOR, a1)
                        .lanewise(VectorOperators.XOR, key0 & LOW_WORD);
                a1 = high.and(LOW_WORD);
                a2 = low.lanewise(VectorOperators.LSHR, 32)
                        .lanewise(VectorOperators.XOR, a3)
                        .lanewise(VectorOperators.XOR, key1 & LOW_WORD);
                a3 = low.and(LOW_WORD);
                low = multiplier0.mul(b0);
                high = multiplier1.mul(b2);
                b0 = high.lanewise(VectorOperators.LSHR, 32)
                        .lanewise(VectorOperators.XOR, b1)
                        .lanewise(VectorOperators.XOR, key0 & LOW_WORD);
                b1 = high.and(LOW_WORD);
                b2 = low.lanewise(VectorOperators.LSHR, 32)
                        .lanewise(VectorOperators.XOR, b3)
                        .lanewise(VectorOperators.XOR, key1 & LOW_WORD);
                b3 = low.and(LOW_WORD);
                key0 += KEY_STEP_0;
                key1 += KEY_STEP_1;
            }
            // The sign of dropped - 1 - draw is set where the element is kept: a mask of ones, without a mask register.
            for (int word = 0; word < 4; word++) {
                var a = word == 0 ? a0 : word == 1 ? a1 : word == 2 ? a2 : a3;
                var b = word == 0 ? b0 : word == 1 ? b1 : word == 2 ? b2 : b3;
                var draw = a.or(b.lanewise(VectorOperators.LSHL, 32))
                        .reinterpretAsInts()
                        .lanewise(VectorOperators.LSHR, 8);
                var kept = draw.neg().add(dropped - 1).lanewise(VectorOperators.ASHR, 31);
                int at = e + word * WORD;
                var scaled =
                        FloatVector.fromArray(Lanes.FLOATS, x, xOffset + at).mul(scale);
                scaled.reinterpretAsInts().and(kept).reinterpretAsFloats().intoArray(y, yOffset + at);
            }
            // The next blocks of the group, or the first of the next group.
            blocks += BLOCKS;
            e += 2 * BLOCKS;
            if (blocks % 8 == 0) {
                blocks += 8;
                e += Dropout.GROUP - WORD;
            }
        }
    }
}

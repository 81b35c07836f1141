// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vector code such as a user's process may have of its own: vectors of all widths, from arrays and from segments on the heap and
 * off it. The methods of the Vector API, whose profiles all code of a process shares, have then met more classes than the JIT
 * tells apart.
 */
final class ForeignVectors {
    /** So often that the JIT has profiled the methods. */
    private static final int REPEATS = 400;

    private static final int ELEMENTS = 64;

    private ForeignVectors() {}

    /** Runs it all, and returns a sum of what came out. */
    static float run() {
        var widths = List.of(
                FloatVector.SPECIES_64, FloatVector.SPECIES_128, FloatVector.SPECIES_256, FloatVector.SPECIES_512);
        float[] x = new float[ELEMENTS];
        for (int i = 0; i < ELEMENTS; i++) {
            x[i] = i;
        }
        float sum = 0f;
        try (Arena arena = Arena.ofConfined()) {
            var segments = List.of(
                    MemorySegment.ofArray(new byte[ELEMENTS * Float.BYTES]),
                    MemorySegment.ofArray(new float[ELEMENTS]),
                    arena.allocate(ELEMENTS * Float.BYTES));
            for (int repeat = 0; repeat < REPEATS; repeat++) {
                for (VectorSpecies<Float> width : widths) {
                    for (MemorySegment segment : segments) {
                        sum += floats(width, x, segment) + ints(width, x);
                    }
                }
            }
        }
        return sum;
    }

    private static float floats(VectorSpecies<Float> species, float[] x, MemorySegment scratch) {
        var half = FloatVector.broadcast(species, 0.5f);
        var sum = FloatVector.zero(species);
        for (int i = 0; i < ELEMENTS; i += species.length()) {
            var a = FloatVector.fromArray(species, x, i);
            a.sub(half).mul(half).div(2f).abs().neg().intoMemorySegment(scratch, i * 4L, ByteOrder.nativeOrder());
            var b = FloatVector.fromMemorySegment(species, scratch, i * 4L, ByteOrder.nativeOrder());
            sum = sum.add(a).max(b).min(half);
            sum = sum.blend(b, a.compare(VectorOperators.GT, sum));
            sum = a.fma(b, sum).abs().lanewise(VectorOperators.SQRT);
        }
        return sum.reduceLanes(VectorOperators.MAX);
    }

    private static int ints(VectorSpecies<Float> floats, float[] x) {
        var species = VectorSpecies.of(int.class, floats.vectorShape());
        var sum = IntVector.zero(species);
        for (int i = 0; i < ELEMENTS; i += species.length()) {
            IntVector a = FloatVector.fromArray(floats, x, i).reinterpretAsInts();
            sum = sum.add(a).max(a).min(a).and(0xffff).or(1).sub(a).mul(3);
            sum = sum.lanewise(VectorOperators.LSHL, 2).lanewise(VectorOperators.UMAX, a);
            sum = sum.blend(a, a.compare(VectorOperators.EQ, sum));
            sum = sum.reinterpretAsFloats().add(1f).reinterpretAsInts();
        }
        return sum.reduceLanes(VectorOperators.MAX);
    }
}

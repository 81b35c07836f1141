// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width of this process: the widest that the CPU offers, or the one asked for with
 * {@value VectorSupport#LANES_PROPERTY}. To be touched only where {@link VectorSupport#ENABLED} holds.
 */
public final class Lanes {
    /** Species of all float vectors. */
    public static final VectorSpecies<Float> FLOATS = species();

    /** Species of int vectors with as many lanes. */
    public static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);

    /** Floats in a vector. */
    public static final int COUNT = FLOATS.length();

    private Lanes() {}

    private static VectorSpecies<Float> species() {
        String asked = System.getProperty(VectorSupport.LANES_PROPERTY);
        int preferred = FloatVector.SPECIES_PREFERRED.length();
        if (asked == null) {
            return FloatVector.SPECIES_PREFERRED;
        }
        int bits = switch (asked) {
            case "4" -> 128;
            case "8" -> 256;
            case "16" -> 512;
            default ->
                throw new IllegalArgumentException(
                        VectorSupport.LANES_PROPERTY + " = " + asked + ", allowed: 1, 4, 8, 16");
        };
        if (bits / Float.SIZE > preferred) {
            throw new IllegalArgumentException(
                    VectorSupport.LANES_PROPERTY + " = " + asked + ", allowed here: at most " + preferred);
        }
        return VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
    }
}

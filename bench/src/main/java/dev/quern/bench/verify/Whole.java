// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

/**
 * A result that the reference computed whole.
 *
 * @param values all of it
 * @param bounds of each element; of length 1 where one bound serves all
 */
record Whole(float[] values, double[] bounds) implements Expected {
    /** Half the distance between 1 and the next float. */
    static final double UNIT_ROUNDOFF = 0x1p-24;

    private static final double RELATIVE = 4e-6;
    private static final double ABSOLUTE = 1e-7;

    /** What two orders of a sum of {@code terms} products may differ by, as a factor of the sum of their magnitudes. */
    static double chain(int terms) {
        return 2 * (terms + 8) * UNIT_ROUNDOFF;
    }

    /** What two ways to compute a function may differ by at a value. */
    static double function(double value) {
        return RELATIVE * Math.abs(value) + ABSOLUTE;
    }

    /** Values of functions. */
    static Whole functions(float[] values) {
        double[] bounds = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            bounds[i] = function(values[i]);
        }
        return new Whole(values, bounds);
    }

    /** The same share of the largest magnitude for all. */
    static Whole relativeToLargest(float[] values, double share) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return new Whole(values, new double[] {share * largest});
    }

    @Override
    public int length() {
        return values.length;
    }

    @Override
    public double at(int index) {
        return values[index];
    }

    @Override
    public double bound(int index) {
        return bounds[bounds.length == 1 ? 0 : index];
    }
}

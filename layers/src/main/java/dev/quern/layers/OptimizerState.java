// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.List;
import java.util.Objects;

/** What an {@link Optimizer} remembers of one model: how many steps it took, and some numbers for each parameter. */
public final class OptimizerState {
    private final List<Parameter> model;
    private final float[][][] arrays;
    private long steps;

    /**
     * A state of no steps and zeros.
     *
     * @param arraysEach how many numbers are remembered for each number of a parameter
     */
    public OptimizerState(List<Parameter> parameters, int arraysEach) {
        model = Objects.requireNonNull(parameters, "parameters");
        arrays = new float[model.size()][arraysEach][];
        for (int i = 0; i < arrays.length; i++) {
            for (int k = 0; k < arraysEach; k++) {
                arrays[i][k] = new float[model.get(i).value().elements()];
            }
        }
    }

    /**
     * This state, or a new one where there is none yet.
     *
     * @throws IllegalStateException when it belongs to another model
     */
    static OptimizerState of(OptimizerState state, List<Parameter> parameters, int arraysEach) {
        if (state == null) {
            return new OptimizerState(parameters, arraysEach);
        }
        if (state.model != parameters) {
            throw new IllegalStateException("this optimiser holds the state of another model");
        }
        return state;
    }

    /** One of the arrays that belong to a parameter, as long as that has numbers; the array itself. */
    public float[] array(int parameter, int which) {
        return arrays[parameter][which];
    }

    /** How many arrays belong to each parameter. */
    public int arraysEach() {
        return arrays.length == 0 ? 0 : arrays[0].length;
    }

    /** The steps taken. */
    public long steps() {
        return steps;
    }

    /**
     * Sets the number of steps taken.
     *
     * @throws IllegalArgumentException when it is negative
     */
    public void steps(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("steps = " + value + ", allowed: 0 or more");
        }
        steps = value;
    }
}

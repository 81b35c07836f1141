// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

/** Looks on while a model is trained. */
public interface Callback {
    /**
     * After each step.
     *
     * @param step steps taken so far
     * @param steps of the whole training
     * @param loss of this step's batch
     */
    default void stepDone(Model model, long step, long steps, float loss) {}

    /**
     * After each epoch.
     *
     * @return false to end training here
     */
    default boolean epochDone(Model model, Epoch epoch) {
        return true;
    }

    /** After the last epoch, however it came to be the last. */
    default void trainingDone(Model model) {}
}

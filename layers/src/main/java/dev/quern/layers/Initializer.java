// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

/** Gives a parameter its first values. */
@FunctionalInterface
public interface Initializer {
    /**
     * Fills a parameter.
     *
     * @param seed the model's
     * @param stream differs for each parameter of the model
     * @param fanIn inputs that one output is made of
     * @param fanOut outputs that one input goes into
     */
    void fill(long seed, long stream, int fanIn, int fanOut, Tensor value);
}

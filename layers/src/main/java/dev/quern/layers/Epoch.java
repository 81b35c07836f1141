// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

/**
 * What came of one pass over the training examples.
 *
 * @param epoch from 1 on
 * @param steps steps of training taken until its end, those before the first epoch of this run included
 * @param loss mean over the examples of this epoch as they were learnt, with what regularisers added
 * @param validation null when there is nothing to validate on
 */
public record Epoch(int epoch, long steps, double loss, Evaluation validation) {}

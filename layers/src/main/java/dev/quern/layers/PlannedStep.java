// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

/**
 * An operation at its place in an {@link InferencePlan}.
 *
 * @param name of the layers that it does the work of
 * @param inputs buffers that it reads, in order; -1 is the model's input
 * @param output buffer that it writes
 * @param scratch buffer that it writes beside, or -1
 */
record PlannedStep(String name, Operation operation, int[] inputs, int output, int scratch) {}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

/**
 * What a layer learns, and the gradient of the latest backward pass.
 *
 * @param name the layer's name and its own, as in {@code conv2d_1/weights}: unique in a model
 * @param value the numbers themselves
 * @param gradient of the loss with respect to them, same shape
 */
public record Parameter(String name, Tensor value, Tensor gradient) {}

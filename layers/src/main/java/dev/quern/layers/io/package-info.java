// SPDX-License-Identifier: Apache-2.0
/**
 * Weights in and out of files: safetensors ({@link dev.quern.layers.io.Safetensors}), NumPy's npy and npz ({@link
 * dev.quern.layers.io.Npy}, {@link dev.quern.layers.io.Npz}), a model's parameters and state by name ({@link
 * dev.quern.layers.io.Weights}) and the orders of other frameworks ({@link dev.quern.layers.io.WeightOrder}).
 *
 * <p>Reading is strict. A file that is not exactly what its format asks for is an {@link java.io.IOException} that names
 * the file, what is wrong and the byte where it is. No memory is taken by a number in a file before that number is
 * compared with the length of the file: what is taken is the size of the tensors asked for, and for the names in a header
 * some tens of bytes for each of its bytes. Numbers go through as bits, the payloads of NaN too.
 *
 * <p>Writing gives the same bytes for the same tensors, whatever the order of the map. A file is written beside its
 * place, under its name with {@code .part} appended, and then moved there: a reader sees the old file or the new one,
 * and a failed write leaves the old one.
 */
package dev.quern.layers.io;

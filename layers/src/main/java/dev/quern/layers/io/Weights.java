// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import dev.quern.layers.Model;
import dev.quern.layers.Parameter;
import dev.quern.layers.State;
import dev.quern.layers.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The parameters and the state of a model by their names, such as {@code conv2d_1/weights}, out to a safetensors file and
 * in again. Before a number of the model changes, all names and shapes have been compared, in both directions. Of the
 * optimiser nothing is kept.
 */
public final class Weights {
    /** Differences that a message lists. */
    private static final int LISTED = 10;

    private Weights() {}

    /**
     * All parameters and then all state by name, in the model's order: the tensors themselves, not copies.
     *
     * @throws IllegalStateException when the model is not built
     */
    public static Map<String, Tensor> tensors(Model model) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Parameter parameter : Objects.requireNonNull(model, "model").parameters()) {
            tensors.put(parameter.name(), parameter.value());
        }
        for (State state : model.states()) {
            tensors.put(state.name(), state.value());
        }
        return tensors;
    }

    /**
     * Writes all parameters and state; the same model gives the same bytes.
     *
     * @throws IllegalStateException when the model is not built
     * @throws IOException when the file cannot be written; what was there before remains
     */
    public static void save(Model model, Path path) throws IOException {
        Safetensors.write(path, tensors(model), Map.of());
    }

    /**
     * Reads all parameters and state from a file of type F32.
     *
     * @throws IllegalArgumentException when the file has not just the names and shapes of the model; the message lists
     *     what differs
     * @throws IllegalStateException when the model is not built
     * @throws IOException when the file is not one that {@link Safetensors} reads, or has another type in it
     */
    public static void load(Model model, Path path) throws IOException {
        Map<String, Tensor> tensors = tensors(model);
        try (Safetensors file = Safetensors.open(path)) {
            Map<String, int[]> shapes = new LinkedHashMap<>();
            for (String name : file.names()) {
                shapes.put(name, file.shape(name));
            }
            requireSame(path.toString(), shapes, tensors);
            file.requireF32();
            tensors.forEach((name, tensor) -> file.copy(name, tensor.data()));
        }
    }

    /**
     * Copies numbers into all parameters and state, as after a conversion by {@link WeightOrder}.
     *
     * @param values by the name of the parameter or state; begin with {@link #tensors} to change some
     * @throws IllegalArgumentException when there are not just the names and shapes of the model; the message lists what
     *     differs
     * @throws IllegalStateException when the model is not built
     */
    public static void set(Model model, Map<String, Tensor> values) {
        Map<String, Tensor> tensors = tensors(model);
        Map<String, int[]> shapes = new LinkedHashMap<>();
        Objects.requireNonNull(values, "values")
                .forEach((name, value) -> shapes.put(
                        Objects.requireNonNull(name, "name"),
                        Objects.requireNonNull(value, name).shape()));
        requireSame("values", shapes, tensors);
        tensors.forEach(
                (name, tensor) -> System.arraycopy(values.get(name).data(), 0, tensor.data(), 0, tensor.elements()));
    }

    private static void requireSame(String what, Map<String, int[]> given, Map<String, Tensor> wanted) {
        List<String> differences = new ArrayList<>();
        wanted.forEach((name, tensor) -> {
            int[] shape = given.get(name);
            if (shape == null) {
                differences.add(name + " is missing");
            } else if (!Arrays.equals(shape, tensor.shape())) {
                differences.add(
                        name + " has shape " + Arrays.toString(shape) + ", wanted " + Arrays.toString(tensor.shape()));
            }
        });
        for (String name : given.keySet()) {
            if (!wanted.containsKey(name)) {
                differences.add(Bytes.quote(name) + " is not in the model");
            }
        }
        if (!differences.isEmpty()) {
            int more = differences.size() - LISTED;
            throw new IllegalArgumentException(what + " does not fit the model: "
                    + String.join("; ", differences.subList(0, Math.min(LISTED, differences.size())))
                    + (more > 0 ? "; and " + more + " more" : ""));
        }
    }
}

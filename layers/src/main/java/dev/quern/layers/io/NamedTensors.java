// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import dev.quern.layers.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** Tensors that are to be written: checked, and in one order, that of the bytes of their names in UTF-8. */
final class NamedTensors {
    private static final int MAX_RANK = 64;
    static final Comparator<String> ORDER =
            Comparator.comparing(name -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private NamedTensors() {}

    static SortedMap<String, Tensor> of(Map<String, Tensor> tensors) {
        SortedMap<String, Tensor> sorted = new TreeMap<>(ORDER);
        Objects.requireNonNull(tensors, "tensors").forEach((name, tensor) -> {
            requireText("name", name);
            requireRank(name, tensor);
            sorted.put(name, tensor);
        });
        return sorted;
    }

    /** The text in UTF-8, which half of a surrogate pair does not have. */
    static String requireText(String what, String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(Objects.requireNonNull(text, what))) {
            throw new IllegalArgumentException(what + " = " + Bytes.quote(text) + " has half of a surrogate pair");
        }
        return text;
    }

    static void requireRank(String name, Tensor tensor) {
        if (Objects.requireNonNull(tensor, name).rank() > MAX_RANK) {
            throw new IllegalArgumentException(
                    name + " has " + tensor.rank() + " dimensions, allowed: up to " + MAX_RANK);
        }
    }
}

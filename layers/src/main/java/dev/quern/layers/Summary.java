// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The table that {@link Model#summary} prints. */
record Summary(String model, List<Step> steps, List<String> names, List<int[]> shapes, List<Parameter> parameters) {
    private static final String LINE = "  %-22s %-18s %,12d %,14d%s%n";

    String text() {
        var text = new StringBuilder();
        text.append(model).append(": input ").append(Shapes.text(shapes.get(0))).append('\n');
        text.append(String.format(Locale.ROOT, "  %-22s %-18s %12s %14s%n", "layer", "output", "parameters", "FLOPs"));
        long allParameters = 0;
        long allFlops = 0;
        for (int i = 0; i < steps.size(); i++) {
            long count = count(names.get(i));
            long flops = steps.get(i).flops();
            allParameters += count;
            allFlops += flops;
            text.append(String.format(
                    Locale.ROOT, LINE, names.get(i), Shapes.text(shapes.get(i + 1)), count, flops, inputs(i)));
        }
        return text.append(String.format(Locale.ROOT, LINE, "parameters, FLOPs", "", allParameters, allFlops, ""))
                .toString()
                .stripTrailing();
    }

    private long count(String layer) {
        return parameters.stream()
                .filter(p -> p.name().startsWith(layer + "/"))
                .mapToLong(p -> p.value().elements())
                .sum();
    }

    /** Where step i gets its inputs, unless that is the step before it alone. */
    private String inputs(int i) {
        int[] inputs = steps.get(i).inputs();
        if (inputs.length == 1 && inputs[0] == i) {
            return "";
        }
        return Arrays.stream(inputs)
                .mapToObj(value -> value == 0 ? "input" : names.get(value - 1))
                .collect(Collectors.joining(", ", "  from ", ""));
    }
}

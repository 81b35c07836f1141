// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import dev.quern.tests.reference.ReferenceActivation;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One function of each element, named {@code relu-65536}, or its gradient, {@code relu-backward-65536}.
 *
 * @param function relu, sigmoid, tanh, exp, gelu (by erf) or add
 * @param backward whether the gradient of the input is computed; not of exp and add
 * @param n elements
 */
public record ElementCase(String function, boolean backward, int n) implements Case {
    private static final Pattern NAME =
            Pattern.compile("(?:(relu|sigmoid|tanh|gelu)(-backward)?|(exp|add))-(\\d{1,9})");

    /** Reads a name. */
    public static ElementCase parse(String name) {
        Matcher text = NAME.matcher(name);
        if (!text.matches()) {
            throw Inputs.unknown(
                    "activation", name, "relu-65536 (relu, sigmoid, tanh, exp, gelu, add) or relu-backward-65536");
        }
        String function = text.group(1) == null ? text.group(3) : text.group(1);
        return new ElementCase(function, text.group(2) != null, Integer.parseInt(text.group(4)));
    }

    /** The input, in [-4, 4). */
    public float[] x() {
        return Inputs.uniform(n, 1, 8f);
    }

    /** The second operand of add, and the gradient dy that comes back. */
    public float[] second() {
        return Inputs.uniform(n, 2);
    }

    /** What the gradient is computed from: the function's output at {@link #x}, or {@link #x} itself for gelu. */
    public float[] given() {
        if (function.equals("gelu")) {
            return x();
        }
        ReferenceActivation reference = reference();
        float[] values = x();
        for (int i = 0; i < n; i++) {
            values[i] = reference.forward(values[i], 0f, 0f);
        }
        return values;
    }

    /** The formula of relu, sigmoid, tanh or gelu. */
    public ReferenceActivation reference() {
        return switch (function) {
            case "relu" -> ReferenceActivation.RELU;
            case "sigmoid" -> ReferenceActivation.SIGMOID;
            case "tanh" -> ReferenceActivation.TANH;
            case "gelu" -> ReferenceActivation.GELU;
            default -> throw new IllegalArgumentException(this + " has no formula among the activations");
        };
    }

    @Override
    public double flops() {
        return 0;
    }

    @Override
    public double bytes() {
        return 4.0 * n * (backward || function.equals("add") ? 3 : 2);
    }

    @Override
    public String toString() {
        return function + (backward ? "-backward-" : "-") + n;
    }
}

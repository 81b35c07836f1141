// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code max(src·weights + bias, 0)}, named {@code BATCHxUNITSxINPUTS}.
 *
 * @param batch rows of src and dst
 * @param units columns of weights and dst
 * @param inputs columns of src, rows of weights
 */
public record DenseCase(int batch, int units, int inputs) implements Case {
    private static final Pattern NAME = Pattern.compile("(\\d{1,6})x(\\d{1,6})x(\\d{1,6})");

    /** Reads a name. */
    public static DenseCase parse(String name) {
        Matcher text = NAME.matcher(name);
        if (!text.matches()) {
            throw Inputs.unknown("dense", name, "32x1000x2048: batch, units, inputs");
        }
        return new DenseCase(
                Integer.parseInt(text.group(1)), Integer.parseInt(text.group(2)), Integer.parseInt(text.group(3)));
    }

    /** (batch, inputs). */
    public float[] src() {
        return Inputs.uniform(batch * inputs, 1);
    }

    /** (inputs, units). */
    public float[] weights() {
        return Inputs.uniform(inputs * units, 2);
    }

    /** One for each unit. */
    public float[] bias() {
        return Inputs.uniform(units, 3);
    }

    @Override
    public double flops() {
        return 2.0 * batch * units * inputs;
    }

    @Override
    public double bytes() {
        return 4.0 * ((double) batch * inputs + (double) inputs * units + units + (double) batch * units);
    }

    @Override
    public String toString() {
        return batch + "x" + units + "x" + inputs;
    }
}

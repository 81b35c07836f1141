// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import dev.quern.tests.reference.ReferenceSoftmax;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Softmax of each row, named {@code ROWSxCOLUMNS}, or its gradient, {@code backward-ROWSxCOLUMNS}.
 *
 * @param backward whether the gradient of the input is computed
 * @param rows each on its own
 * @param columns numbers of a row
 */
public record SoftmaxCase(boolean backward, int rows, int columns) implements Case {
    private static final Pattern NAME = Pattern.compile("(backward-)?(\\d{1,6})x(\\d{1,6})");

    /** Reads a name. */
    public static SoftmaxCase parse(String name) {
        Matcher text = NAME.matcher(name);
        if (!text.matches()) {
            throw Inputs.unknown("softmax", name, "64x1000: rows, columns, or backward-64x1000");
        }
        return new SoftmaxCase(text.group(1) != null, Integer.parseInt(text.group(2)), Integer.parseInt(text.group(3)));
    }

    /** In [-4, 4). */
    public float[] x() {
        return Inputs.uniform(rows * columns, 1, 8f);
    }

    /** The gradient dy that comes back. */
    public float[] diffDst() {
        return Inputs.uniform(rows * columns, 2);
    }

    /** The output at {@link #x}. */
    public float[] y() {
        float[] x = x();
        float[] y = new float[x.length];
        for (int row = 0; row < rows; row++) {
            ReferenceSoftmax.forward(columns, x, y, row * columns);
        }
        return y;
    }

    @Override
    public double flops() {
        return 0;
    }

    @Override
    public double bytes() {
        return 4.0 * (backward ? 3 : 2) * rows * columns;
    }

    @Override
    public String toString() {
        return (backward ? "backward-" : "") + rows + "x" + columns;
    }
}

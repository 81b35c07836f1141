// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Softmax of each row, named {@code ROWSxCOLUMNS}.
 *
 * @param rows each on its own
 * @param columns numbers of a row
 */
public record SoftmaxCase(int rows, int columns) implements Case {
    private static final Pattern NAME = Pattern.compile("(\\d{1,6})x(\\d{1,6})");

    /** Reads a name. */
    public static SoftmaxCase parse(String name) {
        Matcher text = NAME.matcher(name);
        if (!text.matches()) {
            throw Inputs.unknown("softmax", name, "64x1000: rows, columns");
        }
        return new SoftmaxCase(Integer.parseInt(text.group(1)), Integer.parseInt(text.group(2)));
    }

    /** In [-4, 4). */
    public float[] x() {
        return Inputs.uniform(rows * columns, 1, 8f);
    }

    @Override
    public double flops() {
        return 0;
    }

    @Override
    public double bytes() {
        return 8.0 * rows * columns;
    }

    @Override
    public String toString() {
        return rows + "x" + columns;
    }
}

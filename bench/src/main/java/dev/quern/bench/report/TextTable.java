// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Columns as wide as their widest cell; the first ones left-aligned, figures right-aligned. */
final class TextTable {
    private final List<List<String>> lines = new ArrayList<>();
    private final int textColumns;

    TextTable(int textColumns, List<String> header) {
        this.textColumns = textColumns;
        lines.add(header);
    }

    void add(List<String> cells) {
        lines.add(cells);
    }

    /** An empty line where the eye should pause. */
    void gap() {
        lines.add(List.of());
    }

    @Override
    public String toString() {
        int[] widths = IntStream.range(0, lines.get(0).size())
                .map(c -> lines.stream()
                        .filter(l -> !l.isEmpty())
                        .mapToInt(l -> l.get(c).length())
                        .max()
                        .orElse(0))
                .toArray();
        return lines.stream().map(l -> line(l, widths)).collect(Collectors.joining("\n", "", "\n"));
    }

    private String line(List<String> cells, int[] widths) {
        var text = new StringBuilder();
        for (int c = 0; c < cells.size(); c++) {
            String blanks = " ".repeat(widths[c] - cells.get(c).length());
            text.append("  ").append(c < textColumns ? cells.get(c) + blanks : blanks + cells.get(c));
        }
        return text.toString().stripTrailing();
    }
}

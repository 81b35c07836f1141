// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import java.util.List;
import java.util.Locale;

/** Counts what was predicted for each class. */
final class ConfusionTable {
    private final List<String> classes;
    private final int[][] counts;

    ConfusionTable(List<String> classes) {
        this.classes = List.copyOf(classes);
        counts = new int[classes.size()][classes.size()];
    }

    /** Counts one image. */
    void add(int label, int predicted) {
        counts[label][predicted]++;
    }

    /** How many images were counted. */
    int total() {
        int sum = 0;
        for (int label = 0; label < counts.length; label++) {
            sum += total(label);
        }
        return sum;
    }

    /** The share of images whose class was predicted; 0 of none. */
    double accuracy() {
        int right = 0;
        for (int label = 0; label < counts.length; label++) {
            right += counts[label][label];
        }
        return right / (double) Math.max(1, total());
    }

    private int total(int label) {
        int sum = 0;
        for (int count : counts[label]) {
            sum += count;
        }
        return sum;
    }

    /** A line for each class: its name, how many of its images were seen as each class, and the share seen right. */
    String text() {
        int name = classes.stream().mapToInt(String::length).max().orElse(0) + 3;
        int cell = Math.max(5, Integer.toString(total()).length() + 1);
        var text = new StringBuilder(" ".repeat(name));
        for (int predicted = 0; predicted < counts.length; predicted++) {
            text.append(right(Integer.toString(predicted), cell));
        }
        text.append("   right\n");
        for (int label = 0; label < counts.length; label++) {
            String title = classes.get(label);
            String number = Integer.toString(label);
            String head = title.equals(number) ? number : number + " " + title;
            text.append(head).append(" ".repeat(name - head.length()));
            for (int count : counts[label]) {
                text.append(right(count == 0 ? "." : Integer.toString(count), cell));
            }
            double share = counts[label][label] / (double) Math.max(1, total(label));
            text.append(String.format(Locale.ROOT, "  %5.1f%%\n", 100 * share));
        }
        return text.toString();
    }

    private static String right(String text, int width) {
        return " ".repeat(width - text.length()) + text;
    }
}

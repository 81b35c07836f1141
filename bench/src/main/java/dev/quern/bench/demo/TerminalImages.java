// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import java.util.List;

/** Draws images side by side as text: two rows of pixels to a line, as a character is about twice as high as wide. */
final class TerminalImages {
    private static final String SHADES = " .:-=+*#%@";
    private static final String GAP = "  ";

    /** The 24 greys of the 256-colour palette start here. */
    private static final int GREY = 232;

    private static final int GREYS = 24;

    private final LabelledImages images;
    private final List<String> classes;
    private final boolean blocks;

    /**
     * Prepares to draw.
     *
     * @param blocks whether to use half blocks in shades of grey, for terminals; else ten ASCII characters
     */
    TerminalImages(LabelledImages images, List<String> classes, boolean blocks) {
        this.images = images;
        this.classes = classes;
        this.blocks = blocks;
    }

    /**
     * Draws some images beside each other, each over the class predicted, and over the true one where that is another.
     *
     * @param chosen which images
     * @param predicted the class predicted for each of them
     */
    String text(int[] chosen, int[] predicted) {
        var text = new StringBuilder();
        for (int row = 0; row < images.height(); row += 2) {
            var line = new StringBuilder();
            for (int image : chosen) {
                line.append(line.isEmpty() ? "" : GAP).append(blocks ? greys(image, row) : shades(image, row));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        var captions = new StringBuilder();
        for (int i = 0; i < chosen.length; i++) {
            captions.append(i == 0 ? "" : GAP).append(caption(images.label(chosen[i]), predicted[i]));
        }
        return text.append(captions.toString().stripTrailing()).append('\n').toString();
    }

    private String caption(int label, int predicted) {
        String text = classes.get(predicted) + (label == predicted ? "" : ", is " + classes.get(label));
        int width = images.width();
        return text.length() > width ? text.substring(0, width) : text + " ".repeat(width - text.length());
    }

    private int lower(int image, int row, int column) {
        return row + 1 < images.height() ? images.pixel(image, row + 1, column) : 0;
    }

    private String shades(int image, int row) {
        var line = new StringBuilder();
        for (int column = 0; column < images.width(); column++) {
            int ink = images.pixel(image, row, column) + lower(image, row, column);
            line.append(SHADES.charAt(ink * SHADES.length() / 511));
        }
        return line.toString();
    }

    private String greys(int image, int row) {
        var line = new StringBuilder();
        for (int column = 0; column < images.width(); column++) {
            int upper = GREY + images.pixel(image, row, column) * GREYS / 256;
            int lower = GREY + lower(image, row, column) * GREYS / 256;
            line.append("\u001b[38;5;")
                    .append(upper)
                    .append(";48;5;")
                    .append(lower)
                    .append("m\u2580");
        }
        return line.append("\u001b[0m").toString();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import java.util.Arrays;

/**
 * The embedded data set: digits drawn by our own strokes, each one warped, sheared, turned, scaled, moved, of its own
 * thickness and ink, with noise over it. An image is a function of (seed, split, index) alone, computed with exact
 * operations and {@link StrictMath}, so the set has the same bytes on every machine.
 *
 * <p>Rendering: a pixel's ink is {@code clamp(radius + ½ - d, 0, 1)}, where {@code d} is its centre's distance to the
 * nearest stroke in pixels, which antialiases the edge over one pixel.
 */
final class GlyphSet {
    static final int TRAIN = 12_000;
    static final int TEST = 10_000;

    /** The set the demo uses. It is not the seed of the run: accuracies of different runs stay comparable. */
    static final long SEED = 2026;

    private static final int SIDE = ImageSet.SIDE;

    /** Pixels a unit of the strokes' coordinates is long, at scale 1. */
    private static final double UNIT = 9.5;

    private final double[] distances = new double[SIDE * SIDE];

    private GlyphSet() {}

    /** Draws the whole set. */
    static ImageSet draw(long seed) {
        return new ImageSet("glyphs", ImageSet.DIGITS, draw(seed, 0, TRAIN), draw(seed, 1, TEST));
    }

    /**
     * Draws one split; image {@code i} is of class {@code i mod 10}.
     *
     * @param split 0 for training, 1 for testing: other images, of the same distribution
     */
    static LabelledImages draw(long seed, int split, int count) {
        var glyphs = new GlyphSet();
        byte[] pixels = new byte[count * SIDE * SIDE];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % 10;
            glyphs.render(labels[i], new Draws(seed, split, i), pixels, i * SIDE * SIDE);
        }
        return new LabelledImages(SIDE, SIDE, pixels, labels);
    }

    private void render(int digit, Draws draws, byte[] pixels, int offset) {
        Strokes[] ways = Strokes.DIGITS[digit];
        Strokes strokes = ways[draws.below(ways.length)];
        var pose = new Pose(draws);
        double radius = draws.uniform(0.7, 1.8);
        double ink = draws.uniform(0.6, 1);
        double noise = draws.uniform(0.03, 0.22);
        Arrays.fill(distances, Double.MAX_VALUE);
        double reach = radius + 1;
        for (double[] line : strokes.lines()) {
            for (int i = 0; i + 3 < line.length; i += 2) {
                near(
                        pose.x(line[i], line[i + 1]),
                        pose.y(line[i], line[i + 1]),
                        pose.x(line[i + 2], line[i + 3]),
                        pose.y(line[i + 2], line[i + 3]),
                        reach);
            }
        }
        for (int i = 0; i < distances.length; i++) {
            double drawn = ink * clamp(radius + 0.5 - Math.sqrt(distances[i]));
            pixels[offset + i] = (byte) (int) (255 * clamp(drawn + noise * draws.bell()) + 0.5);
        }
    }

    /** Lowers the squared distances of the pixels around the segment from (ax, ay) to (bx, by) to theirs to it. */
    private void near(double ax, double ay, double bx, double by, double reach) {
        int top = bound(Math.min(ay, by) - reach);
        int bottom = bound(Math.max(ay, by) + reach + 1);
        int left = bound(Math.min(ax, bx) - reach);
        int right = bound(Math.max(ax, bx) + reach + 1);
        double dx = bx - ax;
        double dy = by - ay;
        double length = Math.max(dx * dx + dy * dy, 1e-9);
        for (int row = top; row < bottom; row++) {
            for (int column = left; column < right; column++) {
                double t = clamp(((column - ax) * dx + (row - ay) * dy) / length);
                double ex = column - ax - t * dx;
                double ey = row - ay - t * dy;
                int pixel = row * SIDE + column;
                distances[pixel] = Math.min(distances[pixel], ex * ex + ey * ey);
            }
        }
    }

    private static int bound(double pixel) {
        return (int) Math.max(0, Math.min(SIDE, pixel));
    }

    private static double clamp(double value) {
        return Math.max(0, Math.min(1, value));
    }

    /** How one glyph lies on the page: a bend, then shear, scale and turn, then its place. */
    private static final class Pose {
        private final double bendX;
        private final double bendY;
        private final double skewX;
        private final double skewY;
        private final double xx;
        private final double xy;
        private final double yx;
        private final double yy;
        private final double placeX;
        private final double placeY;

        Pose(Draws draws) {
            bendX = draws.uniform(-0.25, 0.25);
            bendY = draws.uniform(-0.25, 0.25);
            skewX = draws.uniform(-0.25, 0.25);
            skewY = draws.uniform(-0.2, 0.2);
            double turn = draws.uniform(-0.35, 0.35);
            double wide = UNIT * draws.uniform(0.7, 1.15);
            double high = UNIT * draws.uniform(0.7, 1.1);
            double shear = draws.uniform(-0.3, 0.3);
            double cos = StrictMath.cos(turn);
            double sin = StrictMath.sin(turn);
            xx = cos * wide;
            xy = (cos * shear - sin) * high;
            yx = sin * wide;
            yy = (sin * shear + cos) * high;
            placeX = (SIDE - 1) / 2.0 + draws.uniform(-2.5, 2.5);
            placeY = (SIDE - 1) / 2.0 + draws.uniform(-2.5, 2.5);
        }

        double x(double x, double y) {
            double bentX = x + bendX * y * y + skewX * x * y;
            double bentY = y + bendY * x * x + skewY * x * y;
            return placeX + xx * bentX + xy * bentY;
        }

        double y(double x, double y) {
            double bentX = x + bendX * y * y + skewX * x * y;
            double bentY = y + bendY * x * x + skewY * x * y;
            return placeY + yx * bentX + yy * bentY;
        }
    }
}

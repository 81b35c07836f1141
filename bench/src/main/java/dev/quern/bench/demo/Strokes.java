// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * A drawing of lines and arcs as polylines. Coordinates: x to the right, y downwards, a glyph about ±0.6 wide and ±0.9
 * high around the origin. Angles are in degrees and turn from right by way of down, so 270 is the top.
 */
final class Strokes {
    private static final double DEGREES_A_STEP = 24;

    private final List<double[]> lines = new ArrayList<>();

    /** Adds a polyline through {@code x0, y0, x1, y1, …}. */
    Strokes line(double... points) {
        lines.add(points);
        return this;
    }

    /** Adds an elliptic arc, followed by straight lines to the points given. */
    Strokes arc(double cx, double cy, double rx, double ry, double from, double to, double... then) {
        int steps = (int) ((to - from) / DEGREES_A_STEP) + 1;
        double[] points = new double[2 * (steps + 1) + then.length];
        for (int i = 0; i <= steps; i++) {
            double angle = (from + (to - from) * i / steps) * (StrictMath.PI / 180);
            points[2 * i] = cx + rx * StrictMath.cos(angle);
            points[2 * i + 1] = cy + ry * StrictMath.sin(angle);
        }
        System.arraycopy(then, 0, points, 2 * (steps + 1), then.length);
        lines.add(points);
        return this;
    }

    /** The polylines, each {@code x0, y0, x1, y1, …}. */
    List<double[]> lines() {
        return lines;
    }

    /** The ways each digit is written. */
    static final Strokes[][] DIGITS = {
        {new Strokes().arc(0, 0, 0.55, 0.9, 0, 360), new Strokes().arc(0, 0, 0.42, 0.9, 0, 360)},
        {
            new Strokes().line(-0.32, -0.5, 0.05, -0.9, 0.05, 0.9),
            new Strokes().line(-0.3, -0.55, 0.03, -0.9, 0.03, 0.9).line(-0.4, 0.9, 0.42, 0.9),
            new Strokes().line(0, -0.9, 0, 0.9)
        },
        {
            new Strokes().arc(0, -0.4, 0.5, 0.5, 190, 400, -0.5, 0.9, 0.55, 0.9),
            new Strokes().arc(0, -0.42, 0.45, 0.48, 200, 390, -0.45, 0.85, -0.2, 0.7, 0.2, 0.9, 0.55, 0.8)
        },
        {
            new Strokes().arc(-0.05, -0.45, 0.5, 0.45, 200, 450).arc(-0.05, 0.45, 0.55, 0.45, 270, 520),
            new Strokes().line(-0.5, -0.9, 0.45, -0.9, -0.05, -0.15).arc(-0.05, 0.38, 0.52, 0.53, 270, 510)
        },
        {
            new Strokes().line(0.25, 0.9, 0.25, -0.9, -0.55, 0.3, 0.6, 0.3),
            new Strokes().line(-0.4, -0.9, -0.5, 0.1, 0.5, 0.1).line(0.35, -0.85, 0.3, 0.9)
        },
        {
            new Strokes().line(0.5, -0.9, -0.4, -0.9, -0.45, -0.05).arc(0, 0.35, 0.52, 0.55, 225, 500),
            new Strokes().line(0.45, -0.85, -0.3, -0.9, -0.35, -0.15).arc(-0.05, 0.38, 0.5, 0.5, 235, 480)
        },
        {
            new Strokes().arc(0.45, 0.35, 0.97, 1.25, 180, 260).arc(0, 0.4, 0.52, 0.5, 0, 360),
            new Strokes().line(0.3, -0.9, -0.3, 0.05).arc(0, 0.42, 0.45, 0.48, 0, 360)
        },
        {
            new Strokes().line(-0.5, -0.9, 0.5, -0.9, -0.1, 0.9),
            new Strokes().line(-0.5, -0.85, 0.5, -0.9, 0, 0.9).line(-0.25, 0, 0.42, 0)
        },
        {
            new Strokes().arc(0, -0.45, 0.42, 0.45, 0, 360).arc(0, 0.45, 0.52, 0.45, 0, 360),
            new Strokes().arc(0, -0.48, 0.36, 0.42, 0, 360).arc(0, 0.42, 0.42, 0.48, 0, 360)
        },
        {
            new Strokes().arc(0, -0.4, 0.5, 0.5, 0, 360).line(0.5, -0.4, 0.45, 0.2, 0.25, 0.9),
            new Strokes().arc(0, -0.42, 0.45, 0.46, 0, 360).line(0.45, -0.6, 0.45, 0.9)
        },
    };
}

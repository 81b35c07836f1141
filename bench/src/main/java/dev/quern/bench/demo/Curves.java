// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.ChartTheme;

/** The curves of a run, in epochs along x: the loss while training, and the accuracy on the test images. */
final class Curves {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 500;

    private final List<Double> lossAt = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();
    private final List<Double> accuracyAt = new ArrayList<>();
    private final List<Double> accuracies = new ArrayList<>();

    /** Adds a point to the loss curve. */
    void loss(double epoch, double loss) {
        lossAt.add(epoch);
        losses.add(loss);
    }

    /** Adds a point to the accuracy curve. */
    void accuracy(double epoch, double accuracy) {
        accuracyAt.add(epoch);
        accuracies.add(accuracy);
    }

    /** Writes {@code loss.png} and {@code accuracy.png}. Both curves need a point. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        write(directory.resolve("loss.png"), "Training loss", "cross-entropy", lossAt, losses);
        write(directory.resolve("accuracy.png"), "Test accuracy", "share right", accuracyAt, accuracies);
    }

    private static void write(Path file, String title, String axis, List<Double> x, List<Double> y) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("epoch")
                .yAxisTitle(axis)
                .theme(ChartTheme.Matlab)
                .build();
        chart.getStyler().setLegendVisible(false);
        chart.addSeries(axis, x, y);
        Files.write(file, ChartEncoder.getBytes(chart, "png"));
    }
}

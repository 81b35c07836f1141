// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.parallel.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The curves of the element-wise activations from -5 to 5, computed by the kernels. */
final class ActivationPlot {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 700;
    private static final int POINTS = 401;
    private static final float END = 5f;

    private ActivationPlot() {}

    /** Writes {@code activations.png} and returns its path. */
    static Path write(Path directory) throws IOException {
        Path file = directory.resolve("activations.png");
        Files.createDirectories(directory);
        Files.write(file, ChartEncoder.getBytes(chart(), "png"));
        return file;
    }

    private static XYChart chart() {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Activations")
                .xAxisTitle("x")
                .theme(ChartTheme.Matlab)
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
        chart.getStyler().setXAxisMin((double) -END).setXAxisMax((double) END);
        chart.getStyler().setYAxisMin(-1.5).setYAxisMax((double) END);
        float[] x = new float[POINTS];
        for (int i = 0; i < POINTS; i++) {
            x[i] = END * (2 * i - (POINTS - 1)) / (POINTS - 1);
        }
        activations().forEach((name, activation) -> {
            float[] y = new float[POINTS];
            activation.forward(POINTS, x, 0, y, 0, WorkerPool.CALLER);
            chart.addSeries(name, doubles(x), doubles(y)).setMarker(SeriesMarkers.NONE);
        });
        return chart;
    }

    private static Map<String, Activation> activations() {
        var all = new LinkedHashMap<String, Activation>();
        all.put("ReLU", Activation.RELU);
        all.put("LeakyReLU (0.1)", Activation.leakyRelu(0.1f));
        all.put("ELU", Activation.elu(1f));
        all.put("GELU", Activation.GELU);
        all.put("SiLU", Activation.SILU);
        all.put("HardSwish", Activation.HARD_SWISH);
        all.put("softplus", Activation.SOFTPLUS);
        all.put("sigmoid", Activation.SIGMOID);
        all.put("tanh", Activation.TANH);
        return all;
    }

    private static double[] doubles(float[] values) {
        double[] copy = new double[values.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = values[i];
        }
        return copy;
    }
}

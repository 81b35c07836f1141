// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.bench.terminal.Progress;
import dev.quern.kernels.random.CounterRandom;
import java.io.PrintStream;
import java.util.Locale;
import java.util.stream.IntStream;

/** Trains a network epoch by epoch, tests it after each, and says how it goes. */
final class Training {
    /** Keeps the order of the images apart from what else a seed decides. */
    private static final long SHUFFLE = 0x5348L << 48;

    private static final int POINTS_AN_EPOCH = 10;

    private final ImageSet set;
    private final DemoModel model;
    private final DemoOptions options;
    private final PrintStream out;
    private final boolean live;
    private final Curves curves = new Curves();
    private final float[] batch;
    private final int[] labels;
    private final int[] predicted;
    private long nanos;
    private ConfusionTable confusion;

    Training(ImageSet set, DemoModel model, DemoOptions options, PrintStream out, boolean live) {
        this.set = set;
        this.model = model;
        this.options = options;
        this.out = out;
        this.live = live;
        batch = new float[options.batch() * ImageSet.SIDE * ImageSet.SIDE];
        labels = new int[options.batch()];
        predicted = new int[set.test().count()];
    }

    /** Goes through all epochs. */
    void run() {
        for (int epoch = 0; epoch < options.epochs(); epoch++) {
            double loss = train(epoch);
            confusion = test();
            curves.accuracy(epoch + 1, confusion.accuracy());
            out.printf(
                    Locale.ROOT,
                    "epoch %d/%d: training loss %.4f, test accuracy %.4f, %d images/s so far%n",
                    epoch + 1,
                    options.epochs(),
                    loss,
                    confusion.accuracy(),
                    imagesPerSecond(epoch + 1));
        }
    }

    /** One pass over the training images in an order of its own; returns the mean loss. */
    private double train(int epoch) {
        int count = set.train().count();
        int[] order = ascending(count);
        CounterRandom.shuffle(options.seed(), SHUFFLE + epoch, order);
        double total = 0;
        double sincePoint = 0;
        int pointFrom = 0;
        String title = "epoch " + (epoch + 1) + "/" + options.epochs();
        try (var bar = new Progress(title, count, out, live)) {
            for (int first = 0; first < count; first += options.batch()) {
                int size = Math.min(options.batch(), count - first);
                double progress = (epoch + first / (double) count) / options.epochs();
                double loss = step(order, first, size, progress);
                total += loss * size;
                sincePoint += loss * size;
                int done = first + size;
                if ((long) done * POINTS_AN_EPOCH / count > (long) first * POINTS_AN_EPOCH / count) {
                    curves.loss(epoch + done / (double) count, sincePoint / (done - pointFrom));
                    sincePoint = 0;
                    pointFrom = done;
                }
                bar.step(size, String.format(Locale.ROOT, "loss %.4f", loss));
            }
        }
        return total / count;
    }

    /** Gathers and learns from one batch. Only this is timed: what is drawn on the terminal is not training. */
    private double step(int[] order, int first, int size, double progress) {
        long start = System.nanoTime();
        set.train().gather(order, first, size, batch, labels);
        double loss = model.trainBatch(batch, labels, size, progress);
        nanos += System.nanoTime() - start;
        return loss;
    }

    private static int[] ascending(int count) {
        return IntStream.range(0, count).toArray();
    }

    private ConfusionTable test() {
        LabelledImages images = set.test();
        int[] order = ascending(images.count());
        int[] seen = new int[options.batch()];
        var table = new ConfusionTable(set.classes());
        for (int first = 0; first < order.length; first += options.batch()) {
            int size = Math.min(options.batch(), order.length - first);
            images.gather(order, first, size, batch, labels);
            model.predict(batch, size, seen);
            for (int i = 0; i < size; i++) {
                predicted[first + i] = seen[i];
                table.add(labels[i], seen[i]);
            }
        }
        return table;
    }

    /** Training images a second, over the epochs done. */
    long imagesPerSecond(int epochs) {
        return Math.round((double) epochs * set.train().count() / (Math.max(1, nanos) * 1e-9));
    }

    /** The classes predicted for the test images after the last epoch. */
    int[] predicted() {
        return predicted;
    }

    /** What was predicted for what, after the last epoch. */
    ConfusionTable confusion() {
        return confusion;
    }

    Curves curves() {
        return curves;
    }
}

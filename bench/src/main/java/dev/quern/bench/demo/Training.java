// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.bench.terminal.Progress;
import dev.quern.layers.Callback;
import dev.quern.layers.Epoch;
import dev.quern.layers.Fit;
import dev.quern.layers.Model;
import java.io.PrintStream;
import java.util.Locale;

/** Looks on while a network is trained and tested, epoch by epoch, says how it goes and takes the time. */
final class Training implements Callback {
    private static final int POINTS_AN_EPOCH = 10;

    private final DemoOptions options;
    private final int count;
    private final int batch;
    private final PrintStream out;
    private final boolean live;
    private final Predictions predictions;
    private final Curves curves = new Curves();
    private Progress bar;
    private double sincePoint;
    private int pointFrom;
    private long nanos;
    private long start;

    Training(ImageSet set, DemoOptions options, PrintStream out, boolean live) {
        this.options = options;
        this.count = set.train().count();
        this.batch = options.batch();
        this.out = out;
        this.live = live;
        predictions = new Predictions(set.classes(), set.test().count());
    }

    /** Goes through all epochs. */
    void run(ImageSet set, Model model, Fit<int[]> fit) {
        start = System.nanoTime();
        try {
            model.fit(
                    set.train(),
                    fit.epochs(options.epochs())
                            .batch(batch)
                            .seed(options.seed())
                            .validation(set.test())
                            .metric(predictions)
                            .callback(this));
        } finally {
            closeBar();
        }
    }

    /** Only what lies between two calls is timed: what is drawn on the terminal is not training. */
    @Override
    public void stepDone(Model model, long step, long steps, float loss) {
        nanos += System.nanoTime() - start;
        long each = steps / options.epochs();
        long epoch = (step - 1) / each;
        int first = (int) ((step - 1) % each) * batch;
        int size = Math.min(batch, count - first);
        if (bar == null) {
            bar = new Progress("epoch " + (epoch + 1) + "/" + options.epochs(), count, out, live);
        }
        curve(epoch, first, size, loss);
        bar.step(size, String.format(Locale.ROOT, "loss %.4f", loss));
        if (first + size == count) {
            closeBar();
        }
        start = System.nanoTime();
    }

    /** A point of the loss curve for each tenth of an epoch: the mean since the last. */
    private void curve(long epoch, int first, int size, float loss) {
        int done = first + size;
        sincePoint += (double) loss * size;
        if ((long) done * POINTS_AN_EPOCH / count > (long) first * POINTS_AN_EPOCH / count) {
            curves.loss(epoch + done / (double) count, sincePoint / (done - pointFrom));
            sincePoint = 0;
            pointFrom = done == count ? 0 : done;
        }
    }

    private void closeBar() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    @Override
    public boolean epochDone(Model model, Epoch epoch) {
        double accuracy = predictions.value();
        curves.accuracy(epoch.epoch(), accuracy);
        out.printf(
                Locale.ROOT,
                "epoch %d/%d: training loss %.4f, test accuracy %.4f, %d images/s so far%n",
                epoch.epoch(),
                options.epochs(),
                epoch.loss(),
                accuracy,
                imagesPerSecond(epoch.epoch()));
        start = System.nanoTime();
        return true;
    }

    /** Training images a second, over the epochs done. */
    long imagesPerSecond(int epochs) {
        return Math.round((double) epochs * count / (Math.max(1, nanos) * 1e-9));
    }

    /** The classes predicted for the test images after the last epoch. */
    int[] predicted() {
        return predictions.predicted();
    }

    /** What was predicted for what, after the last epoch. */
    ConfusionTable confusion() {
        return predictions.confusion();
    }

    Curves curves() {
        return curves;
    }
}

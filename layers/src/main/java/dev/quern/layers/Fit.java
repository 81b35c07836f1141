// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.random.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a model is to be trained, for {@link Model#fit}. The same settings, examples and model give the same bits in every
 * weight.
 *
 * @param <L> what the loss takes for labels
 */
public final class Fit<L> {
    /** Keeps the orders of the examples apart from what else a seed decides. */
    private static final long SHUFFLE = 0x5348L << 48;

    private static final long AUGMENT = 0x4155L << 48;

    private final Loss<L> loss;
    private final Optimizer optimizer;
    private final List<Metric<L>> metrics = new ArrayList<>();
    private final List<Callback> callbacks = new ArrayList<>();
    private int epochs = 1;
    private int batch = 32;
    private long firstStep;
    private long seed;
    private boolean shuffled = true;
    private Schedule schedule;
    private Augmentation augmentation;
    private Examples<L> validation;

    /** One epoch in batches of 32, shuffled by the seed 0, at the optimiser's own rate. */
    public Fit(Loss<L> loss, Optimizer optimizer) {
        this.loss = Objects.requireNonNull(loss, "loss");
        this.optimizer = Objects.requireNonNull(optimizer, "optimizer");
    }

    /** How often all examples are gone through. */
    public Fit<L> epochs(int value) {
        epochs = Shapes.positive("epochs", value);
        return this;
    }

    /** How many examples a step takes, the last one of an epoch perhaps fewer. At most what the model was built for. */
    public Fit<L> batch(int value) {
        batch = Shapes.positive("batch", value);
        return this;
    }

    /**
     * Decides the orders of the examples: in epoch e, from 0 on, that of {@link CounterRandom#shuffle} with stream {@code
     * 0x5348·2⁴⁸ + e} on ascending indices.
     */
    public Fit<L> seed(long value) {
        seed = value;
        return this;
    }

    /** The examples in their own order in every epoch. */
    public Fit<L> inOrder() {
        shuffled = false;
        return this;
    }

    /** Sets the optimiser's rate before each step. */
    public Fit<L> schedule(Schedule schedule) {
        this.schedule = Objects.requireNonNull(schedule, "schedule");
        return this;
    }

    /**
     * Changes each image before it is learnt from, with this training's {@link #seed} and, for example i in epoch e, both
     * from 0 on, the stream {@code 0x4155·2⁴⁸ + e·2³² + i}.
     */
    public Fit<L> augment(Augmentation augmentation) {
        this.augmentation = Objects.requireNonNull(augmentation, "augmentation");
        return this;
    }

    /** What the model is tested on after each epoch. */
    public Fit<L> validation(Examples<L> validation) {
        this.validation = Objects.requireNonNull(validation, "validation");
        return this;
    }

    /** What is counted on the validation examples. */
    public Fit<L> metric(Metric<L> metric) {
        metrics.add(Objects.requireNonNull(metric, "metric"));
        return this;
    }

    /** Who looks on; called in the order in which they were added. */
    public Fit<L> callback(Callback callback) {
        callbacks.add(Objects.requireNonNull(callback, "callback"));
        return this;
    }

    /**
     * Leaves out as many steps as were taken before, see {@link Checkpoint}: with the model and the optimiser as they were
     * then, what follows has the bits of a training that was not interrupted.
     *
     * @throws IllegalArgumentException when {@code step < 0}
     */
    public Fit<L> startAt(long step) {
        if (step < 0) {
            throw new IllegalArgumentException("step = " + step + ", allowed: 0 or more");
        }
        firstStep = step;
        return this;
    }

    List<Epoch> run(Model model, Examples<L> training) {
        var batches = new Batches<>(Objects.requireNonNull(training, "training"), batch);
        var tests = validation == null ? null : new Batches<>(validation, batch);
        batches.check(model, "training images");
        if (tests != null) {
            tests.check(model, "validation images");
        }
        var results = new ArrayList<Epoch>();
        int each = batches.count();
        boolean on = each > 0;
        for (int epoch = each == 0 ? 0 : (int) Math.min(epochs, firstStep / each); on && epoch < epochs; epoch++) {
            double mean = learn(model, batches, epoch);
            Evaluation tested = tests == null ? null : tests.evaluate(model, loss, metrics);
            var result = new Epoch(epoch + 1, (epoch + 1L) * each, mean, tested);
            results.add(result);
            for (Callback callback : callbacks) {
                on &= callback.epochDone(model, result);
            }
        }
        callbacks.forEach(callback -> callback.trainingDone(model));
        return results;
    }

    /** One epoch; returns the mean loss. */
    private double learn(Model model, Batches<L> batches, int epoch) {
        batches.ascending();
        if (shuffled) {
            CounterRandom.shuffle(seed, SHUFFLE + epoch, batches.order());
        }
        int each = batches.count();
        long steps = (long) epochs * each;
        double sum = 0;
        long seen = 0;
        for (int i = (int) Math.max(0, firstStep - (long) epoch * each); i < each; i++) {
            long step = (long) epoch * each + i;
            if (schedule != null) {
                optimizer.rate(schedule.rate(step, steps));
            }
            L labels = batches.labels(i);
            if (augmentation != null) {
                batches.augment(i, augmentation, seed, AUGMENT + ((long) epoch << 32));
            }
            float value = model.train(batches.images(i), labels, loss, optimizer);
            sum += (double) value * batches.size(i);
            seen += batches.size(i);
            // By index: an iterator would be an object a step.
            for (int k = 0; k < callbacks.size(); k++) {
                callbacks.get(k).stepDone(model, step + 1, steps, value);
            }
        }
        return sum / seen;
    }
}

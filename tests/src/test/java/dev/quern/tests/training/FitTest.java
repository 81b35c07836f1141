// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.random.CounterRandom;
import dev.quern.layers.Accuracy;
import dev.quern.layers.Adam;
import dev.quern.layers.Callback;
import dev.quern.layers.Dense;
import dev.quern.layers.EarlyStopping;
import dev.quern.layers.Epoch;
import dev.quern.layers.Evaluation;
import dev.quern.layers.Examples;
import dev.quern.layers.Fit;
import dev.quern.layers.Flatten;
import dev.quern.layers.MeanSquaredErrorLoss;
import dev.quern.layers.Model;
import dev.quern.layers.ProgressLog;
import dev.quern.layers.Schedule;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;
import dev.quern.tests.layers.Models;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Training by epochs is the loop that one would write by hand, and tells and stops as it says. */
class FitTest {
    private static final int COUNT = 75;
    private static final int BATCH = 32;
    private static final SoftmaxCrossEntropyLoss LOSS = new SoftmaxCrossEntropyLoss();

    private final int[] labels = new int[COUNT];
    private final Tensor images = Models.images(labels, 1);
    private final int[] testLabels = new int[50];
    private final Tensor testImages = Models.images(testLabels, 2);

    @Test
    void itIsTheLoopThatOneWouldWrite() {
        Sequential expected = Models.small(WorkerPool.CALLER, 3, BATCH);
        var sgd = new Sgd(0.1f, 0.9f);
        var schedule = Schedule.cosine(0.1f, 0.01f).warmUp(2);
        var losses = new ArrayList<Double>();
        int pixels = images.elements() / COUNT;
        for (int epoch = 0; epoch < 3; epoch++) {
            int[] order = IntStream.range(0, COUNT).toArray();
            CounterRandom.shuffle(11, (0x5348L << 48) + epoch, order);
            double sum = 0;
            for (int step = 0; step < 3; step++) {
                int size = step == 2 ? 11 : BATCH;
                float[] batch = new float[size * pixels];
                int[] right = new int[size];
                for (int i = 0; i < size; i++) {
                    int from = order[step * BATCH + i];
                    System.arraycopy(images.data(), from * pixels, batch, i * pixels, pixels);
                    right[i] = labels[from];
                }
                sgd.rate(schedule.rate(epoch * 3 + step, 9));
                sum += expected.train(Tensor.of(batch, size, 12, 12, 1), right, LOSS, sgd) * (double) size;
            }
            losses.add(sum / COUNT);
        }
        for (WorkerPool pool : Pools.ALL.subList(0, 3)) {
            Sequential model = Models.small(pool, 3, BATCH);
            var fit = new Fit<>(LOSS, new Sgd(0.5f, 0.9f))
                    .epochs(3)
                    .batch(BATCH)
                    .seed(11)
                    .schedule(schedule);
            List<Epoch> epochs = model.fit(Examples.of(images, labels), fit);
            assertEquals(expected.weightsCrc32(), model.weightsCrc32());
            assertEquals(losses, epochs.stream().map(Epoch::loss).toList());
            assertEquals(List.of(3L, 6L, 9L), epochs.stream().map(Epoch::steps).toList());
            assertNull(epochs.get(0).validation());
        }
    }

    @Test
    void examplesAreShuffledUnlessTheyAreToStayInOrder() {
        long shuffled = trained(fit().seed(1));
        assertEquals(shuffled, trained(fit().seed(1)));
        assertNotEquals(shuffled, trained(fit().seed(2)));
        assertEquals(trained(fit().seed(1).inOrder()), trained(fit().seed(2).inOrder()));
        assertNotEquals(shuffled, trained(fit().inOrder()));
    }

    @Test
    void validationIsTheEvaluationAfterEachEpoch() {
        Sequential model = Models.small(WorkerPool.CALLER, 3, BATCH);
        var tests = Examples.of(testImages, testLabels);
        var seen = new ArrayList<Evaluation>();
        var fit = fit().epochs(25).validation(tests).metric(new Accuracy()).metric(new Accuracy(2));
        List<Epoch> epochs = model.fit(Examples.of(images, labels), fit.callback(new Callback() {
            @Override
            public boolean epochDone(Model trained, Epoch epoch) {
                seen.add(trained.evaluate(tests, 7, LOSS, List.of(new Accuracy(), new Accuracy(2))));
                return true;
            }
        }));
        assertEquals(25, epochs.size());
        for (int i = 0; i < 25; i++) {
            Evaluation validation = epochs.get(i).validation();
            assertEquals(seen.get(i).metrics(), validation.metrics());
            assertEquals(seen.get(i).loss(), validation.loss(), 1e-6);
        }
        Evaluation last = epochs.getLast().validation();
        assertEquals(
                List.of("accuracy", "top-2 accuracy"),
                List.copyOf(last.metrics().keySet()));
        assertTrue(last.metrics().get("accuracy") > 0.85, last.toString());
        assertTrue(last.loss() < 0.5 * epochs.getFirst().validation().loss(), last.toString());
    }

    @Test
    void evaluationWithoutExamplesIsNotANumber() {
        Sequential model = Models.small(WorkerPool.CALLER, 3, BATCH);
        Evaluation none = model.evaluate(Examples.of(Tensor.zeros(0, 12, 12, 1), new int[0]), 4, LOSS, List.of());
        assertEquals(new Evaluation(Double.NaN, Map.of()), none);
        assertEquals(List.of(), model.fit(Examples.of(Tensor.zeros(0, 12, 12, 1), new int[0]), fit()));
    }

    @Test
    void callbacksAreToldOfEveryStepAndMayEndIt() {
        var told = new ArrayList<String>();
        Sequential model = Models.small(WorkerPool.CALLER, 3, BATCH);
        List<Epoch> epochs =
                model.fit(Examples.of(images, labels), fit().epochs(9).callback(new Callback() {
                    @Override
                    public void stepDone(Model trained, long step, long steps, float loss) {
                        told.add(step + "/" + steps);
                    }

                    @Override
                    public boolean epochDone(Model trained, Epoch epoch) {
                        told.add("epoch " + epoch.epoch());
                        return epoch.epoch() < 2;
                    }

                    @Override
                    public void trainingDone(Model trained) {
                        told.add("done");
                    }
                }));
        assertEquals(2, epochs.size());
        assertEquals(List.of("1/27", "2/27", "3/27", "epoch 1", "4/27", "5/27", "6/27", "epoch 2", "done"), told);
    }

    @Test
    void progressIsALineForEachEpochAndForSomeSteps() {
        var lines = new ArrayList<String>();
        Sequential model = Models.small(WorkerPool.CALLER, 3, BATCH);
        var log = new ProgressLog(lines::add, 2);
        log.stepDone(model, 1, 4, 3f);
        log.stepDone(model, 2, 4, 4f);
        log.epochDone(model, new Epoch(1, 2, 3.25, null));
        log.stepDone(model, 3, 4, 1f);
        log.stepDone(model, 4, 4, 1f);
        log.epochDone(model, new Epoch(2, 4, 1, new Evaluation(2, Map.of("accuracy", 0.75))));
        assertEquals(
                List.of(
                        "step 2 of 4: loss 3.5000",
                        "epoch 1: loss 3.2500",
                        "step 4 of 4: loss 1.0000",
                        "epoch 2: loss 1.0000, validation loss 2.0000, accuracy 0.7500"),
                lines);
        illegal(() -> new ProgressLog(lines::add, 0), "every = 0");
    }

    @Test
    void aStepOnAFullBatchComesToAllocateNothing() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int[] many = new int[160];
        Tensor small = Models.images(many, 1);
        var quiet = new long[4];
        var callback = new Callback() {
            @Override
            public void stepDone(Model trained, long step, long steps, float loss) {
                long now = threads.getCurrentThreadAllocatedBytes();
                quiet[3] = now - quiet[1];
                quiet[0] = now == quiet[1] ? quiet[0] + 1 : 0;
                quiet[1] = now;
                quiet[2] = Math.max(quiet[2], quiet[0]);
            }

            @Override
            public boolean epochDone(Model trained, Epoch epoch) {
                return quiet[2] < 30;
            }
        };
        // C2 may take longer than many steps of so small a network; training ends as soon as thirty are quiet.
        Sequential model = Models.small(WorkerPool.CALLER, 3, 4);
        var fit = new Fit<>(LOSS, new Adam(1e-5f)).epochs(5000).batch(4).schedule(Schedule.cosine(1e-5f, 0f));
        model.fit(Examples.of(small, many), fit.callback(callback));
        assertTrue(
                quiet[2] >= 30,
                "at most " + quiet[2] + " steps in a row without allocation, then " + quiet[3] + " bytes");
    }

    @Test
    void wrongExamplesAreRefusedBeforeAnythingIsLearnt() {
        Sequential model = Models.small(WorkerPool.CALLER, 3, BATCH);
        long before = model.weightsCrc32();
        var wrong = Examples.of(Tensor.zeros(4, 11, 12, 1), new int[4]);
        illegal(() -> model.fit(wrong, fit()), "training images", "(4, 11, 12, 1)", "wanted (32, 12, 12, 1)");
        illegal(
                () -> model.fit(Examples.of(images, labels), fit().validation(wrong)),
                "validation images",
                "(4, 11, 12, 1)");
        assertEquals(before, model.weightsCrc32());
    }

    @Test
    void earlyStoppingGivesBackTheBestEpoch() {
        // A rate that grows until the loss does too.
        Schedule worse = (step, steps) -> step < 6 ? 0.05f : 50f;
        Sequential model = wandering();
        var stopping = new EarlyStopping(2);
        var fit = fit().epochs(50).inOrder().schedule(worse).validation(Examples.of(testImages, testLabels));
        List<Epoch> epochs = model.fit(Examples.of(images, labels), fit.callback(stopping));
        double[] losses =
                epochs.stream().mapToDouble(epoch -> epoch.validation().loss()).toArray();
        double lowest = Arrays.stream(losses).min().orElseThrow();
        int best = 0;
        while (losses[best] != lowest) {
            best++;
        }
        assertEquals(best + 3, losses.length);
        assertEquals(lowest, stopping.best());
        Sequential again = wandering();
        again.fit(Examples.of(images, labels), fit().epochs(best + 1).inOrder().schedule(worse));
        assertEquals(again.weightsCrc32(), model.weightsCrc32());
    }

    @Test
    void earlyStoppingCountsOnlyFallsThatAreLargeEnough() {
        var stopping = new EarlyStopping(2, 0.5);
        Sequential model = Models.small(WorkerPool.CALLER, 3, BATCH);
        assertTrue(stopping.epochDone(model, new Epoch(1, 1, 3.0, null)));
        assertTrue(stopping.epochDone(model, new Epoch(2, 2, 2.6, null)));
        assertEquals(3.0, stopping.best());
        assertEquals(false, stopping.epochDone(model, new Epoch(3, 3, 2.5, null)));
        assertTrue(stopping.epochDone(model, new Epoch(4, 4, 2.4, null)));
        illegal(() -> new EarlyStopping(0), "patience = 0");
        illegal(() -> new EarlyStopping(1, Double.NaN), "least = NaN");
    }

    @Test
    void targetsMayBeTensors() {
        float[] x = Data.uniform(200, 5);
        float[] y = new float[100];
        for (int i = 0; i < 100; i++) {
            y[i] = 3 * x[2 * i] - 2 * x[2 * i + 1] + 0.5f;
        }
        var model = new Sequential("line").add(new Dense(1)).build(WorkerPool.CALLER, 1, 16, 2);
        var examples = Examples.of(Tensor.of(x, 100, 2), Tensor.of(y, 100, 1));
        var fit = new Fit<>(new MeanSquaredErrorLoss(), new Adam(0.1f))
                .epochs(60)
                .batch(16)
                .schedule(Schedule.cosine(0.1f, 0f));
        List<Epoch> epochs = model.fit(examples, fit);
        assertTrue(epochs.getLast().loss() < 1e-6, epochs.getLast().toString());
        assertEquals(3f, model.parameters().get(0).value().data()[0], 1e-2f);
    }

    @Test
    void badInputIsRefused() {
        Sequential model = Models.small(WorkerPool.CALLER, 3, BATCH);
        illegal(() -> fit().epochs(0), "epochs = 0");
        illegal(() -> fit().batch(-1), "batch = -1");
        illegal(() -> fit().startAt(-1), "step = -1");
        illegal(() -> Examples.of(images, new int[3]), "labels = 3", "images = 75");
        illegal(() -> Examples.of(images, Tensor.zeros(3, 1)), "targets = 3", "images = 75");
        illegal(() -> Examples.of(Tensor.of(new float[1]), new int[3]), "images of shape ()");
        illegal(() -> model.fit(Examples.of(images, labels), fit().batch(40)), "(40, 12, 12, 1)", "32");
        illegal(() -> model.evaluate(Examples.of(images, labels), 0, LOSS, List.of()), "batch = 0");
        Refused.with(NullPointerException.class, () -> model.fit(null, fit()), "training");
        Refused.with(NullPointerException.class, () -> model.fit(Examples.of(images, labels), null), "how");
        Refused.with(NullPointerException.class, () -> new Fit<>(null, new Adam(1f)), "loss");
        Refused.with(NullPointerException.class, () -> new Fit<>(LOSS, null), "optimizer");
        Refused.with(NullPointerException.class, () -> fit().callback(null), "callback");
        Refused.with(NullPointerException.class, () -> Examples.of(images, (int[]) null), "labels");
        assertThrows(IllegalStateException.class, () -> new Sequential("net").fit(null, null));
    }

    private static Fit<int[]> fit() {
        return new Fit<>(LOSS, new Sgd(0.05f, 0.9f)).batch(BATCH);
    }

    private long trained(Fit<int[]> fit) {
        Sequential model = Models.small(WorkerPool.CALLER, 3, BATCH);
        model.fit(Examples.of(images, labels), fit);
        return model.weightsCrc32();
    }

    private static Sequential wandering() {
        return new Sequential("wandering")
                .add(new Flatten())
                .add(new Wandering())
                .add(new Dense(Models.CLASSES))
                .build(WorkerPool.CALLER, 3, BATCH, 12, 12, 1);
    }

    private static void illegal(Runnable call, String... parts) {
        Refused.with(IllegalArgumentException.class, call, parts);
    }
}

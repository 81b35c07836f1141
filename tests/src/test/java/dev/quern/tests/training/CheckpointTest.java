// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.Adam;
import dev.quern.layers.BatchNorm;
import dev.quern.layers.Callback;
import dev.quern.layers.Checkpoint;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.Dropout;
import dev.quern.layers.Examples;
import dev.quern.layers.Fit;
import dev.quern.layers.Flatten;
import dev.quern.layers.Model;
import dev.quern.layers.Optimizer;
import dev.quern.layers.Schedule;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.tests.layers.Models;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that was interrupted ends with the bits of one that was not; a bad file is one clear error. */
class CheckpointTest {
    private static final int COUNT = 75;
    private static final int EPOCHS = 4;

    @TempDir
    private Path directory;

    private final int[] labels = new int[COUNT];
    private final Examples<int[]> examples = Examples.of(Models.images(labels, 1), labels);

    @Test
    void aContinuedTrainingHasTheBitsOfAnUninterruptedOne() throws IOException {
        List<Supplier<Optimizer>> optimizers =
                List.of(() -> new Sgd(0.05f, 0.9f).nesterov(), () -> new Adam(0.01f).decay(0.01f));
        for (Supplier<Optimizer> optimizer : optimizers) {
            Sequential whole = model();
            Optimizer wholes = optimizer.get();
            whole.fit(examples, fit(wholes));
            // In the middle of an epoch, at its end, before the first and after the last.
            for (long stop : new long[] {4, 6, 0, 12}) {
                Path file = directory.resolve("training.checkpoint");
                Sequential first = model();
                Optimizer firsts = optimizer.get();
                interrupted(first, firsts, stop, file);
                Sequential second = model();
                Optimizer seconds = optimizer.get();
                assertEquals(stop, Checkpoint.read(file, second, seconds));
                second.fit(examples, fit(seconds).startAt(stop));
                assertEquals(whole.weightsCrc32(), second.weightsCrc32(), "stopped after " + stop);
                assertEquals(wholes.rate(), seconds.rate());
                for (int i = 0; i < whole.parameters().size(); i++) {
                    for (int k = 0; k < wholes.state(whole.parameters()).arraysEach(); k++) {
                        Bits.assertEqual(
                                "state",
                                wholes.state(whole.parameters()).array(i, k),
                                seconds.state(second.parameters()).array(i, k));
                    }
                }
            }
        }
    }

    @Test
    void nothingElseIsLeftBesideTheFile() throws IOException {
        Path file = directory.resolve("one");
        Checkpoint.write(file, model(), new Adam(0.1f), 3);
        byte[] before = Files.readAllBytes(file);
        Checkpoint.write(file, model(), new Adam(0.1f), 3);
        assertArrayEquals(before, Files.readAllBytes(file));
        try (var files = Files.list(directory)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void everyCutIsRefusedAndNothingIsChanged() throws IOException {
        Path file = directory.resolve("whole");
        Checkpoint.write(file, tiny(1), new Sgd(0.5f, 0.5f), 3);
        byte[] bytes = Files.readAllBytes(file);
        for (int length = 0; length < bytes.length; length++) {
            refused(Arrays.copyOf(bytes, length), "byte " + length, "ends within");
        }
        refused(Arrays.copyOf(bytes, bytes.length + 3), "byte " + bytes.length, "3 bytes left over");
    }

    @Test
    void everyFlippedBitIsRefused() throws IOException {
        Path file = directory.resolve("whole");
        Checkpoint.write(file, tiny(1), new Sgd(0.5f, 0.5f), 3);
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= (byte) (1 << i % 8);
            refused(changed, "byte ");
        }
    }

    @Test
    void whatIsWrongIsNamed() throws IOException {
        Path file = directory.resolve("whole");
        Checkpoint.write(file, tiny(1), new Sgd(0.5f, 0.5f), 3);
        byte[] bytes = Files.readAllBytes(file);
        refused(set(bytes, 0, 'X'), "byte 0", "no checkpoint");
        refused(set(bytes, 8, 2), "byte 8", "version = 2, wanted 1");
        refused(set(bytes, 19, 0x80), "byte 12", "steps = -");
        refused(set(bytes, 32, 9), "byte 32", "arrays = 9, wanted 4");
        refused(set(bytes, 39, 0x7f), "byte 36", "length of the name dense_1/weights = ", "wanted 15");
        refused(set(bytes, 40, 'D'), "byte 40", "Dense_1/weights", "this model has dense_1/weights");
        refused(set(bytes, 58, 0x7f), "byte 55", "floats of dense_1/weights = ", "wanted 6");
        refused(set(bytes, bytes.length - 1, 1 + bytes[bytes.length - 1]), "byte " + (bytes.length - 4), "CRC-32");
        Refused.with(
                UncheckedIOException.class, () -> read(file, tiny(1), new Adam(0.5f)), "arrays = 4, wanted 6", "whole");
        IOException missing = assertThrows(
                IOException.class, () -> Checkpoint.read(directory.resolve("none"), tiny(1), new Adam(1f)));
        assertTrue(missing.getMessage().contains("none"));
    }

    @Test
    void badArgumentsAreRefused() {
        Path file = directory.resolve("file");
        Refused.with(IllegalArgumentException.class, () -> write(file, tiny(1), new Adam(1f), -1), "steps = -1");
        Refused.with(NullPointerException.class, () -> write(null, tiny(1), new Adam(1f), 1), "file");
        Refused.with(NullPointerException.class, () -> write(file, null, new Adam(1f), 1), "model");
        Refused.with(NullPointerException.class, () -> write(file, tiny(1), null, 1), "optimizer");
        var adam = new Adam(1f);
        adam.state(tiny(1).parameters());
        Refused.with(IllegalStateException.class, () -> write(file, tiny(1), adam, 1), "another model");
    }

    private void interrupted(Sequential model, Optimizer optimizer, long stop, Path file) throws IOException {
        if (stop == 0) {
            Checkpoint.write(file, model, optimizer, 0);
        }
        model.fit(examples, fit(optimizer).callback(new Callback() {
            @Override
            public void stepDone(Model trained, long step, long steps, float loss) {
                if (step == stop) {
                    write(file, trained, optimizer, step);
                }
            }
        }));
    }

    private void refused(byte[] bytes, String... parts) throws IOException {
        Path file = Files.write(directory.resolve("bad"), bytes);
        Sequential model = tiny(2);
        var sgd = new Sgd(0.25f, 0.5f);
        long before = model.weightsCrc32();
        Refused.with(UncheckedIOException.class, () -> read(file, model, sgd), parts);
        Refused.with(UncheckedIOException.class, () -> read(file, model, sgd), file.toString());
        assertEquals(before, model.weightsCrc32());
        assertEquals(0.25f, sgd.rate());
        assertEquals(0, sgd.state(model.parameters()).steps());
        assertNotEquals(before, tiny(1).weightsCrc32());
    }

    private static byte[] set(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static void write(Path file, Model model, Optimizer optimizer, long steps) {
        try {
            Checkpoint.write(file, model, optimizer, steps);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(Path file, Model model, Optimizer optimizer) {
        try {
            Checkpoint.read(file, model, optimizer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Fit<int[]> fit(Optimizer optimizer) {
        return new Fit<>(new SoftmaxCrossEntropyLoss(), optimizer)
                .epochs(EPOCHS)
                .batch(32)
                .seed(5)
                .schedule(Schedule.cosine(0.05f, 0f).warmUp(3));
    }

    private static Sequential model() {
        return new Sequential("continued")
                .add(new Conv2D(4, 3))
                .add(new BatchNorm())
                .add(Activation.relu())
                .add(new Wandering())
                .add(new Flatten())
                .add(new Dropout(0.2f))
                .add(new Dense(Models.CLASSES))
                .build(WorkerPool.CALLER, 3, 32, Models.SIDE, Models.SIDE, 1);
    }

    private static Sequential tiny(long seed) {
        return new Sequential("tiny").add(new Dense(2)).build(WorkerPool.CALLER, seed, 1, 3);
    }
}

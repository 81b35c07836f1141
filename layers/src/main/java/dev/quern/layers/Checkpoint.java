// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A training put away in a file, to be continued to the same bits: parameters and state of a model, what the optimiser
 * remembers, its rate, and how many steps were taken.
 *
 * <pre>{@code
 * Checkpoint.write(file, model, optimizer, epoch.steps());
 * // later, with the model built in the same way and a new optimiser with the same settings
 * long steps = Checkpoint.read(file, model, optimizer);
 * model.fit(examples, settings.startAt(steps));
 * }</pre>
 *
 * <p>The file, all numbers with the low byte first: the 8 bytes {@code QUERNCKP}; an int, the version, {@value #VERSION};
 * a long, the steps; a long, the optimiser's own steps; a float, its rate; an int, the number of arrays; each array as an
 * int, the bytes of its name, the name in UTF-8, an int, its floats, and these; last an int, the CRC-32 of all before it.
 * Arrays are the parameters in the model's order, the states in theirs, then for each parameter what the optimiser
 * remembers, named by the parameter with {@code #0}, {@code #1} after it.
 */
public final class Checkpoint {
    static final int VERSION = 1;

    private Checkpoint() {}

    /** An array with its name. */
    record Part(String name, float[] data, int elements) {
        Part(String name, Tensor tensor) {
            this(name, tensor.data(), tensor.elements());
        }
    }

    /**
     * Writes a file; one that is there already is replaced when the new one is complete.
     *
     * @param steps steps of training taken, as {@link Epoch#steps} and {@link Callback#stepDone} tell
     * @throws IllegalArgumentException when {@code steps < 0}
     * @throws IllegalStateException when the optimiser serves another model
     */
    public static void write(Path file, Model model, Optimizer optimizer, long steps) throws IOException {
        Objects.requireNonNull(file, "file");
        if (steps < 0) {
            throw new IllegalArgumentException("steps = " + steps + ", allowed: 0 or more");
        }
        OptimizerState state = state(model, optimizer);
        CheckpointWriter.write(file, steps, state.steps(), optimizer.rate(), parts(model, state));
    }

    /**
     * Reads a file into a model and an optimiser. These are changed when all of the file is known to be right. Memory is
     * taken for no more than the file is long.
     *
     * @param model built in the same way as the one that was written
     * @param optimizer with the same settings; it may serve no other model
     * @return the steps of training taken
     * @throws IOException when the file cannot be read, is no such file, is damaged, cut short or too long, or of another
     *     model or kind of optimiser; names the file and where in it
     * @throws IllegalStateException when the optimiser serves another model
     */
    public static long read(Path file, Model model, Optimizer optimizer) throws IOException {
        Objects.requireNonNull(file, "file");
        OptimizerState state = state(model, optimizer);
        List<Part> parts = parts(model, state);
        CheckpointReader.Content content = CheckpointReader.read(file, parts);
        state.steps(content.optimizerSteps());
        optimizer.rate(content.rate());
        for (int i = 0; i < parts.size(); i++) {
            System.arraycopy(
                    content.arrays().get(i),
                    0,
                    parts.get(i).data(),
                    0,
                    parts.get(i).elements());
        }
        return content.steps();
    }

    private static OptimizerState state(Model model, Optimizer optimizer) {
        Objects.requireNonNull(model, "model");
        return Objects.requireNonNull(optimizer, "optimizer").state(model.parameters());
    }

    private static List<Part> parts(Model model, OptimizerState state) {
        var parts = new ArrayList<Part>();
        model.parameters().forEach(parameter -> parts.add(new Part(parameter.name(), parameter.value())));
        model.states().forEach(each -> parts.add(new Part(each.name(), each.value())));
        for (int i = 0; i < model.parameters().size(); i++) {
            Parameter parameter = model.parameters().get(i);
            for (int k = 0; k < state.arraysEach(); k++) {
                int elements = parameter.value().elements();
                parts.add(new Part(parameter.name() + "#" + k, state.array(i, k), elements));
            }
        }
        return parts;
    }
}

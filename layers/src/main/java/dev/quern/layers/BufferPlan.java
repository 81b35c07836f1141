// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.conv.NumericClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;

/**
 * Which arrays hold what the operations of an {@link InferencePlan} make. An array serves from the operation that writes it
 * to the last that reads it, then another; where it can, an operation writes over what it is the last to read.
 */
final class BufferPlan {
    private final List<Long> floats = new ArrayList<>();
    /** Of each array, what it holds in turn: how much for a number of images. */
    private final List<List<IntToLongFunction>> contents = new ArrayList<>();

    private long written;
    private final List<Integer> free = new ArrayList<>();
    private final Map<Lowering.Value, Integer> places = new HashMap<>();
    private final int largestBatch;
    private final NumericClass allowed;

    BufferPlan(int largestBatch, NumericClass allowed) {
        this.largestBatch = largestBatch;
        this.allowed = allowed;
    }

    /** Plans all of a model; -1 is the place of its input. */
    List<PlannedStep> plan(Lowering model) {
        Map<Lowering.Value, Integer> lastUse = new HashMap<>();
        List<Lowering.Draft> drafts = model.drafts();
        for (int i = 0; i < drafts.size(); i++) {
            for (Lowering.Value value : drafts.get(i).inputs) {
                lastUse.put(value, i);
            }
        }
        lastUse.put(model.input(), Integer.MAX_VALUE);
        lastUse.put(model.output(), Integer.MAX_VALUE);
        places.put(model.input(), -1);
        var steps = new ArrayList<PlannedStep>();
        for (int i = 0; i < drafts.size(); i++) {
            steps.add(step(i, drafts.get(i), lastUse));
        }
        return List.copyOf(steps);
    }

    private PlannedStep step(int i, Lowering.Draft draft, Map<Lowering.Value, Integer> lastUse) {
        Operation operation = draft.operation(largestBatch, allowed);
        int[] inputs = draft.inputs.stream().mapToInt(places::get).toArray();
        Lowering.Value first = draft.inputs.getFirst();
        boolean once = draft.inputs.indexOf(first) == draft.inputs.lastIndexOf(first);
        boolean over = operation.inPlace() && once && lastUse.get(first) == i;
        long elements = draft.output().elements;
        written += elements;
        int output = over ? inputs[0] : take(batch -> elements * batch);
        int scratch = operation.scratchFloats(largestBatch) == 0 ? -1 : take(operation::scratchFloats);
        places.put(draft.output(), output);
        if (scratch >= 0) {
            free.add(scratch);
        }
        for (Lowering.Value value : draft.inputs) {
            Integer place = places.get(value);
            if (lastUse.get(value) == i && place != output && !free.contains(place)) {
                free.add(place);
            }
        }
        return new PlannedStep(draft.name(), operation, inputs, output, scratch);
    }

    /** The smallest free array that is large enough, or else the largest, made larger; or a new one. */
    private int take(IntToLongFunction content) {
        long size = content.applyAsLong(largestBatch);
        int best = -1;
        for (int buffer : free) {
            long has = floats.get(buffer);
            long bestHas = best < 0 ? 0 : floats.get(best);
            boolean better = bestHas >= size ? has >= size && has < bestHas : has > bestHas;
            best = best < 0 || better ? buffer : best;
        }
        if (best < 0) {
            floats.add(size);
            contents.add(new ArrayList<>(List.of(content)));
            return floats.size() - 1;
        }
        free.remove((Integer) best);
        contents.get(best).add(content);
        floats.set(best, Math.max(size, floats.get(best)));
        return best;
    }

    /** Of each array, how many floats it has for so many images. */
    List<Long> floats(int batch) {
        return contents.stream()
                .map(all -> all.stream()
                        .mapToLong(content -> content.applyAsLong(batch))
                        .max()
                        .orElseThrow())
                .toList();
    }

    /** Floats that all operations write for one image. */
    long written() {
        return written;
    }
}

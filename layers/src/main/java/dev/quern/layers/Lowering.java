// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.conv.NumericClass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * From a model's layers to the operations of an {@link InferencePlan}: what does nothing in prediction goes, and what can
 * be computed together with the convolution or dense layer before it is taken up by that.
 */
final class Lowering {
    /** What an operation makes, or the model's input. */
    static final class Value {
        final int elements;
        private int uses;
        private Draft maker;

        private Value(int elements) {
            this.elements = elements;
        }
    }

    /** An operation to be: either one that takes up others, or a finished one. */
    static final class Draft {
        final List<Value> inputs = new ArrayList<>();
        private final Linear linear;
        private final Operation other;
        private String name;
        private Value output;

        private Draft(String name, Linear linear, Operation other) {
            this.name = name;
            this.linear = linear;
            this.other = other;
        }

        String name() {
            return name;
        }

        Value output() {
            return output;
        }

        Operation operation(int largestBatch, NumericClass allowed) {
            return linear == null ? other : linear.operation(largestBatch, allowed);
        }
    }

    private final boolean exact;
    private final List<Draft> drafts = new ArrayList<>();
    private final Value input;
    private final Value output;

    Lowering(Model model, boolean exact) {
        this.exact = exact;
        List<Step> steps = model.steps();
        var values = new ArrayList<Value>();
        input = new Value(Shapes.elements(model.valueShape(0)));
        values.add(input);
        int[] uses = uses(steps);
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            List<Value> inputs =
                    Arrays.stream(step.inputs()).mapToObj(values::get).toList();
            int elements = Shapes.elements(model.valueShape(i + 1));
            Value value = step.layer() == null
                    ? merge(model.stepName(i), step.merge(), inputs, elements)
                    : layer(model.stepName(i), step.layer(), inputs.getFirst(), elements);
            // A value that has several names is used as often as all of them; each name is one use of the one before.
            value.uses += uses[i + 1] - (inputs.contains(value) ? 1 : 0);
            values.add(value);
        }
        output = values.getLast() == input
                ? add(new Draft("copy", null, copy(input.elements)), List.of(input), input.elements)
                : values.getLast();
    }

    /** For a model that does nothing. */
    private static Operation copy(int elements) {
        return new Add().operation(1, elements);
    }

    /** How often each of the model's values is used; its output once more. */
    private static int[] uses(List<Step> steps) {
        int[] uses = new int[steps.size() + 1];
        uses[steps.size()] = 1;
        for (Step step : steps) {
            for (int value : step.inputs()) {
                uses[value]++;
            }
        }
        return uses;
    }

    private Value layer(String name, Layer layer, Value from, int elements) {
        return switch (layer) {
            case Flatten flatten -> from;
            case Reshape reshape -> from;
            case Dropout dropout -> from;
            case Conv2D conv -> add(new Draft(name, conv.linear(), null), List.of(from), elements);
            case DepthwiseConv2D conv -> add(new Draft(name, conv.linear(), null), List.of(from), elements);
            case SeparableConv2D conv -> {
                Linear first = conv.depthwiseLinear();
                var depthwise = new Draft(name + "/depthwise", first, null);
                Value between = add(depthwise, List.of(from), conv.betweenElements());
                between.uses = 1;
                yield add(new Draft(name + "/pointwise", conv.pointwiseLinear(), null), List.of(between), elements);
            }
            case Dense dense -> add(new Draft(name, dense.linear(), null), List.of(from), elements);
            case Conv2DTranspose conv -> add(new Draft(name, null, conv.operation()), List.of(from), elements);
            case BatchNorm norm -> batchNorm(name, norm, from, elements);
            case Activation activation -> activation(name, activation, from, elements);
            case LayerNorm norm -> add(new Draft(name, null, norm.operation()), List.of(from), elements);
            case Pool2D<?> pool -> add(new Draft(name, null, pool.operation()), List.of(from), elements);
            case GlobalPool2D pool -> add(new Draft(name, null, pool.operation()), List.of(from), elements);
            default -> throw refused(name);
        };
    }

    private static IllegalArgumentException refused(String name) {
        return new IllegalArgumentException(
                name + " is not a layer of this library, allowed in a plan: only those; predict with the model");
    }

    private Value batchNorm(String name, BatchNorm norm, Value from, int elements) {
        Draft maker = from.maker;
        boolean folds = !exact && onlyUse(from) && maker.linear.isPlain() && maker.linear.outputs() == norm.channels();
        if (!folds) {
            return add(new Draft(name, null, norm.operation()), List.of(from), elements);
        }
        norm.foldInto(maker.linear);
        return takeUp(maker, name, elements);
    }

    private Value activation(String name, Activation activation, Value from, int elements) {
        if (activation.function() == null || !onlyUse(from) || !from.maker.linear.isWithoutActivation()) {
            return add(new Draft(name, null, activation.operation(elements)), List.of(from), elements);
        }
        from.maker.linear.activate(activation.function());
        return takeUp(from.maker, name, elements);
    }

    private Value merge(String name, Merge merge, List<Value> inputs, int elements) {
        if (merge instanceof Add && inputs.size() == 1) {
            return inputs.getFirst();
        }
        return switch (merge) {
            case Add sum -> {
                // The later of two, so that it moves least: it is computed when what is added to it is there.
                for (int k = inputs.size() == 2 ? 1 : -1; k >= 0; k--) {
                    Value from = inputs.get(k);
                    if (onlyUse(from) && from.maker.linear.takesResidual()) {
                        Draft maker = from.maker;
                        maker.linear.addResidual();
                        maker.inputs.add(inputs.get(1 - k));
                        drafts.remove(maker);
                        drafts.add(maker);
                        yield takeUp(maker, name, elements);
                    }
                }
                yield add(new Draft(name, null, sum.operation(inputs.size(), elements)), inputs, elements);
            }
            case Concatenate both -> add(new Draft(name, null, both.operation(elements)), inputs, elements);
            default -> throw refused(name);
        };
    }

    /** Whether a value is made by what takes up others, and used but once. */
    private boolean onlyUse(Value value) {
        return value.uses == 1 && value.maker != null && value.maker.linear != null;
    }

    private Value takeUp(Draft maker, String name, int elements) {
        maker.name += " + " + name;
        return makes(maker, elements);
    }

    private Value add(Draft draft, List<Value> inputs, int elements) {
        draft.inputs.addAll(inputs);
        drafts.add(draft);
        return makes(draft, elements);
    }

    private static Value makes(Draft draft, int elements) {
        draft.output = new Value(elements);
        draft.output.maker = draft;
        return draft.output;
    }

    List<Draft> drafts() {
        return drafts;
    }

    Value input() {
        return input;
    }

    Value output() {
        return output;
    }
}

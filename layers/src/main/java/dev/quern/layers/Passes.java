// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.ArrayList;
import java.util.List;

/**
 * From a model's steps to its passes: a {@link BatchNorm} takes up an {@link Add} of two values and an element-wise
 * {@link Activation} behind it, where nothing else uses what lies between. The pass has the place of the last of them;
 * gradients are added in the same order as step by step.
 */
final class Passes {
    private final List<Step> steps;
    private final int[] uses;
    private final List<Pass> passes = new ArrayList<>();

    private Passes(List<Step> steps) {
        this.steps = steps;
        uses = new int[steps.size() + 1];
        uses[steps.size()] = 1;
        for (Step step : steps) {
            for (int value : step.inputs()) {
                uses[value]++;
            }
        }
    }

    static List<Pass> of(List<Step> steps) {
        var all = new Passes(steps);
        for (int i = 0; i < steps.size(); i++) {
            all.passes.add(all.pass(steps.get(i), i + 1));
        }
        return List.copyOf(all.passes);
    }

    private Pass pass(Step step, int output) {
        if (step.layer() instanceof BatchNorm norm) {
            return new NormPass(norm, dev.quern.kernels.activation.Activation.IDENTITY, output, step.inputs());
        }
        if (step.layer() instanceof Activation activation
                && activation.function() != null
                && !activation.function().needsInput()) {
            int from = step.inputs()[0];
            NormPass norm = takenUp(from);
            // What is added is used by the sum where that stood, not later.
            if (norm != null && (norm.inputs().length == 1 || from == output - 1)) {
                passes.remove(norm);
                return norm.then(activation.function(), output);
            }
        }
        if (step.merge() instanceof Add && step.inputs().length == 2) {
            // The later of two, so that it moves least.
            for (int k = 1; k >= 0; k--) {
                NormPass norm = takenUp(step.inputs()[k]);
                if (norm != null && norm.inputs().length == 1) {
                    passes.remove(norm);
                    return norm.plus(step.inputs()[1 - k], output);
                }
            }
        }
        return new StepPass(step, output);
    }

    /** The normalisation that makes a value, if it may be computed at the place of the only step that uses it; or null. */
    private NormPass takenUp(int value) {
        for (Pass pass : passes) {
            if (pass.output() == value
                    && pass instanceof NormPass norm
                    && uses[value] == 1
                    && uses[norm.inputs()[0]] == 1
                    && norm.activation() == dev.quern.kernels.activation.Activation.IDENTITY) {
                return norm;
            }
        }
        return null;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.ElementCase;
import dev.quern.tests.reference.ReferenceActivation;

/** A function of each element, computed where it is asked for. */
final class ExpectedElements implements Expected {
    private static final double EXP_ULPS = 1;
    private static final double GELU_ROUNDINGS = 8 * 0x1p-24;

    private final ElementCase kase;
    private final float[] first;
    private final float[] second;

    ExpectedElements(ElementCase kase) {
        this.kase = kase;
        first = kase.backward() ? kase.given() : kase.x();
        second = kase.backward() || kase.function().equals("add") ? kase.second() : null;
    }

    @Override
    public int length() {
        return kase.n();
    }

    @Override
    public double at(int i) {
        if (kase.backward()) {
            return kase.reference().backward(first[i], second[i], 0f, 0f);
        }
        return switch (kase.function()) {
            case "add" -> first[i] + second[i];
            case "exp" -> StrictMath.exp(first[i]);
            default -> kase.reference().forward(first[i], 0f, 0f);
        };
    }

    /** Functions that are no plain arithmetic are held to what is said of their error. */
    @Override
    public double exactBound(int i) {
        if (kase.backward()) {
            return kase.reference().plainBackward()
                    ? 0
                    : Math.max(4 * Math.ulp((float) at(i)), ReferenceActivation.ABSOLUTE);
        }
        if (kase.function().equals("add")) {
            return 0;
        }
        double ulps =
                kase.function().equals("exp") ? EXP_ULPS : kase.reference().forwardUlps();
        double bound = ulps * Math.ulp((float) at(i));
        return kase.function().equals("gelu") ? Math.max(bound, ReferenceActivation.ABSOLUTE) : bound;
    }

    /** Gelu's factor 1 + erf cancels where it is near 0: computed in floats, no better than erf is: a few roundings of 1. */
    @Override
    public double bound(int i) {
        double size = Math.abs(first[i]);
        return kase.function().equals("gelu")
                ? Whole.function(at(i)) + GELU_ROUNDINGS * size
                : Whole.function(at(i)) * Math.max(1, size);
    }
}

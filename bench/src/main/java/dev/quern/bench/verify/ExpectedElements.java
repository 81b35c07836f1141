// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.ElementCase;
import dev.quern.kernels.vector.ScalarMath;

/** A function of each element, computed where it is asked for. */
final class ExpectedElements implements Expected {
    private static final double GELU_ROUNDINGS = 8 * 0x1p-24;

    private final ElementCase kase;
    private final float[] first;
    private final float[] second;

    ExpectedElements(ElementCase kase) {
        this.kase = kase;
        first = kase.backward() ? kase.y() : kase.x();
        second = kase.backward() || kase.function().equals("add") ? kase.second() : null;
    }

    @Override
    public int length() {
        return kase.n();
    }

    @Override
    public double at(int i) {
        if (kase.backward()) {
            return kase.reference().backward(first[i], second[i], 0f);
        }
        return switch (kase.function()) {
            case "add" -> first[i] + second[i];
            case "exp" -> ScalarMath.exp(first[i]);
            case "gelu" -> gelu(first[i]);
            default -> kase.reference().forward(first[i], 0f);
        };
    }

    /** Gelu's factor 1 + erf cancels where it is near 0: computed in floats, no better than erf is: a few roundings of 1. */
    @Override
    public double bound(int i) {
        double size = Math.abs(first[i]);
        return kase.function().equals("gelu")
                ? Whole.function(at(i)) + GELU_ROUNDINGS * size
                : Whole.function(at(i)) * Math.max(1, size);
    }

    private static double gelu(double x) {
        return 0.5 * x * (1 + erf(x * Math.sqrt(0.5)));
    }

    /** By its power series, which in doubles is good to 1e-12 for the magnitudes below 3 that occur here. */
    private static double erf(double x) {
        double power = x;
        double sum = x;
        for (int n = 1; Math.abs(power) > 1e-18; n++) {
            power *= -x * x / n;
            sum += power / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }
}

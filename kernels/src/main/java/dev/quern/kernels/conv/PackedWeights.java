// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.gemm.blocked.Panels;

/** Weights in the order in which a way of computing reads them: one of the two, the other is null. Never changed. */
final class PackedWeights {
    private final Panels[] panels;
    private final float[] array;
    private final long floats;

    private PackedWeights(Panels[] panels, float[] array, long floats) {
        this.panels = panels;
        this.array = array;
        this.floats = floats;
    }

    /** For each group the right operand (patch × K/groups) of a product. */
    static PackedWeights ofPanels(ConvShape s, float[] weights, int weightsOffset) {
        int k = s.groupOutChannels();
        var panels = new Panels[s.groups()];
        for (int group = 0; group < panels.length; group++) {
            int from = weightsOffset + group * k;
            panels[group] = Panels.of(s.patchElements(), k, 1f, weights, from, s.outChannels(), 1);
        }
        return of(panels, panels.length * Panels.floats(s.patchElements(), k));
    }

    /** The right operand of a product for each block of {@code step} channels of each tap; one group. */
    static PackedWeights ofTaps(ConvShape s, int step, float[] weights, int weightsOffset) {
        int taps = s.kernelHeight() * s.kernelWidth();
        var panels = new Panels[taps];
        for (int tap = 0; tap < taps; tap++) {
            int from = weightsOffset + tap * s.channels() * s.outChannels();
            panels[tap] = Panels.of(step, s.channels(), s.outChannels(), 1f, weights, from, s.outChannels(), 1);
        }
        return of(panels, (long) taps * Math.ceilDiv(s.channels(), step) * step * s.outChannels());
    }

    /** Right operands of several products, and what they take. */
    static PackedWeights of(Panels[] panels, long floats) {
        return new PackedWeights(panels, null, floats);
    }

    static PackedWeights of(float[] array) {
        return new PackedWeights(null, array, array.length);
    }

    Panels panels(int group) {
        return panels[group];
    }

    float[] array() {
        return array;
    }

    /** All operands. */
    Panels[] panels() {
        return panels;
    }

    long bytes() {
        return Float.BYTES * floats;
    }
}

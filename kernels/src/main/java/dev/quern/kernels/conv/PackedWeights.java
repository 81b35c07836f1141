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

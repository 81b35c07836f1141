// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.gemm.blocked.Panels;

/** Weights in the order in which a way of computing reads them: one of the two, the other is null. Never changed. */
final class PackedWeights {
    private final Panels[] panels;
    private final float[] array;

    private PackedWeights(Panels[] panels, float[] array) {
        this.panels = panels;
        this.array = array;
    }

    /** For each group the right operand (patch × K/groups) of a product. */
    static PackedWeights ofPanels(ConvShape s, float[] weights, int weightsOffset) {
        int k = s.groupOutChannels();
        var panels = new Panels[s.groups()];
        for (int group = 0; group < panels.length; group++) {
            int from = weightsOffset + group * k;
            panels[group] = Panels.of(s.patchElements(), k, 1f, weights, from, s.outChannels(), 1);
        }
        return new PackedWeights(panels, null);
    }

    static PackedWeights of(float[] array) {
        return new PackedWeights(null, array);
    }

    Panels panels(int group) {
        return panels[group];
    }

    float[] array() {
        return array;
    }

    static long bytes(ConvShape s, PackedWeights packed) {
        return Float.BYTES
                * (packed.array != null
                        ? packed.array.length
                        : s.groups() * Panels.floats(s.patchElements(), s.groupOutChannels()));
    }
}

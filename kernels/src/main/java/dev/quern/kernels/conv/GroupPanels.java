// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.gemm.blocked.Packing;

/** The weights of each group as the right-hand side of a product, packed one group after the other. */
final class GroupPanels {
    private GroupPanels() {}

    /** Floats of one group's panels: of its weights (patch × K), or transposed (K × patch). */
    static long floats(ConvShape s, boolean transposed) {
        return transposed
                ? Packing.panelFloats(s.groupOutChannels(), s.patchElements())
                : Packing.panelFloats(s.patchElements(), s.groupOutChannels());
    }

    /** Packs all groups to the start of {@code to}. */
    static void pack(ConvShape s, boolean transposed, float[] weights, int weightsOffset, float[] to) {
        int rows = transposed ? s.groupOutChannels() : s.patchElements();
        int columns = transposed ? s.patchElements() : s.groupOutChannels();
        int rowStride = transposed ? 1 : s.outChannels();
        int columnStride = transposed ? s.outChannels() : 1;
        int panels = (int) floats(s, transposed);
        for (int group = 0; group < s.groups(); group++) {
            int from = weightsOffset + group * s.groupOutChannels();
            Packing.packB(rows, columns, 1f, weights, from, rowStride, columnStride, to, group * panels);
        }
    }
}

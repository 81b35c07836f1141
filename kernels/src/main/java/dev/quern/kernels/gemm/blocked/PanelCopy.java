// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** Packs rows of B that are contiguous along n into full panels, several panels a pass: a row is read in long runs. */
final class PanelCopy {
    /** Panels of a pass: a run of some cache lines to read, and no more places to write to than caches have ways. */
    private static final int PASS = 8;

    private static final int NR = 2 * Lanes.COUNT;

    private PanelCopy() {}

    static void fullPanels(int depth, int panels, float[] b, int from, int rowStride, float[] to, int at) {
        int panelStride = depth * NR;
        for (int first = 0; first < panels; first += PASS) {
            int end = Math.min(panels, first + PASS);
            for (int p = 0; p < depth; p++) {
                int read = from + p * rowStride + first * NR;
                int write = at + first * panelStride + p * NR;
                for (int panel = first; panel < end; panel++) {
                    FloatVector low = FloatVector.fromArray(Lanes.FLOATS, b, read);
                    FloatVector high = FloatVector.fromArray(Lanes.FLOATS, b, read + Lanes.COUNT);
                    low.intoArray(to, write);
                    high.intoArray(to, write + Lanes.COUNT);
                    read += NR;
                    write += panelStride;
                }
            }
        }
    }
}

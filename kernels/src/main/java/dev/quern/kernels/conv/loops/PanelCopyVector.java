// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/** Copies what windows see to the rows of a panel, with whole vectors. {@code ImagePanels} has the twin. */
public final class PanelCopyVector {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private PanelCopyVector() {}

    /** Elements beyond a window's last run that may be read, and written. */
    public static int overrun() {
        return Lanes.COUNT - 1;
    }

    /** Windows of {@code runs} runs of {@code n} floats, which follow each other in a row of the panel. */
    public static void windows(
            int count,
            int runs,
            int n,
            float[] from,
            int offset,
            int step,
            int runStride,
            MemorySegment to,
            long toBytes,
            long rowBytes) {
        if (to.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(to);
        }
        for (int window = 0; window < count; window++) {
            int read = offset + window * step;
            long write = toBytes + window * rowBytes;
            for (int r = 0; r < runs; r++) {
                for (int i = 0; i < n; i += Lanes.COUNT) {
                    FloatVector.fromArray(Lanes.FLOATS, from, read + i)
                            .intoMemorySegment(to, write + (long) i * Float.BYTES, ORDER);
                }
                read += runStride;
                write += (long) n * Float.BYTES;
            }
        }
    }
}

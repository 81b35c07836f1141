// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.transpose;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Transposes blocks of 16 × 16 floats with vectors of 16 lanes. {@link Transposition} has the twins, and is what other widths use.
 *
 * <p>A block goes through four exchanges of neighbours at the distances 1, 2, 4 and 8, each between two vectors; the first two stay
 * among four lines that follow each other, the last two among four that are four apart. So there are two passes of
 * four vectors at a time, with a scratch of 256 floats between them.
 */
final class TranspositionVector {
    static final int SIDE = 16;

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /** Whether the vectors are wide enough. */
    static final boolean SUITS = Lanes.COUNT == SIDE;

    private static final VectorShuffle<Float> SWAP_1 = swap(1);
    private static final VectorShuffle<Float> SWAP_2 = swap(2);
    private static final VectorShuffle<Float> SWAP_4 = swap(4);
    private static final VectorShuffle<Float> SWAP_8 = swap(8);
    private static final VectorMask<Float> ODD_1 = odd(1);
    private static final VectorMask<Float> ODD_2 = odd(2);
    private static final VectorMask<Float> ODD_4 = odd(4);
    private static final VectorMask<Float> ODD_8 = odd(8);

    private TranspositionVector() {}

    private static VectorShuffle<Float> swap(int distance) {
        return VectorShuffle.fromOp(Lanes.FLOATS, lane -> (lane ^ distance) % Lanes.COUNT);
    }

    private static VectorMask<Float> odd(int distance) {
        long bits = 0;
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            bits |= (lane & distance) != 0 ? 1L << lane : 0;
        }
        return VectorMask.fromLong(Lanes.FLOATS, bits);
    }

    /** The first pass: lines {@code stride} apart to a scratch of 256 floats. */
    static void lines(float[] from, int offset, int stride, float[] scratch) {
        for (int at = 0; at < SIDE * SIDE; at += 4 * SIDE) {
            FloatVector a = FloatVector.fromArray(Lanes.FLOATS, from, offset);
            FloatVector b = FloatVector.fromArray(Lanes.FLOATS, from, offset + stride);
            FloatVector c = FloatVector.fromArray(Lanes.FLOATS, from, offset + 2 * stride);
            FloatVector d = FloatVector.fromArray(Lanes.FLOATS, from, offset + 3 * stride);
            offset += 4 * stride;
            FloatVector ab = a.blend(b.rearrange(SWAP_1), ODD_1);
            FloatVector ba = a.rearrange(SWAP_1).blend(b, ODD_1);
            FloatVector cd = c.blend(d.rearrange(SWAP_1), ODD_1);
            FloatVector dc = c.rearrange(SWAP_1).blend(d, ODD_1);
            ab.blend(cd.rearrange(SWAP_2), ODD_2).intoArray(scratch, at);
            ba.blend(dc.rearrange(SWAP_2), ODD_2).intoArray(scratch, at + SIDE);
            ab.rearrange(SWAP_2).blend(cd, ODD_2).intoArray(scratch, at + 2 * SIDE);
            ba.rearrange(SWAP_2).blend(dc, ODD_2).intoArray(scratch, at + 3 * SIDE);
        }
    }

    /** The second pass, to rows of a panel. */
    static void toPanel(float[] scratch, MemorySegment to, long offset, long rowBytes) {
        if (to.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(to);
        }
        for (int r = 0; r < 4; r++) {
            int at = r * SIDE;
            FloatVector a = FloatVector.fromArray(Lanes.FLOATS, scratch, at);
            FloatVector b = FloatVector.fromArray(Lanes.FLOATS, scratch, at + 4 * SIDE);
            FloatVector c = FloatVector.fromArray(Lanes.FLOATS, scratch, at + 8 * SIDE);
            FloatVector d = FloatVector.fromArray(Lanes.FLOATS, scratch, at + 12 * SIDE);
            FloatVector ab = a.blend(b.rearrange(SWAP_4), ODD_4);
            FloatVector ba = a.rearrange(SWAP_4).blend(b, ODD_4);
            FloatVector cd = c.blend(d.rearrange(SWAP_4), ODD_4);
            FloatVector dc = c.rearrange(SWAP_4).blend(d, ODD_4);
            long row = offset + r * rowBytes;
            ab.blend(cd.rearrange(SWAP_8), ODD_8).intoMemorySegment(to, row, ORDER);
            ba.blend(dc.rearrange(SWAP_8), ODD_8).intoMemorySegment(to, row + 4 * rowBytes, ORDER);
            ab.rearrange(SWAP_8).blend(cd, ODD_8).intoMemorySegment(to, row + 8 * rowBytes, ORDER);
            ba.rearrange(SWAP_8).blend(dc, ODD_8).intoMemorySegment(to, row + 12 * rowBytes, ORDER);
        }
    }

    /** The second pass, to rows of an array. */
    static void toRows(float[] scratch, float[] to, int offset, int rowStride) {
        for (int r = 0; r < 4; r++) {
            int at = r * SIDE;
            FloatVector a = FloatVector.fromArray(Lanes.FLOATS, scratch, at);
            FloatVector b = FloatVector.fromArray(Lanes.FLOATS, scratch, at + 4 * SIDE);
            FloatVector c = FloatVector.fromArray(Lanes.FLOATS, scratch, at + 8 * SIDE);
            FloatVector d = FloatVector.fromArray(Lanes.FLOATS, scratch, at + 12 * SIDE);
            FloatVector ab = a.blend(b.rearrange(SWAP_4), ODD_4);
            FloatVector ba = a.rearrange(SWAP_4).blend(b, ODD_4);
            FloatVector cd = c.blend(d.rearrange(SWAP_4), ODD_4);
            FloatVector dc = c.rearrange(SWAP_4).blend(d, ODD_4);
            int row = offset + r * rowStride;
            ab.blend(cd.rearrange(SWAP_8), ODD_8).intoArray(to, row);
            ba.blend(dc.rearrange(SWAP_8), ODD_8).intoArray(to, row + 4 * rowStride);
            ab.rearrange(SWAP_8).blend(cd, ODD_8).intoArray(to, row + 8 * rowStride);
            ba.rearrange(SWAP_8).blend(dc, ODD_8).intoArray(to, row + 12 * rowStride);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.transpose.Transpose16;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Packs a B whose columns are in order, by the steps of {@link Transpose16}. It writes the panel itself: a transposed
 * copy, and a copy of that, take half as many instructions again.
 */
final class PackingTransposed {
    private PackingTransposed() {}

    /**
     * As {@link Packing#packB}, for up to sixteen columns of a panel {@code nr} wide and a depth that is a multiple of sixteen:
     * in a loop whose places grow by a constant, loads need no range checks.
     */
    static void squares(
            int depth,
            int columns,
            float alpha,
            float[] b,
            int column0,
            int stride,
            MemorySegment to,
            long toOffset,
            int nr) {
        if (to.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(to);
        }
        FloatVector factor = FloatVector.broadcast(Lanes.FLOATS, alpha);
        FloatVector low = FloatVector.fromArray(Lanes.FLOATS, Transpose16.LOW, 0);
        FloatVector high = FloatVector.fromArray(Lanes.FLOATS, Transpose16.HIGH, 0);
        int last = columns - 1; // It stands in for columns that do not exist.
        long row = nr * Packing.FLOAT;
        int column1 = column0 + Math.min(1, last) * stride;
        int column2 = column0 + Math.min(2, last) * stride;
        int column3 = column0 + Math.min(3, last) * stride;
        int column4 = column0 + Math.min(4, last) * stride;
        int column5 = column0 + Math.min(5, last) * stride;
        int column6 = column0 + Math.min(6, last) * stride;
        int column7 = column0 + Math.min(7, last) * stride;
        int column8 = column0 + Math.min(8, last) * stride;
        int column9 = column0 + Math.min(9, last) * stride;
        int column10 = column0 + Math.min(10, last) * stride;
        int column11 = column0 + Math.min(11, last) * stride;
        int column12 = column0 + Math.min(12, last) * stride;
        int column13 = column0 + Math.min(13, last) * stride;
        int column14 = column0 + Math.min(14, last) * stride;
        int column15 = column0 + Math.min(15, last) * stride;
        for (int p = 0; p < depth; p += Transpose16.LANES) {
            FloatVector r0 = FloatVector.fromArray(Lanes.FLOATS, b, column0 + p);
            FloatVector r1 = FloatVector.fromArray(Lanes.FLOATS, b, column1 + p);
            FloatVector r2 = FloatVector.fromArray(Lanes.FLOATS, b, column2 + p);
            FloatVector r3 = FloatVector.fromArray(Lanes.FLOATS, b, column3 + p);
            FloatVector r4 = FloatVector.fromArray(Lanes.FLOATS, b, column4 + p);
            FloatVector r5 = FloatVector.fromArray(Lanes.FLOATS, b, column5 + p);
            FloatVector r6 = FloatVector.fromArray(Lanes.FLOATS, b, column6 + p);
            FloatVector r7 = FloatVector.fromArray(Lanes.FLOATS, b, column7 + p);
            FloatVector r8 = FloatVector.fromArray(Lanes.FLOATS, b, column8 + p);
            FloatVector r9 = FloatVector.fromArray(Lanes.FLOATS, b, column9 + p);
            FloatVector r10 = FloatVector.fromArray(Lanes.FLOATS, b, column10 + p);
            FloatVector r11 = FloatVector.fromArray(Lanes.FLOATS, b, column11 + p);
            FloatVector r12 = FloatVector.fromArray(Lanes.FLOATS, b, column12 + p);
            FloatVector r13 = FloatVector.fromArray(Lanes.FLOATS, b, column13 + p);
            FloatVector r14 = FloatVector.fromArray(Lanes.FLOATS, b, column14 + p);
            FloatVector r15 = FloatVector.fromArray(Lanes.FLOATS, b, column15 + p);

            FloatVector s0 = low.selectFrom(r0, r8);
            FloatVector s1 = high.selectFrom(r0, r8);
            FloatVector s2 = low.selectFrom(r1, r9);
            FloatVector s3 = high.selectFrom(r1, r9);
            FloatVector s4 = low.selectFrom(r2, r10);
            FloatVector s5 = high.selectFrom(r2, r10);
            FloatVector s6 = low.selectFrom(r3, r11);
            FloatVector s7 = high.selectFrom(r3, r11);
            FloatVector s8 = low.selectFrom(r4, r12);
            FloatVector s9 = high.selectFrom(r4, r12);
            FloatVector s10 = low.selectFrom(r5, r13);
            FloatVector s11 = high.selectFrom(r5, r13);
            FloatVector s12 = low.selectFrom(r6, r14);
            FloatVector s13 = high.selectFrom(r6, r14);
            FloatVector s14 = low.selectFrom(r7, r15);
            FloatVector s15 = high.selectFrom(r7, r15);
            FloatVector t0 = low.selectFrom(s0, s8);
            FloatVector t1 = high.selectFrom(s0, s8);
            FloatVector t2 = low.selectFrom(s1, s9);
            FloatVector t3 = high.selectFrom(s1, s9);
            FloatVector t4 = low.selectFrom(s2, s10);
            FloatVector t5 = high.selectFrom(s2, s10);
            FloatVector t6 = low.selectFrom(s3, s11);
            FloatVector t7 = high.selectFrom(s3, s11);
            FloatVector t8 = low.selectFrom(s4, s12);
            FloatVector t9 = high.selectFrom(s4, s12);
            FloatVector t10 = low.selectFrom(s5, s13);
            FloatVector t11 = high.selectFrom(s5, s13);
            FloatVector t12 = low.selectFrom(s6, s14);
            FloatVector t13 = high.selectFrom(s6, s14);
            FloatVector t14 = low.selectFrom(s7, s15);
            FloatVector t15 = high.selectFrom(s7, s15);
            FloatVector u0 = low.selectFrom(t0, t8);
            FloatVector u1 = high.selectFrom(t0, t8);
            FloatVector u2 = low.selectFrom(t1, t9);
            FloatVector u3 = high.selectFrom(t1, t9);
            FloatVector u4 = low.selectFrom(t2, t10);
            FloatVector u5 = high.selectFrom(t2, t10);
            FloatVector u6 = low.selectFrom(t3, t11);
            FloatVector u7 = high.selectFrom(t3, t11);
            FloatVector u8 = low.selectFrom(t4, t12);
            FloatVector u9 = high.selectFrom(t4, t12);
            FloatVector u10 = low.selectFrom(t5, t13);
            FloatVector u11 = high.selectFrom(t5, t13);
            FloatVector u12 = low.selectFrom(t6, t14);
            FloatVector u13 = high.selectFrom(t6, t14);
            FloatVector u14 = low.selectFrom(t7, t15);
            FloatVector u15 = high.selectFrom(t7, t15);
            FloatVector v0 = low.selectFrom(u0, u8);
            FloatVector v1 = high.selectFrom(u0, u8);
            FloatVector v2 = low.selectFrom(u1, u9);
            FloatVector v3 = high.selectFrom(u1, u9);
            FloatVector v4 = low.selectFrom(u2, u10);
            FloatVector v5 = high.selectFrom(u2, u10);
            FloatVector v6 = low.selectFrom(u3, u11);
            FloatVector v7 = high.selectFrom(u3, u11);
            FloatVector v8 = low.selectFrom(u4, u12);
            FloatVector v9 = high.selectFrom(u4, u12);
            FloatVector v10 = low.selectFrom(u5, u13);
            FloatVector v11 = high.selectFrom(u5, u13);
            FloatVector v12 = low.selectFrom(u6, u14);
            FloatVector v13 = high.selectFrom(u6, u14);
            FloatVector v14 = low.selectFrom(u7, u15);
            FloatVector v15 = high.selectFrom(u7, u15);

            long at = toOffset * Packing.FLOAT + p * row;
            v0.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
            at += row;
            v1.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
            at += row;
            v2.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
            at += row;
            v3.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
            at += row;
            v4.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
            at += row;
            v5.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
            at += row;
            v6.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
            at += row;
            v7.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
            at += row;
            v8.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
            at += row;
            v9.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
            at += row;
            v10.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
            at += row;
            v11.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
            at += row;
            v12.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
            at += row;
            v13.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
            at += row;
            v14.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
            at += row;
            v15.mul(factor).intoMemorySegment(to, at, Packing.ORDER);
        }
    }
}

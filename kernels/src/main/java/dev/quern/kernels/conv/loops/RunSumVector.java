// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Adds runs of columns with whole vectors. {@link RunSumScalar} has the twins. */
public final class RunSumVector {
    private RunSumVector() {}

    /** Elements beyond a window's runs that {@link #windows} reads, and writes back as they were. */
    public static int overrun() {
        return Lanes.COUNT - 1;
    }

    public static void apart(
            int count, int n, float[] from, int offset, int stride, float[] to, int toOffset, int toStride) {
        int whole = n / Lanes.COUNT * Lanes.COUNT;
        for (int r = 0; r < count; r++) {
            int read = offset + r * stride;
            int at = toOffset + r * toStride;
            for (int i = 0; i < whole; i += Lanes.COUNT) {
                FloatVector.fromArray(Lanes.FLOATS, to, at + i)
                        .add(FloatVector.fromArray(Lanes.FLOATS, from, read + i))
                        .intoArray(to, at + i);
            }
        }
        if (whole < n) {
            RunSumScalar.apart(count, whole, n, from, offset, stride, to, toOffset, toStride);
        }
    }

    /** A run is loaded and stored once for three that are added: stores and what waits for them bound {@link #apart}. */
    public static void three(
            int count, int n, float[] from, int offset, int stride, int step, float[] to, int toOffset, int toStride) {
        int whole = n / Lanes.COUNT * Lanes.COUNT;
        for (int r = 0; r < count; r++) {
            int first = offset + r * stride;
            int second = first - step;
            int third = second - step;
            int at = toOffset + r * toStride;
            for (int i = 0; i < whole; i += Lanes.COUNT) {
                FloatVector sum = FloatVector.fromArray(Lanes.FLOATS, to, at + i);
                sum = FloatVector.fromArray(Lanes.FLOATS, from, first + i).add(sum);
                sum = FloatVector.fromArray(Lanes.FLOATS, from, second + i).add(sum);
                FloatVector.fromArray(Lanes.FLOATS, from, third + i).add(sum).intoArray(to, at + i);
            }
        }
        if (whole < n) {
            RunSumScalar.three(count, whole, n, from, offset, stride, step, to, toOffset, toStride);
        }
    }

    /** @return the elements of each run that are done: those that fill vectors */
    public static int place(
            int count, int n, float[] from, int offset, int stride, float[] to, int toOffset, int toStride) {
        int whole = n / Lanes.COUNT * Lanes.COUNT;
        for (int r = 0; r < count; r++) {
            int read = offset + r * stride;
            int at = toOffset + r * toStride;
            for (int i = 0; i < whole; i += Lanes.COUNT) {
                FloatVector.fromArray(Lanes.FLOATS, from, read + i).add(0f).intoArray(to, at + i);
            }
        }
        return whole;
    }

    /** What does not fill a vector is added with +0 beside it, which changes no sum that started from +0. */
    public static void windows(
            int count,
            int runs,
            int n,
            float[] from,
            int offset,
            int stride,
            float[] to,
            int toOffset,
            int toStep,
            int toStride) {
        int last = (n - 1) / Lanes.COUNT * Lanes.COUNT;
        VectorMask<Float> beside = Lanes.FLOATS.indexInRange(last, n).not();
        for (int window = count - 1; window >= 0; window--) {
            int read = offset + window * stride;
            int at = toOffset + window * toStep;
            for (int r = 0; r < runs; r++) {
                for (int i = 0; i < last; i += Lanes.COUNT) {
                    FloatVector.fromArray(Lanes.FLOATS, to, at + i)
                            .add(FloatVector.fromArray(Lanes.FLOATS, from, read + i))
                            .intoArray(to, at + i);
                }
                FloatVector.fromArray(Lanes.FLOATS, to, at + last)
                        .add(FloatVector.fromArray(Lanes.FLOATS, from, read + last)
                                .blend(0f, beside))
                        .intoArray(to, at + last);
                read += n;
                at += toStride;
            }
        }
    }
}

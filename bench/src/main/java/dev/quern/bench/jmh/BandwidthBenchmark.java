// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What memory and caches deliver at most. Counted are the bytes that a program reads and writes, not what the hardware
 * reads in addition.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BandwidthBenchmark {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int UNROLLED = 4;

    /** Of each of the arrays. */
    @Param("16384")
    public int bytes;

    private float[] a;
    private float[] b;
    private float[] c;

    /** Not a constant, so that the compiler cannot leave out the product. */
    float factor = 3;

    /** Takes and touches the memory. */
    @Setup
    public void prepare() {
        a = new float[bytes / Float.BYTES];
        b = new float[a.length];
        c = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            a[i] = 1;
            b[i] = i;
            c[i] = -i;
        }
    }

    /** {@code a = b}; moves two arrays. */
    @Benchmark
    public float[] copy() {
        System.arraycopy(b, 0, a, 0, a.length);
        return a;
    }

    /** {@code a = b}, by whole vectors; moves two arrays. */
    @Benchmark
    public float[] vectorCopy() {
        int step = FLOATS.length();
        for (int i = 0; i <= a.length - UNROLLED * step; i += UNROLLED * step) {
            FloatVector v0 = FloatVector.fromArray(FLOATS, b, i);
            FloatVector v1 = FloatVector.fromArray(FLOATS, b, i + step);
            FloatVector v2 = FloatVector.fromArray(FLOATS, b, i + 2 * step);
            FloatVector v3 = FloatVector.fromArray(FLOATS, b, i + 3 * step);
            v0.intoArray(a, i);
            v1.intoArray(a, i + step);
            v2.intoArray(a, i + 2 * step);
            v3.intoArray(a, i + 3 * step);
        }
        return a;
    }

    /** {@code a = b + factor·c}; moves three arrays. */
    @Benchmark
    public float[] triad() {
        FloatVector x = FloatVector.broadcast(FLOATS, factor);
        int step = FLOATS.length();
        for (int i = 0; i <= a.length - step; i += step) {
            FloatVector.fromArray(FLOATS, c, i)
                    .fma(x, FloatVector.fromArray(FLOATS, b, i))
                    .intoArray(a, i);
        }
        return a;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import com.sun.management.ThreadMXBean;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.gemm.PackedMatrix;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * {@code C ← A·B}. Before anything is timed, all shapes of {@link #POLLUTION} have run in the same process, so that the
 * JIT's profiles are those of a real one, and the result is the naive chain's, bit for bit.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GemmBenchmark {
    /** Shapes that a process has seen before it is measured: small, skinny, transposed, edges on every side. */
    private static final String[] POLLUTION = {
        "1x1x1",
        "7x5x3",
        "24x24x24",
        "64x64x64",
        "1x1000x2048",
        "1000x1x2048",
        "6x784x25",
        "100x16x150",
        "49x512x460",
        "255x63x127-tn",
        "63x255x127-nt",
        "196x256x230"
    };

    private static final int CHECKED_ELEMENTS = 4096;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What the measured thread allocates in the calls themselves; JMH's own profiler also counts JMH. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Allocation {
        /** Bytes allocated. */
        public long bytes;

        /** Calls made. */
        public long calls;

        /** Starts from zero. */
        @Setup(Level.Iteration)
        public void reset() {
            bytes = 0;
            calls = 0;
        }
    }

    /** M×N×K, with {@code -tn} or {@code -nt} for a transposed A or B. */
    @Param({"256x256x256", "512x512x512", "1024x1024x1024", "3136x64x576"})
    public String shape;

    /** Who computes. */
    @Param({"quern", "quern-prepacked"})
    public String impl;

    private Runnable product;

    /** Pollutes the process, prepares the operands and proves the answer. */
    @Setup(Level.Trial)
    public void prepare() {
        for (String other : POLLUTION) {
            for (String each : new String[] {"quern", "quern-prepacked"}) {
                Runnable call = prepared(other, each);
                for (int i = 0; i < 50; i++) {
                    call.run();
                }
            }
        }
        product = prepared(shape, impl);
    }

    /** The product. */
    @Benchmark
    public void gemm(Allocation allocation) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        product.run();
        allocation.bytes += THREADS.getCurrentThreadAllocatedBytes() - before;
        allocation.calls++;
    }

    /** Floating-point operations of one call for a shape. */
    public static long flops(String text) {
        return parse(text).flops();
    }

    private static GemmShape parse(String text) {
        String[] sizes = text.split("-")[0].split("x");
        return GemmShape.of(Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]), Integer.parseInt(sizes[2]))
                .withTransposes(text.endsWith("-tn"), text.endsWith("-nt"));
    }

    private static Runnable prepared(String text, String impl) {
        GemmShape s = parse(text);
        float[] a = uniform(s.elementsA(), 1);
        float[] b = uniform(s.elementsB(), 2);
        float[] c = new float[s.elementsC()];
        var workspace = new Workspace(Gemm.workspaceFloats(s, WorkerPool.CALLER));
        Runnable call = switch (impl) {
            case "quern" -> () -> Gemm.multiply(s, 1f, a, 0, b, 0, 0f, c, 0, Epilogue.NONE, workspace);
            case "quern-prepacked" -> {
                PackedMatrix packed = PackedMatrix.pack(s, 1f, b, 0);
                yield () -> Gemm.multiply(s, a, 0, packed, 0f, c, 0, Epilogue.NONE, workspace);
            }
            default -> throw new IllegalArgumentException("impl = " + impl);
        };
        call.run();
        verify(text, s, a, b, c);
        return call;
    }

    /** Compares elements spread over C, all of a small one, with the naive chain; refuses to go on where one differs. */
    private static void verify(String text, GemmShape s, float[] a, float[] b, float[] c) {
        int step = Math.max(1, c.length / CHECKED_ELEMENTS) | 1;
        for (int at = 0; at < c.length; at += step) {
            int i = at / s.ldc();
            int j = at % s.ldc();
            float sum = 0;
            for (int p = 0; p < s.k(); p++) {
                float left = s.transposeA() ? a[p * s.lda() + i] : a[i * s.lda() + p];
                float right = s.transposeB() ? b[j * s.ldb() + p] : b[p * s.ldb() + j];
                sum = Math.fma(left, right, sum);
            }
            if (Float.floatToRawIntBits(sum) != Float.floatToRawIntBits(c[at])) {
                throw new IllegalStateException(
                        text + ": C[" + i + "," + j + "] is " + c[at] + ", the naive loop gives " + sum);
            }
        }
    }

    private static float[] uniform(int n, long seed) {
        var random = new SplittableRandom(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }
}

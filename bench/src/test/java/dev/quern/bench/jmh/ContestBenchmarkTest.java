// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.GemmCase;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.parallel.WorkerPool;
import org.junit.jupiter.api.Test;

class ContestBenchmarkTest {
    /** A product whose kernel, when it is broken, leaves out the last step of the depth. */
    private record Product(boolean broken) implements Contestant {
        @Override
        public String impl() {
            return broken ? "broken" : "whole";
        }

        @Override
        public boolean exact() {
            return true;
        }

        @Override
        public boolean offers(Suite suite, String kase) {
            return suite == Suite.GEMM;
        }

        @Override
        public Work prepare(Suite suite, String kase, int threads) {
            GemmCase product = GemmCase.parse(kase);
            int k = product.k() - (broken ? 1 : 0);
            var s = GemmShape.of(product.m(), product.n(), k)
                    .withLeadingDimensions(product.k(), product.n(), product.n());
            float[] c = new float[product.m() * product.n()];
            return new Work() {
                @Override
                public void run() {
                    Gemm.multiply(s, 1f, product.a(), 0, product.b(), 0, 0f, c, 0, Epilogue.NONE, WorkerPool.CALLER);
                }

                @Override
                public float[] result() {
                    return c;
                }

                @Override
                public void close() {}
            };
        }
    }

    private static GemmBenchmark benchmark() {
        var benchmark = new GemmBenchmark();
        benchmark.kase = "17x19x23";
        return benchmark;
    }

    @Test
    void aBrokenKernelIsNotTimed() {
        var e = assertThrows(IllegalStateException.class, () -> benchmark().prepare(new Product(true)));
        assertTrue(e.getMessage().startsWith("gemm 17x19x23 by broken: element 0 is "), e.getMessage());
    }

    @Test
    void aRightOneIs() {
        assertDoesNotThrow(() -> benchmark().prepare(new Product(false)));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.gemm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.gemm.PackedMatrix;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.storage.Storage;
import dev.quern.tests.reference.ReferenceGemm;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Pools;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sixteen callers at once, all routes in random order, for some time: no bit ever differs. */
@Tag("soak")
class GemmSoakTest {
    private static final int CALLERS = 16;
    private static final int SECONDS = Integer.getInteger("dev.quern.tests.soakSeconds", 20);

    private static final List<GemmShape> SHAPES = List.of(
            GemmShape.of(1, 300, 500),
            GemmShape.of(2, 1100, 130),
            GemmShape.of(5, 200, 400).withTransposes(false, true),
            GemmShape.of(16, 130, 260),
            GemmShape.of(200, 1, 300),
            GemmShape.of(8, 8, 8),
            GemmShape.of(33, 31, 64),
            GemmShape.of(530, 20, 60),
            GemmShape.of(130, 140, 150),
            GemmShape.of(70, 200, 300).withTransposes(true, false),
            GemmShape.of(90, 90, 150).withTransposes(true, true));

    /** A product in all its forms, with what each must give. */
    private record Prepared(GemmShape shape, float[] a, float[] b, List<PackedMatrix> packed, List<float[]> expected) {
        static Prepared of(GemmShape shape) {
            float[] a = Data.uniform(shape.elementsA(), 1);
            float[] b = Data.uniform(shape.elementsB(), 2);
            var packed = new ArrayList<PackedMatrix>();
            var expected = new ArrayList<float[]>();
            for (Storage storage : Storage.values()) {
                packed.add(PackedMatrix.pack(shape, 1f, b, 0, storage));
                float[] values = b.clone();
                for (int i = 0; i < values.length; i++) {
                    values[i] = storage.round(values[i]);
                }
                expected.add(product(shape, a, values));
            }
            return new Prepared(shape, a, b, packed, expected);
        }

        private static float[] product(GemmShape shape, float[] a, float[] b) {
            float[] c = new float[shape.elementsC()];
            ReferenceGemm.multiply(shape, 1f, a, 0, b, 0, 0f, c, 0, null, null);
            return c;
        }

        /** One call; a form beyond the storages is a plain B. */
        void check(int form, float[] c, WorkerPool pool) {
            Arrays.fill(c, Float.NaN);
            if (form < packed.size()) {
                Gemm.multiply(shape, a, 0, packed.get(form), 0f, c, 0, Epilogue.NONE, pool);
            } else {
                Gemm.multiply(shape, 1f, a, 0, b, 0, 0f, c, 0, Epilogue.NONE, pool);
            }
            Bits.assertEqual(shape + ", form " + form, expected.get(form % packed.size()), c);
        }
    }

    @Test
    void noBitEverDiffers() throws InterruptedException, ExecutionException {
        List<Prepared> products = SHAPES.stream().map(Prepared::of).toList();
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        try (var executor = Executors.newFixedThreadPool(CALLERS)) {
            var callers = new ArrayList<Callable<Long>>();
            for (int i = 0; i < CALLERS; i++) {
                long seed = i;
                callers.add(() -> calls(products, new SplittableRandom(seed), end));
            }
            for (Future<Long> caller : executor.invokeAll(callers)) {
                assertTrue(caller.get() > 0, "a caller that never came to multiply");
            }
        }
    }

    private static long calls(List<Prepared> products, SplittableRandom random, long end) {
        long count = 0;
        List<float[]> results =
                SHAPES.stream().map(shape -> new float[shape.elementsC()]).toList();
        for (; System.nanoTime() < end; count++) {
            int product = random.nextInt(products.size());
            WorkerPool pool = Pools.ALL.get(random.nextInt(Pools.ALL.size()));
            products.get(product).check(random.nextInt(Storage.values().length + 1), results.get(product), pool);
        }
        return count;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.dense.DenseShape;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.norm.NormShape;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.pool.PoolShape;
import java.util.SplittableRandom;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Sizes from all over the range of int: a shape either is refused, with {@link IllegalArgumentException} and a message
 * that holds a number, or has the sizes of the formulas in 64 bits. No other exception, and no array.
 */
class ExtremeSizesProperties {
    private static final int MAX = Integer.MAX_VALUE;
    private static final int[] ANY = {
        0, -1, Integer.MIN_VALUE, 46341, 1 << 15, 1 << 16, (1 << 16) + 1, 1 << 24, 1 << 30, MAX - 1, MAX
    };

    @Property(tries = 5000, seed = "1", edgeCases = EdgeCasesMode.NONE)
    void convolutionsAreRefusedOrRight(@ForAll long seed) {
        var r = new SplittableRandom(seed);
        refusedOrRight(() -> {
            int height = size(r);
            int kernel = size(r);
            ConvShape s = ConvShape.of(layout(r), size(r), height, size(r), size(r), size(r), kernel, size(r));
            int stride = size(r);
            int dilation = size(r);
            int top = size(r);
            int bottom = size(r);
            s = s.withStrides(stride, size(r))
                    .withDilations(dilation, size(r))
                    .withPadding(top, bottom, size(r), size(r))
                    .withGroups(r.nextInt(3) == 0 ? size(r) : 1);
            assertEquals(outputs((long) height + top + bottom, (kernel - 1L) * dilation + 1, stride), s.outHeight());
            assertEquals((long) s.batch() * s.outHeight() * s.outWidth() * s.outChannels(), s.destinationElements());
            assertEquals((long) s.batch() * s.height() * s.width() * s.channels(), s.sourceElements());
            assertTrue(s.flops() >= 0, s.toString());
            for (ConvAlgorithm algorithm : ConvAlgorithm.values()) {
                if (algorithm.suits(s)) {
                    assertTrue(Conv2D.workspaceFloats(algorithm, s, WorkerPool.CALLER) >= 0, algorithm + " of " + s);
                }
            }
            assertTrue(Conv2D.workspaceFloats(s, WorkerPool.CALLER) >= 0, s.toString());
            assertTrue(s.columnElements() >= 0, s.toString());
        });
    }

    @Property(tries = 5000, seed = "2", edgeCases = EdgeCasesMode.NONE)
    void poolingsAreRefusedOrRight(@ForAll long seed) {
        var r = new SplittableRandom(seed);
        refusedOrRight(() -> {
            int height = size(r);
            int window = size(r);
            PoolShape s = PoolShape.of(layout(r), size(r), height, size(r), size(r), window, size(r));
            int stride = size(r);
            int top = r.nextInt(3);
            int bottom = size(r);
            s = s.withStrides(stride, size(r)).withPadding(top, bottom, r.nextInt(3), size(r));
            assertEquals(outputs((long) height + top + bottom, window, stride), s.outHeight());
            assertEquals((long) s.batch() * s.outHeight() * s.outWidth() * s.channels(), s.destinationElements());
            PoolShape up = s.withCeilMode(true);
            assertTrue(up.outHeight() - s.outHeight() <= 1 && up.outHeight() >= s.outHeight(), up.toString());
            assertTrue(up.destinationElements() >= s.destinationElements(), up.toString());
        });
    }

    @Property(tries = 5000, seed = "3", edgeCases = EdgeCasesMode.NONE)
    void productsAreRefusedOrRight(@ForAll long seed) {
        var r = new SplittableRandom(seed);
        refusedOrRight(() -> {
            GemmShape s = GemmShape.of(size(r), size(r), size(r)).withTransposes(r.nextBoolean(), r.nextBoolean());
            s = s.withLeadingDimensions(s.lda() + r.nextInt(3), s.ldb() + r.nextInt(3), size(r));
            assertTrue((s.m() - 1L) * s.ldc() + s.n() <= MAX, s.toString());
            assertTrue((long) s.m() * s.k() <= MAX && (long) s.k() * s.n() <= MAX, s.toString());
        });
    }

    @Property(tries = 5000, seed = "4", edgeCases = EdgeCasesMode.NONE)
    void layersAndNormsAreRefusedOrRight(@ForAll long seed) {
        var r = new SplittableRandom(seed);
        refusedOrRight(() -> {
            var s = new DenseShape(size(r), size(r), size(r));
            assertTrue((long) s.batch() * s.inputs() <= MAX && (long) s.inputs() * s.units() <= MAX, s.toString());
        });
        refusedOrRight(() -> {
            NormShape s = NormShape.of(layout(r), size(r), size(r), size(r));
            assertTrue((long) s.batch() * s.positions() * s.channels() <= MAX, s.toString());
        });
    }

    private static long outputs(long padded, long reach, long stride) {
        return (padded - reach) / stride + 1;
    }

    private static void refusedOrRight(Runnable shape) {
        try {
            shape.run();
        } catch (IllegalArgumentException e) {
            assertEquals(IllegalArgumentException.class, e.getClass(), e.toString());
            assertTrue(e.getMessage().matches("(?s).*\\d.*"), "no number in: " + e.getMessage());
        }
    }

    /** Mostly small, or nothing would be accepted. */
    private static int size(SplittableRandom r) {
        return r.nextInt(6) == 0 ? ANY[r.nextInt(ANY.length)] : r.nextInt(1, 8);
    }

    private static Layout layout(SplittableRandom r) {
        return r.nextBoolean() ? Layout.NHWC : Layout.NCHW;
    }
}

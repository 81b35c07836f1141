// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.gemm.blocked.InPlaceKernel;
import dev.quern.kernels.gemm.blocked.MicroKernel;
import dev.quern.kernels.gemm.blocked.MicroKernels;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Guarded;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The micro-kernels of the registry, each against its contract. */
class MicroKernelTest {
    private static final List<MicroKernel> ALL =
            Stream.concat(MicroKernels.ALL.stream(), MicroKernels.LOW.stream()).toList();

    @Test
    void everyOneComputesItsTileExactlyAndWritesNothingElse() {
        for (MicroKernel kernel : ALL) {
            for (int depth : new int[] {0, 1, 2, 3, 16, 17, 128, MicroKernel.SLIVER_STRIDE - 16}) {
                Guarded init = values(kernel.rows(), kernel.columns(), kernel.columns() + 2, 3);
                assertTile(kernel, depth, init, kernel.columns() + 2);
            }
        }
    }

    @Test
    void aRowStrideOfZeroStartsEveryRowFromTheSameOne() {
        for (MicroKernel kernel : ALL) {
            assertTile(kernel, 5, values(1, kernel.columns(), kernel.columns(), 4), 0);
        }
    }

    @Test
    void theLowOnesReadTheSamePanels() {
        for (MicroKernel kernel : MicroKernels.LOW) {
            assertEquals(MicroKernels.ALL.getFirst().columns(), kernel.columns(), kernel.name());
        }
    }

    @Test
    void kernelsInPlaceAgreeWithTheLoopForEveryNumberOfRows() {
        for (InPlaceKernel kernel : MicroKernels.IN_PLACE) {
            assertTiles(kernel);
        }
    }

    private static void assertTiles(InPlaceKernel kernel) {
        for (int columns = kernel.least(); columns <= kernel.columns(); columns++) {
            for (int rows = 1; rows <= kernel.rows(); rows++) {
                for (int depth : new int[] {0, 1, 2, 37}) {
                    assertTile(kernel, rows, columns, depth, columns + 2);
                    assertTile(kernel, rows, columns, depth, 0);
                }
            }
        }
    }

    private static void assertTile(InPlaceKernel kernel, int rows, int columns, int depth, int initStride) {
        int lda = depth + 3;
        int ldb = columns + 5;
        Guarded a = Guarded.matrix(rows, depth, lda, Data.uniform((long) rows * depth, 1));
        Guarded b = Guarded.matrix(depth, columns, ldb, Data.uniform((long) depth * columns, 2));
        Guarded init = values(initStride == 0 ? 1 : kernel.rows(), columns, Math.max(columns, initStride), 4);
        float[] tile = new float[kernel.rows() * columns];
        float[] expected = new float[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                float sum = init.array()[init.offset() + i * initStride + j];
                for (int p = 0; p < depth; p++) {
                    sum = Math.fma(a.array()[a.offset() + i * lda + p], b.array()[b.offset() + p * ldb + j], sum);
                }
                expected[i * columns + j] = sum;
            }
        }
        kernel.run(
                depth,
                rows,
                columns,
                a.array(),
                a.offset(),
                lda,
                b.array(),
                b.offset(),
                ldb,
                init.array(),
                init.offset(),
                initStride,
                tile,
                0,
                columns);
        Bits.assertEqual(
                kernel.name() + ", " + rows + "×" + columns + ", depth " + depth,
                expected,
                Arrays.copyOf(tile, rows * columns));
    }

    private static void assertTile(MicroKernel kernel, int depth, Guarded init, int initStride) {
        int rows = kernel.rows();
        int columns = kernel.columns();
        float[] a = Data.uniform((long) rows * depth, 1);
        float[] b = Data.uniform((long) depth * columns, 2);
        Guarded sliver = Guarded.of(sliver(rows, depth, a));
        MemorySegment panel = panel(b);
        Guarded c = values(rows, columns, columns + 5, 5);
        float[] expected = new float[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                float sum = init.array()[init.offset() + i * initStride + j];
                for (int p = 0; p < depth; p++) {
                    sum = Math.fma(a[i * depth + p], b[p * columns + j], sum);
                }
                expected[i * columns + j] = sum;
            }
        }
        kernel.body()
                .run(
                        depth,
                        sliver.array(),
                        sliver.offset(),
                        panel,
                        init.array(),
                        init.offset(),
                        initStride,
                        c.array(),
                        c.offset(),
                        columns + 5);
        Bits.assertEqual(kernel.name() + ", depth " + depth, expected, c.values());
        if (kernel.strided() != null) {
            int lda = depth + 3;
            Guarded inPlace = Guarded.matrix(rows, depth, lda, a);
            Guarded again = values(rows, columns, columns + 5, 6);
            kernel.strided()
                    .run(
                            depth,
                            inPlace.array(),
                            inPlace.offset(),
                            lda,
                            panel,
                            init.array(),
                            init.offset(),
                            initStride,
                            again.array(),
                            again.offset(),
                            columns + 5);
            Bits.assertEqual(kernel.name() + " in place, depth " + depth, expected, again.values());
        }
        if (kernel.packing() != null) {
            assertPacks(kernel, depth, b, sliver, init, initStride, expected);
        }
    }

    private static void assertPacks(
            MicroKernel kernel, int depth, float[] b, Guarded sliver, Guarded init, int initStride, float[] expected) {
        int columns = kernel.columns();
        int ldb = columns + 3;
        Guarded inPlace = Guarded.matrix(depth, columns, ldb, b);
        MemorySegment packed = panel(new float[b.length]);
        Guarded c = values(kernel.rows(), columns, columns + 5, 7);
        kernel.packing()
                .run(
                        depth,
                        sliver.array(),
                        sliver.offset(),
                        inPlace.array(),
                        inPlace.offset(),
                        ldb,
                        packed,
                        init.array(),
                        init.offset(),
                        initStride,
                        c.array(),
                        c.offset(),
                        columns + 5);
        Bits.assertEqual(kernel.name() + " packing, depth " + depth, expected, c.values());
        Bits.assertEqual(kernel.name() + ", its panel, depth " + depth, b, packed.toArray(ValueLayout.JAVA_FLOAT));
    }

    private static MemorySegment panel(float[] b) {
        return Arena.ofAuto().allocateFrom(ValueLayout.JAVA_FLOAT, b);
    }

    /** A sliver: the rows in order, each {@code SLIVER_STRIDE} floats after the one before. */
    private static float[] sliver(int rows, int depth, float[] a) {
        float[] sliver = new float[(rows - 1) * MicroKernel.SLIVER_STRIDE + depth];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(a, i * depth, sliver, i * MicroKernel.SLIVER_STRIDE, depth);
        }
        return sliver;
    }

    private static Guarded values(int rows, int columns, int stride, long seed) {
        return Guarded.matrix(rows, columns, stride, Data.uniform((long) rows * columns, seed));
    }
}

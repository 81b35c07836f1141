// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.gemm;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.gemm.blocked.MicroKernels;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.reference.ReferenceGemm;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Pools;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** The matrix product has the bits of the plain loop, whatever the sizes, strides, data and threads. */
class GemmProperties {
    @Tag("deep")
    @Property(tries = 300, seed = "1", edgeCases = EdgeCasesMode.NONE)
    void everyShapeAndScaleIsExact(
            @ForAll("rows") int m,
            @ForAll("columns") int n,
            @ForAll("depths") int k,
            @ForAll boolean transposeA,
            @ForAll boolean transposeB,
            @ForAll("scales") float alpha,
            @ForAll("scales") float beta,
            @ForAll BiasAlong along,
            @ForAll long seed) {
        var shape = GemmShape.of(m, n, k).withTransposes(transposeA, transposeB);
        GemmCase.of(shape, alpha, beta, along, seed).assertExact();
    }

    @Tag("deep")
    @Property(tries = 200, seed = "2", edgeCases = EdgeCasesMode.NONE)
    void matricesInsideLargerOnesAreExactAndTheRestIsLeftAlone(
            @ForAll("rows") int m,
            @ForAll("columns") int n,
            @ForAll("depths") int k,
            @ForAll boolean transposeA,
            @ForAll boolean transposeB,
            @ForAll @IntRange(max = 9) int gapA,
            @ForAll @IntRange(max = 9) int gapB,
            @ForAll @IntRange(max = 9) int gapC,
            @ForAll("scales") float beta,
            @ForAll long seed) {
        var tight = GemmShape.of(m, n, k).withTransposes(transposeA, transposeB);
        var shape = tight.withLeadingDimensions(tight.lda() + gapA, tight.ldb() + gapB, tight.ldc() + gapC);
        GemmCase.of(shape, 1f, beta, BiasAlong.NONE, seed).assertExact();
    }

    @Tag("deep")
    @Property(tries = 200, seed = "3", edgeCases = EdgeCasesMode.NONE)
    void nanInfinityDenormalsAndNegativeZeroGoAsInThePlainLoop(
            @ForAll("rows") int m,
            @ForAll("columns") int n,
            @ForAll @IntRange(max = 20) int k,
            @ForAll boolean transposeB,
            @ForAll("oddScales") float alpha,
            @ForAll("oddScales") float beta,
            @ForAll BiasAlong along,
            @ForAll @IntRange(min = 1, max = 40) int every,
            @ForAll long seed) {
        var shape = GemmShape.of(m, n, k).withTransposes(false, transposeB);
        GemmCase.odd(shape, alpha, beta, along, every, seed).assertExact();
    }

    @Property(tries = 60, seed = "4", edgeCases = EdgeCasesMode.NONE)
    void chainsLongerThanABlockGoOnFromC(
            @ForAll("deep") int k,
            @ForAll @IntRange(min = 1, max = 15) int m,
            @ForAll @IntRange(min = 1, max = 140) int n,
            @ForAll boolean transposeA,
            @ForAll boolean transposeB,
            @ForAll("scales") float alpha,
            @ForAll("scales") float beta,
            @ForAll BiasAlong along,
            @ForAll long seed) {
        var shape = GemmShape.of(m, n, k).withTransposes(transposeA, transposeB);
        GemmCase.of(shape, alpha, beta, along, seed).assertExact();
    }

    @Tag("deep")
    @Property(tries = 100, seed = "5", edgeCases = EdgeCasesMode.NONE)
    void anActivationIsAppliedOnceToTheFinishedElement(
            @ForAll("rows") int m,
            @ForAll("columns") int n,
            @ForAll("depths") int k,
            @ForAll("activations") Activation activation,
            @ForAll("scales") float beta,
            @ForAll BiasAlong along,
            @ForAll long seed) {
        var plain = GemmCase.of(GemmShape.of(m, n, k), 1f, beta, along, seed);
        plain.then(activation, seed).assertExact();
    }

    @Property(tries = 20, seed = "6", edgeCases = EdgeCasesMode.NONE)
    void anActivationWaitsForTheLastBlockOfTheDepth(
            @ForAll("deep") int k, @ForAll("activations") Activation activation, @ForAll long seed) {
        var plain = GemmCase.of(GemmShape.of(7, 67, k), 1f, 0f, BiasAlong.N, seed);
        plain.then(activation, seed).assertExact();
    }

    @Property(tries = 40, seed = "7", edgeCases = EdgeCasesMode.NONE)
    void everyPoolGivesTheSameBits(
            @ForAll("tall") int m,
            @ForAll("wide") int n,
            @ForAll @IntRange(min = 100, max = 330) int k,
            @ForAll boolean transposeA,
            @ForAll boolean transposeB,
            @ForAll BiasAlong along,
            @ForAll long seed) {
        var shape = GemmShape.of(m, n, k).withTransposes(transposeA, transposeB);
        var product = GemmCase.of(shape, 1.5f, -0.5f, along, seed);
        float[] expected = product.expected();
        for (WorkerPool pool : Pools.ALL) {
            String what = product + " on " + pool.threads() + " threads";
            Bits.assertEqual(what, expected, product.actual(pool));
            Bits.assertEqual(what + " packed", expected, product.actualPacked(pool));
            Bits.assertEqual(what + " packed left", expected, product.actualPackedLeft(pool));
            Bits.assertEqual(what + " packed for one column", expected, product.actualPackedForOneColumn(pool));
        }
    }

    /** Beyond one block of rows B is packed before, else on the way: a product on each side, and cut among threads. */
    @Property(tries = 24, seed = "12", edgeCases = EdgeCasesMode.NONE)
    void severalBlocksOfRowsAndColumnsAreExact(
            @ForAll("blocksOfRows") int m,
            @ForAll("blocksOfColumns") int n,
            @ForAll("blocksOfDepth") int k,
            @ForAll boolean transposeA,
            @ForAll boolean transposeB,
            @ForAll("scales") float alpha,
            @ForAll("scales") float beta,
            @ForAll BiasAlong along,
            @ForAll long seed) {
        var shape = GemmShape.of(m, n, k).withTransposes(transposeA, transposeB);
        var product = GemmCase.of(shape, alpha, beta, along, seed);
        product.assertExact();
        WorkerPool pool = Pools.ALL.getLast();
        Bits.assertEqual(product + " on " + pool.threads() + " threads", product.expected(), product.actual(pool));
    }

    @Property(tries = 60, seed = "10", edgeCases = EdgeCasesMode.NONE)
    void aProductOfFewRowsIsExactBeyondOnePassOfTheColumns(
            @ForAll @IntRange(min = 1, max = 18) int m,
            @ForAll("strips") int n,
            @ForAll @IntRange(min = 1, max = 40) int k,
            @ForAll boolean transposeA,
            @ForAll("scales") float beta,
            @ForAll BiasAlong along,
            @ForAll long seed) {
        var shape = GemmShape.of(m, n, k).withTransposes(transposeA, false);
        GemmCase.of(shape, 1f, beta, along, seed).assertExact();
    }

    @Property(tries = 150, seed = "31", edgeCases = EdgeCasesMode.NONE)
    void aProductWhoseLastRowsGoAsAPairIsExact(
            @ForAll @IntRange(min = 2, max = 40) int m,
            @ForAll @IntRange(min = 2, max = 100) int n,
            @ForAll @IntRange(max = 40) int k,
            @ForAll boolean transposeA,
            @ForAll @IntRange(max = 2) int gap,
            @ForAll("scales") float beta,
            @ForAll BiasAlong along,
            @ForAll long seed) {
        var shape = withGaps(GemmShape.of(m, n, k).withTransposes(transposeA, false), gap);
        GemmCase.of(shape, 1f, beta, along, seed).assertExact();
    }

    @Property(tries = 150, seed = "32", edgeCases = EdgeCasesMode.NONE)
    void aPlainProductOfHalfAVectorOfColumnsIsExact(
            @ForAll @IntRange(min = 7, max = 40) int m,
            @ForAll("halfVectors") int n,
            @ForAll @IntRange(max = 40) int k,
            @ForAll @IntRange(max = 2) int gapOfA,
            @ForAll long seed) {
        var shape = GemmShape.of(m, n, k).withLeadingDimensions(Math.max(1, k) + gapOfA, n, n);
        GemmCase.of(shape, 1f, 0f, BiasAlong.NONE, seed).assertExact();
        GemmCase.odd(shape, 1f, 0f, BiasAlong.NONE, 10, seed).assertExact();
    }

    @Property(tries = 80, seed = "33", edgeCases = EdgeCasesMode.NONE)
    void aProductOfFewRowsByAPanelAndAHalfIsExact(
            @ForAll @IntRange(min = 2, max = 34) int m,
            @ForAll @IntRange(min = 64, max = 97) int n,
            @ForAll @IntRange(max = 300) int k,
            @ForAll @IntRange(max = 2) int gap,
            @ForAll("scales") float beta,
            @ForAll BiasAlong along,
            @ForAll("activations") Activation last,
            @ForAll long seed) {
        var shape = withGaps(GemmShape.of(m, n, k), gap);
        GemmCase.of(shape, 1f, beta, along, seed).then(last, seed).assertExact();
    }

    @Property(tries = 60, seed = "34", edgeCases = EdgeCasesMode.NONE)
    void aProductOfFewRowsByAMatrixBeyondTheFirstLevelCacheIsExact(
            @ForAll @IntRange(min = 8, max = 26) int m,
            @ForAll @IntRange(min = 49, max = 140) int n,
            @ForAll @IntRange(min = 200, max = 460) int k,
            @ForAll @IntRange(max = 2) int gap,
            @ForAll("unitOrOther") float beta,
            @ForAll BiasAlong along,
            @ForAll long seed) {
        var shape = withGaps(GemmShape.of(m, n, k), gap);
        GemmCase.of(shape, 1f, beta, along, seed).assertExact();
        GemmCase.of(shape, 1f, 0f, along, seed).assertExact();
    }

    @Property(tries = 100, seed = "11", edgeCases = EdgeCasesMode.NONE)
    void aProductWithOneColumnIsExact(
            @ForAll @IntRange(min = 1, max = 40) int m,
            @ForAll("columnDepths") int k,
            @ForAll boolean transposeA,
            @ForAll boolean transposeB,
            @ForAll @IntRange(max = 2) int gap,
            @ForAll("scales") float alpha,
            @ForAll("scales") float beta,
            @ForAll BiasAlong along,
            @ForAll long seed) {
        GemmCase.of(
                        withGaps(GemmShape.of(m, 1, k).withTransposes(transposeA, transposeB), gap),
                        alpha,
                        beta,
                        along,
                        seed)
                .assertExact();
    }

    @Property(tries = 100, seed = "13", edgeCases = EdgeCasesMode.NONE)
    void aProductWithOneRowIsExact(
            @ForAll @IntRange(min = 1, max = 40) int n,
            @ForAll("columnDepths") int k,
            @ForAll boolean transposeA,
            @ForAll boolean transposeB,
            @ForAll @IntRange(max = 2) int gap,
            @ForAll("unitOrOther") float alpha,
            @ForAll("scales") float beta,
            @ForAll BiasAlong along,
            @ForAll("activations") Activation activation,
            @ForAll long seed) {
        var shape = withGaps(GemmShape.of(1, n, k).withTransposes(transposeA, transposeB), gap);
        GemmCase.of(shape, alpha, beta, along, seed).then(activation, seed).assertExact();
    }

    @Property(tries = 100, seed = "14", edgeCases = EdgeCasesMode.NONE)
    void aProductWithOneLongRowIsExact(
            @ForAll @IntRange(min = 1, max = 400) int n,
            @ForAll @IntRange(max = 300) int k,
            @ForAll boolean transposeA,
            @ForAll @IntRange(max = 2) int gap,
            @ForAll("unitOrOther") float alpha,
            @ForAll("scales") float beta,
            @ForAll BiasAlong along,
            @ForAll("activations") Activation activation,
            @ForAll long seed) {
        var shape = withGaps(GemmShape.of(1, n, k).withTransposes(transposeA, false), gap);
        GemmCase.of(shape, alpha, beta, along, seed).then(activation, seed).assertExact();
    }

    /** Vectors of the last rows of B would leave it. */
    @Example
    void aNarrowMatrixMayEndItsArray() {
        for (int m : new int[] {1, 3, 5, 17}) {
            for (int n = 1; n <= 34; n++) {
                for (int k : new int[] {1, 2, 9, 40}) {
                    float[] a = Data.uniform((long) m * k, n);
                    float[] b = Data.uniform((long) k * n, k);
                    float[] c = new float[m * n];
                    ReferenceGemm.multiply(GemmShape.of(m, n, k), 1f, a, 0, b, 0, 0f, c, 0, null, null);
                    Bits.assertEqual(m + "x" + n + "x" + k, c, Product.of(m, n, k, a, 0, b));
                }
            }
        }
    }

    private static GemmShape withGaps(GemmShape tight, int gap) {
        return tight.withLeadingDimensions(tight.lda() + gap, tight.ldb() + gap, tight.ldc() + gap);
    }

    @Property(tries = 50, seed = "8", edgeCases = EdgeCasesMode.NONE)
    void aRowDoesNotDependOnTheRowsThatComeWithIt(
            @ForAll @IntRange(min = 2, max = 30) int m,
            @ForAll("columns") int n,
            @ForAll("depths") int k,
            @ForAll long seed) {
        float[] b = Data.uniform((long) k * n, seed);
        float[] a = Data.uniform((long) m * k, seed + 1);
        float[] all = Product.of(m, n, k, a, 0, b);
        for (int i = 0; i < m; i++) {
            float[] row = Product.of(1, n, k, a, i * k, b);
            for (int j = 0; j < n; j++) {
                Bits.assertEqual("row " + i, all[i * n + j], row[j]);
            }
        }
    }

    @Example
    void moreColumnsThanABlockOfBAreExact() {
        for (int n : new int[] {2047, 2048, 2049, 4096, 4099}) {
            GemmCase.of(GemmShape.of(7, n, 5), 1f, 1f, BiasAlong.N, n).assertExact();
            GemmCase.of(GemmShape.of(2, n, 300).withTransposes(true, true), -1f, 0f, BiasAlong.M, n)
                    .assertExact();
        }
    }

    @Example
    void moreRowsThanABlockOfAAreExact() {
        for (int m : new int[] {167, 168, 169, 336, 341}) {
            GemmCase.of(GemmShape.of(m, 17, 260), 1f, 2f, BiasAlong.M, m).assertExact();
        }
    }

    @Example
    void aColumnLongerThanTheRoomForItsCopyIsExact() {
        var shape = GemmShape.of(70, 1, 75_000).withLeadingDimensions(75_000, 2, 3);
        GemmCase.of(shape, 0.7f, 0.5f, BiasAlong.M, 5).assertExact();
    }

    @Example
    void largePowersOfTwoAsLeadingDimensionsAreExact() {
        var shape = GemmShape.of(13, 70, 70).withLeadingDimensions(1024, 2048, 4096);
        GemmCase.of(shape, 1f, 1f, BiasAlong.NONE, 5).assertExact();
    }

    @Example
    void negativeZerosOfCSurviveWithoutABias() {
        for (int k : new int[] {0, 3}) {
            var shape = GemmShape.of(7, 19, k);
            var product = GemmCase.odd(shape, 0f, 1f, BiasAlong.NONE, 1, 3);
            Bits.assertEqual("k = " + k, product.c().values(), product.actual(WorkerPool.CALLER));
        }
    }

    @Provide
    Arbitrary<Integer> blocksOfRows() {
        return Arbitraries.of(257, 258, 259, 515, 516, 517, 601);
    }

    @Provide
    Arbitrary<Integer> blocksOfColumns() {
        return Arbitraries.of(33, 130, 257, 1023, 1030);
    }

    @Provide
    Arbitrary<Integer> blocksOfDepth() {
        return Arbitraries.of(5, 127, 128, 129, 256, 259);
    }

    @Provide
    Arbitrary<Integer> strips() {
        return Arbitraries.of(16, 255, 1023, 1024, 1025, 1040, 2047, 2100);
    }

    /** Of any width. */
    @Provide
    Arbitrary<Integer> halfVectors() {
        return Arbitraries.of(2, 4, 8);
    }

    /** Some beyond what is taken of a column at a time. */
    @Provide
    Arbitrary<Integer> columnDepths() {
        return Arbitraries.of(1, 2, 7, 15, 16, 17, 31, 64, 1000, 17_279, 17_281, 74_304, 74_321);
    }

    @Provide
    Arbitrary<Integer> rows() {
        return around(MicroKernels.ALL.getFirst().rows(), 0, 1, 2, 5, 6, 7, 17, 18, 19, 31);
    }

    @Provide
    Arbitrary<Integer> columns() {
        int tile = MicroKernels.ALL.getFirst().columns();
        return around(tile, 0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 97, 131, 193);
    }

    @Provide
    Arbitrary<Integer> depths() {
        return Arbitraries.of(0, 1, 2, 3, 5, 8, 13, 16, 17, 31, 64, 97);
    }

    @Provide
    Arbitrary<Integer> deep() {
        return Arbitraries.of(255, 256, 257, 383, 384, 385, 512, 513, 600, 769);
    }

    @Provide
    Arbitrary<Integer> tall() {
        return Arbitraries.of(1, 5, 64, 151, 200);
    }

    @Provide
    Arbitrary<Integer> wide() {
        return Arbitraries.of(1, 63, 130, 200, 257);
    }

    @Provide
    Arbitrary<Float> scales() {
        return Arbitraries.of(0f, -0f, 1f, -1f, 0.3f, -2.5f);
    }

    /** Only products without a factor have routes of their own for one row. */
    @Provide
    Arbitrary<Float> unitOrOther() {
        return Arbitraries.of(1f, 1f, 0f, 0.3f);
    }

    @Provide
    Arbitrary<Float> oddScales() {
        return Arbitraries.of(
                0f, -0f, 1f, -1f, 0.3f, Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE, 1e-39f, Float.MAX_VALUE);
    }

    @Provide
    Arbitrary<Activation> activations() {
        return Arbitraries.of(
                Activation.RELU,
                Activation.leakyRelu(0.1f),
                Activation.SIGMOID,
                Activation.TANH,
                Activation.clip(-1f, 2f),
                Activation.SOFTPLUS,
                Activation.SILU,
                Activation.GELU);
    }

    private static Arbitrary<Integer> around(int tile, int... others) {
        var sizes = new TreeSet<Integer>();
        for (int multiple = 1; multiple <= 3; multiple++) {
            for (int delta = -1; delta <= 1; delta++) {
                sizes.add(multiple * tile + delta);
            }
        }
        for (int other : others) {
            sizes.add(other);
        }
        return Arbitraries.of(sizes);
    }
}

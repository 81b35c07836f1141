// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.conv.Col2Im;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Im2Col;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.reference.ReferenceCol2Im;
import dev.quern.tests.reference.ReferenceIm2Col;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** The column matrix and its adjoint have the bits of the plain loops. */
class Im2ColProperties {
    @Tag("deep")
    @Property(tries = 300, seed = "21", edgeCases = EdgeCasesMode.NONE)
    void columnsAreThoseOfThePlainLoop(
            @ForAll("shapes") ConvShape shape, @ForAll @IntRange(min = 2, max = 40) int every, @ForAll long seed) {
        assertColumns(shape, Data.odd(shape.sourceElements(), every, seed), WorkerPool.CALLER);
    }

    @Tag("deep")
    @Property(tries = 300, seed = "22", edgeCases = EdgeCasesMode.NONE)
    void imagesAreThoseOfThePlainLoop(@ForAll("shapes") ConvShape shape, @ForAll long seed) {
        assertImages(shape, Data.uniform(shape.columnElements(), seed), WorkerPool.CALLER);
    }

    @Tag("deep")
    @Property(tries = 150, seed = "26", edgeCases = EdgeCasesMode.NONE)
    void imagesOfWholeVectorsAreThoseOfThePlainLoop(
            @ForAll("wholeVectors") ConvShape shape,
            @ForAll @IntRange(min = 1, max = 40) int every,
            @ForAll long seed) {
        assertImages(shape, Data.odd(shape.columnElements(), every, seed), WorkerPool.CALLER);
    }

    @Tag("deep")
    @Property(tries = 200, seed = "27", edgeCases = EdgeCasesMode.NONE)
    void firstLayersAreThoseOfThePlainLoop(
            @ForAll("firstLayers") ConvShape shape, @ForAll @IntRange(min = 1, max = 40) int every, @ForAll long seed) {
        for (WorkerPool pool : new WorkerPool[] {WorkerPool.CALLER, Pools.ALL.get(2)}) {
            assertColumns(shape, Data.odd(shape.sourceElements(), every, seed), pool);
            assertImages(shape, Data.odd(shape.columnElements(), every, seed), pool);
        }
    }

    /** Neither array has room for a vector that reaches beyond its end. */
    @Property(tries = 300, seed = "28", edgeCases = EdgeCasesMode.NONE)
    void firstLayersStayInTheirArrays(@ForAll("firstLayers") ConvShape shape, @ForAll long seed) {
        float[] x = Data.uniform(shape.sourceElements(), seed);
        float[] y = new float[shape.columnElements()];
        float[] expected = y.clone();
        Im2Col.transform(shape, x, 0, y, 0, WorkerPool.CALLER);
        ReferenceIm2Col.transform(shape, x, expected);
        Bits.assertEqual("columns of " + shape, expected, y);
        float[] sums = x.clone();
        Col2Im.transform(shape, y, 0, x, 0, WorkerPool.CALLER);
        ReferenceCol2Im.transform(shape, y, sums);
        Bits.assertEqual("images of " + shape, sums, x);
    }

    @Property(tries = 100, seed = "23", edgeCases = EdgeCasesMode.NONE)
    void oddValuesAreAddedAsInThePlainLoop(
            @ForAll("shapes") ConvShape shape, @ForAll @IntRange(min = 1, max = 40) int every, @ForAll long seed) {
        assertImages(shape, Data.odd(shape.columnElements(), every, seed), WorkerPool.CALLER);
    }

    @Property(tries = 60, seed = "24", edgeCases = EdgeCasesMode.NONE)
    void everyPoolGivesTheSameBits(@ForAll("shapes") ConvShape shape, @ForAll long seed) {
        for (WorkerPool pool : Pools.ALL) {
            assertColumns(shape, Data.uniform(shape.sourceElements(), seed), pool);
            assertImages(shape, Data.uniform(shape.columnElements(), seed), pool);
        }
    }

    /** ⟨im2col(x), y⟩ = ⟨x, col2im(y)⟩, and not nearly: whole numbers make both sides exact. */
    @Tag("deep")
    @Property(tries = 200, seed = "25", edgeCases = EdgeCasesMode.NONE)
    void eachIsTheAdjointOfTheOther(@ForAll("shapes") ConvShape shape, @ForAll long seed) {
        float[] x = Data.whole(shape.sourceElements(), seed);
        float[] y = Data.whole(shape.columnElements(), seed + 1);
        float[] columns = new float[y.length];
        float[] image = new float[x.length];
        Im2Col.transform(shape, x, 0, columns, 0, WorkerPool.CALLER);
        Col2Im.transform(shape, y, 0, image, 0, WorkerPool.CALLER);
        assertEquals(dot(columns, y), dot(x, image), shape.toString());
    }

    @Example
    void layersOfRealNetworksAreExactOnOneAndOnThreeThreads() {
        for (Layout layout : Layout.values()) {
            for (ConvShape shape : ConvShapes.real(layout)) {
                for (WorkerPool pool : new WorkerPool[] {WorkerPool.CALLER, Pools.ALL.get(2)}) {
                    assertColumns(shape, Data.uniform(shape.sourceElements(), 1), pool);
                    assertImages(shape, Data.uniform(shape.columnElements(), 2), pool);
                }
            }
        }
    }

    private static void assertColumns(ConvShape shape, float[] values, WorkerPool pool) {
        Guarded src = Guarded.of(values);
        float[] expected = new float[shape.columnElements()];
        ReferenceIm2Col.transform(shape, values, expected);
        Guarded columns = Guarded.output(expected.length);
        Im2Col.transform(shape, src.array(), src.offset(), columns.array(), columns.offset(), pool);
        src.assertUnchanged("src");
        Bits.assertEqual("columns of " + shape, expected, columns.values());
    }

    private static void assertImages(ConvShape shape, float[] values, WorkerPool pool) {
        Guarded columns = Guarded.of(values);
        float[] expected = new float[shape.sourceElements()];
        ReferenceCol2Im.transform(shape, values, expected);
        Guarded dst = Guarded.output(expected.length);
        Col2Im.transform(shape, columns.array(), columns.offset(), dst.array(), dst.offset(), pool);
        columns.assertUnchanged("columns");
        Bits.assertEqual("images of " + shape, expected, dst.values());
    }

    private static double dot(float[] x, float[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (double) x[i] * y[i];
        }
        return sum;
    }

    @Provide
    Arbitrary<ConvShape> shapes() {
        return ConvShapes.small(3);
    }

    @Provide
    Arbitrary<ConvShape> firstLayers() {
        return ConvShapes.firstLayers(3);
    }

    @Provide
    Arbitrary<ConvShape> wholeVectors() {
        return ConvShapes.wholeVectors(2);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.dense;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.dense.Dense;
import dev.quern.kernels.dense.DenseShape;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.reference.ReferenceDense;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The fully connected layer and its gradients have the bits of the plain loops. */
class DenseProperties {
    @Property(tries = 200, seed = "31", edgeCases = EdgeCasesMode.NONE)
    void forwardIsExact(@ForAll("shapes") DenseShape shape, @ForAll boolean biased, @ForAll long seed) {
        for (Activation activation : new Activation[] {Activation.IDENTITY, Activation.RELU, Activation.TANH}) {
            new Case(shape, 0, seed).assertForward(WorkerPool.CALLER, biased, activation);
        }
    }

    @Property(tries = 200, seed = "32", edgeCases = EdgeCasesMode.NONE)
    void gradientsAreExact(@ForAll("shapes") DenseShape shape, @ForAll long seed) {
        new Case(shape, 0, seed).assertGradients(WorkerPool.CALLER);
    }

    @Property(tries = 100, seed = "33", edgeCases = EdgeCasesMode.NONE)
    void nanInfinityDenormalsAndNegativeZeroGoAsInThePlainLoops(
            @ForAll("shapes") DenseShape shape, @ForAll @IntRange(min = 1, max = 60) int every, @ForAll long seed) {
        var layer = new Case(shape, every, seed);
        layer.assertForward(WorkerPool.CALLER, true, Activation.IDENTITY);
        layer.assertGradients(WorkerPool.CALLER);
    }

    @Property(tries = 30, seed = "34", edgeCases = EdgeCasesMode.NONE)
    void everyPoolGivesTheSameBits(@ForAll("shapes") DenseShape shape, @ForAll long seed) {
        for (WorkerPool pool : Pools.ALL) {
            var layer = new Case(shape, 0, seed);
            layer.assertForward(pool, true, Activation.RELU);
            layer.assertGradients(pool);
        }
    }

    @Property(tries = 4, seed = "35", edgeCases = EdgeCasesMode.NONE)
    void largeLayersAreExactOnEveryPool(@ForAll("large") DenseShape shape, @ForAll long seed) {
        for (WorkerPool pool : Pools.ALL) {
            var layer = new Case(shape, 0, seed);
            layer.assertForward(pool, true, Activation.RELU);
            layer.assertGradients(pool);
        }
    }

    @Provide
    Arbitrary<DenseShape> shapes() {
        return Arbitraries.of(0, 1, 2, 5, 6, 7, 31, 64, 65, 1023, 1025)
                .flatMap(batch -> Arbitraries.of(1, 2, 3, 15, 16, 17, 84, 120, 257)
                        .flatMap(inputs -> Arbitraries.of(1, 2, 7, 8, 10, 16, 17, 33, 65)
                                .map(units -> new DenseShape(batch, inputs, units))))
                .filter(s -> (long) s.batch() * s.inputs() * s.units() < 1 << 19);
    }

    @Provide
    Arbitrary<DenseShape> large() {
        return Arbitraries.of(
                new DenseShape(128, 400, 120),
                new DenseShape(2049, 30, 84),
                new DenseShape(65, 2048, 33),
                new DenseShape(1, 2048, 1000));
    }

    private static final class Case {
        private final DenseShape shape;
        private final Guarded src;
        private final Guarded weights;
        private final Guarded bias;
        private final Guarded diffDst;

        Case(DenseShape shape, int every, long seed) {
            this.shape = shape;
            src = values((long) shape.batch() * shape.inputs(), every, seed);
            weights = values((long) shape.inputs() * shape.units(), every, seed + 1);
            bias = values(shape.units(), every, seed + 2);
            diffDst = values((long) shape.batch() * shape.units(), every, seed + 3);
        }

        private static Guarded values(long n, int every, long seed) {
            return Guarded.of(every == 0 ? Data.uniform(n, seed) : Data.odd(n, every, seed));
        }

        void assertForward(WorkerPool pool, boolean biased, Activation activation) {
            float[] expected = new float[shape.batch() * shape.units()];
            ReferenceDense.forward(
                    shape.batch(),
                    shape.inputs(),
                    shape.units(),
                    src.values(),
                    weights.values(),
                    biased ? bias.values() : null,
                    expected);
            activation.forward(expected.length, expected, 0, expected, 0);
            Guarded dst = Guarded.output(expected.length);
            Epilogue start = biased ? Epilogue.biasAlongN(bias.array(), bias.offset()) : Epilogue.NONE;
            Dense.forward(
                    shape,
                    src.array(),
                    src.offset(),
                    weights.array(),
                    weights.offset(),
                    start.then(activation),
                    dst.array(),
                    dst.offset(),
                    pool);
            check("forward", pool, expected, dst);
        }

        void assertGradients(WorkerPool pool) {
            assertBackwardData(pool);
            assertBackwardWeights(pool);
            assertBackwardBias(pool);
        }

        private void assertBackwardData(WorkerPool pool) {
            float[] expected = new float[shape.batch() * shape.inputs()];
            ReferenceDense.backwardData(
                    shape.batch(), shape.inputs(), shape.units(), diffDst.values(), weights.values(), expected);
            Guarded diffSrc = Guarded.output(expected.length);
            Dense.backwardData(
                    shape,
                    diffDst.array(),
                    diffDst.offset(),
                    weights.array(),
                    weights.offset(),
                    diffSrc.array(),
                    diffSrc.offset(),
                    pool);
            check("backwardData", pool, expected, diffSrc);
        }

        private void assertBackwardWeights(WorkerPool pool) {
            float[] expected = new float[shape.inputs() * shape.units()];
            ReferenceDense.backwardWeights(
                    shape.batch(), shape.inputs(), shape.units(), src.values(), diffDst.values(), expected);
            Guarded diffWeights = Guarded.output(expected.length);
            Dense.backwardWeights(
                    shape,
                    src.array(),
                    src.offset(),
                    diffDst.array(),
                    diffDst.offset(),
                    diffWeights.array(),
                    diffWeights.offset(),
                    pool);
            check("backwardWeights", pool, expected, diffWeights);
        }

        private void assertBackwardBias(WorkerPool pool) {
            float[] expected = new float[shape.units()];
            ReferenceDense.backwardBias(shape.batch(), shape.units(), diffDst.values(), expected);
            Guarded diffBias = Guarded.output(expected.length);
            Dense.backwardBias(shape, diffDst.array(), diffDst.offset(), diffBias.array(), diffBias.offset());
            check("backwardBias", pool, expected, diffBias);
        }

        private void check(String door, WorkerPool pool, float[] expected, Guarded actual) {
            src.assertUnchanged("src");
            weights.assertUnchanged("weights");
            bias.assertUnchanged("bias");
            diffDst.assertUnchanged("diffDst");
            String what = "%s of %d × %d × %d on %d threads"
                    .formatted(door, shape.batch(), shape.inputs(), shape.units(), pool.threads());
            Bits.assertEqual(what, expected, actual.values());
        }
    }
}

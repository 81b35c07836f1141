// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.conv.PreparedConv2D;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.reference.ReferenceWinograd;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Winograd's convolutions have the bits of their documented order, on any pool, with weights prepared or not. */
class WinogradProperties {
    @Property(tries = 200, seed = "31", edgeCases = EdgeCasesMode.NONE)
    void smallShapesHaveTheBitsOfTheirOrder(
            @ForAll("shapes") ConvShape shape,
            @ForAll boolean biased,
            @ForAll("activations") Activation activation,
            @ForAll long seed) {
        WorkerPool pool = Pools.ALL.get((int) (seed & 3));
        new Case(shape, 0, seed, biased, activation).assertHeld(pool);
    }

    @Property(tries = 100, seed = "32", edgeCases = EdgeCasesMode.NONE)
    void oddValuesGoAsInTheirOrder(
            @ForAll("shapes") ConvShape shape, @ForAll @IntRange(min = 1, max = 300) int every, @ForAll long seed) {
        new Case(shape, every, seed, true, Activation.IDENTITY).assertHeld(WorkerPool.CALLER);
    }

    @Example
    void channelsBeyondOneBlockOfAProductAndTilesBeyondOneBlock() {
        for (ConvShape shape : new ConvShape[] {
            shape(1, 30, 31, 65, 64).withPadding(1, 1, 1, 1),
            shape(2, 9, 7, 300, 130).withPadding(1, 0, 0, 1),
            shape(9, 13, 14, 16, 200).withPadding(0, 1, 1, 0)
        }) {
            for (WorkerPool pool : Pools.ALL) {
                new Case(shape, 0, 5, true, Activation.RELU).assertHeld(pool);
            }
        }
    }

    @Example
    void tilesOfPaddingAlone() {
        for (WorkerPool pool : Pools.ALL) {
            new Case(shape(1, 3, 2, 600, 20).withPadding(7, 2, 7, 5), 0, 6, true, Activation.IDENTITY).assertHeld(pool);
        }
    }

    @Provide
    Arbitrary<ConvShape> shapes() {
        Arbitrary<Integer> channels = Arbitraries.of(1, 2, 3, 7, 8, 15, 16, 17, 32, 33, 67);
        Arbitrary<Integer> padding = Arbitraries.of(0, 0, 1, 1, 1, 2, 3, 7);
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(1, 13),
                        Arbitraries.integers().between(1, 13),
                        channels,
                        channels,
                        padding.list().ofSize(4))
                .as((batch, height, width, in, out, p) -> shape(
                                batch,
                                Math.max(height, 3 - p.get(0) - p.get(1)),
                                Math.max(width, 3 - p.get(2) - p.get(3)),
                                in,
                                out)
                        .withPadding(p.get(0), p.get(1), p.get(2), p.get(3)));
    }

    @Provide
    Arbitrary<Activation> activations() {
        return Arbitraries.of(Activation.IDENTITY, Activation.RELU, Activation.SIGMOID);
    }

    private static ConvShape shape(int batch, int height, int width, int in, int out) {
        return ConvShape.of(Layout.NHWC, batch, height, width, in, out, 3, 3);
    }

    private static final class Case {
        private final ConvShape shape;
        private final Guarded src;
        private final Guarded weights;
        private final Guarded bias;
        private final boolean biased;
        private final Activation activation;

        Case(ConvShape shape, int every, long seed, boolean biased, Activation activation) {
            this.shape = shape;
            this.biased = biased;
            this.activation = activation;
            src = values(shape.sourceElements(), every, seed);
            weights = values(shape.weightElements(), every, seed + 1);
            bias = values(shape.outChannels(), every, seed + 2);
        }

        private static Guarded values(long n, int every, long seed) {
            return Guarded.of(every == 0 ? Data.uniform(n, seed) : Data.odd(n, every, seed));
        }

        void assertHeld(WorkerPool pool) {
            assertHeld(ConvAlgorithm.WINOGRAD_2X2, 2, pool);
            assertHeld(ConvAlgorithm.WINOGRAD_4X4, 4, pool);
        }

        private void assertHeld(ConvAlgorithm algorithm, int m, WorkerPool pool) {
            float[] expected = new float[shape.destinationElements()];
            float[] start = biased ? bias.values() : null;
            ReferenceWinograd.forward(m, shape, src.values(), weights.values(), start, expected);
            activation.forward(expected.length, expected, 0, expected, 0);
            Guarded dst = Guarded.output(expected.length);
            ConvCase.forward(algorithm, shape, src, weights, epilogue(), dst, pool);
            check(algorithm + "", pool, expected, dst);
            Guarded again = Guarded.output(expected.length);
            var prepared = PreparedConv2D.of(algorithm, shape, weights.array(), weights.offset(), epilogue());
            try (var workspace = new Workspace(pool, prepared.workspaceFloats(pool))) {
                prepared.forward(src.array(), src.offset(), again.array(), again.offset(), workspace);
            }
            check(algorithm + " with prepared weights", pool, expected, again);
        }

        private Epilogue epilogue() {
            Epilogue start = biased ? Epilogue.biasAlongN(bias.array(), bias.offset()) : Epilogue.NONE;
            return start.then(activation);
        }

        private void check(String what, WorkerPool pool, float[] expected, Guarded actual) {
            src.assertUnchanged("src");
            weights.assertUnchanged("weights");
            bias.assertUnchanged("bias");
            Bits.assertEqual(what + " of " + shape + " on " + pool.threads() + " threads", expected, actual.values());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.NumericClass;
import dev.quern.kernels.conv.PreparedConv2D;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.reference.ReferenceConv;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Guarded;

/** One convolution with its operands inside guard bands; each check runs a door and the plain loops. */
final class ConvCase {
    private final ConvShape shape;
    private final Guarded src;
    private final Guarded weights;
    private final Guarded bias;
    private final Guarded diffDst;

    private ConvCase(ConvShape shape, int every, float scale, long seed) {
        this.shape = shape;
        src = values(shape.sourceElements(), every, scale, seed);
        weights = values(shape.weightElements(), every, scale, seed + 1);
        bias = values(shape.outChannels(), every, scale, seed + 2);
        diffDst = values(shape.destinationElements(), every, scale, seed + 3);
    }

    /** Uniform values. */
    static ConvCase of(ConvShape shape, long seed) {
        return new ConvCase(shape, 0, 1f, seed);
    }

    /** With NaN, infinities, denormals, zeros of both signs and huge values, one in {@code every}. */
    static ConvCase odd(ConvShape shape, int every, long seed) {
        return new ConvCase(shape, every, 1f, seed);
    }

    /** Uniform values whose products underflow: what is left of a chain is the sign of a zero. */
    static ConvCase tiny(ConvShape shape, long seed) {
        return new ConvCase(shape, 0, 1e-30f, seed);
    }

    private static Guarded values(long n, int every, float scale, long seed) {
        float[] values = every == 0 ? Data.uniform(n, seed) : Data.odd(n, every, seed);
        for (int i = 0; i < values.length; i++) {
            values[i] *= scale;
        }
        return Guarded.of(values);
    }

    void assertForward(WorkerPool pool, boolean biased, Activation activation) {
        float[] expected = new float[shape.destinationElements()];
        ReferenceConv.forward(shape, src.values(), weights.values(), biased ? bias.values() : null, expected);
        activation.forward(expected.length, expected, 0, expected, 0);
        for (ConvAlgorithm algorithm : ConvAlgorithm.values()) {
            if (algorithm.numericClass() == NumericClass.EXACT && algorithm.suits(shape)) {
                assertForward(expected, algorithm, pool, biased, activation);
            }
        }
    }

    private void assertForward(
            float[] expected, ConvAlgorithm algorithm, WorkerPool pool, boolean biased, Activation activation) {
        Guarded dst = Guarded.output(expected.length);
        forward(algorithm, dst, pool, biased, activation);
        check("forward by " + algorithm, pool, expected, dst);
        Guarded prepared = Guarded.output(expected.length);
        prepared(algorithm, prepared, pool, biased, activation);
        check("prepared forward by " + algorithm, pool, expected, prepared);
    }

    private void prepared(
            ConvAlgorithm algorithm, Guarded dst, WorkerPool pool, boolean biased, Activation activation) {
        Epilogue start = biased ? Epilogue.biasAlongN(bias.array(), bias.offset()) : Epilogue.NONE;
        var conv = PreparedConv2D.of(algorithm, shape, weights.array(), weights.offset(), start.then(activation));
        try (var workspace = new Workspace(pool, conv.workspaceFloats(pool))) {
            conv.forward(src.array(), src.offset(), dst.array(), dst.offset(), workspace);
        }
    }

    void forward(ConvAlgorithm algorithm, Guarded dst, WorkerPool pool, boolean biased, Activation activation) {
        Epilogue start = biased ? Epilogue.biasAlongN(bias.array(), bias.offset()) : Epilogue.NONE;
        forward(algorithm, shape, src, weights, start.then(activation), dst, pool);
    }

    static void forward(
            ConvAlgorithm algorithm,
            ConvShape shape,
            Guarded src,
            Guarded weights,
            Epilogue epilogue,
            Guarded dst,
            WorkerPool pool) {
        try (var workspace = new Workspace(pool, Conv2D.workspaceFloats(algorithm, shape, pool))) {
            Conv2D.forward(
                    algorithm,
                    shape,
                    src.array(),
                    src.offset(),
                    weights.array(),
                    weights.offset(),
                    epilogue,
                    dst.array(),
                    dst.offset(),
                    workspace);
        }
    }

    void assertBackwardData(WorkerPool pool) {
        float[] expected = new float[shape.sourceElements()];
        ReferenceConv.backwardData(shape, diffDst.values(), weights.values(), expected);
        Guarded diffSrc = Guarded.output(expected.length);
        try (var workspace = workspace(pool)) {
            Conv2D.backwardData(
                    shape,
                    diffDst.array(),
                    diffDst.offset(),
                    weights.array(),
                    weights.offset(),
                    diffSrc.array(),
                    diffSrc.offset(),
                    workspace);
        }
        check("backwardData", pool, expected, diffSrc);
    }

    void assertBackwardWeights(WorkerPool pool) {
        float[] expected = new float[shape.weightElements()];
        ReferenceConv.backwardWeights(shape, src.values(), diffDst.values(), expected);
        Guarded diffWeights = Guarded.output(expected.length);
        try (var workspace = workspace(pool)) {
            Conv2D.backwardWeights(
                    shape,
                    src.array(),
                    src.offset(),
                    diffDst.array(),
                    diffDst.offset(),
                    diffWeights.array(),
                    diffWeights.offset(),
                    workspace);
        }
        check("backwardWeights", pool, expected, diffWeights);
    }

    void assertBackwardBias(WorkerPool pool) {
        float[] expected = new float[shape.outChannels()];
        ReferenceConv.backwardBias(shape, diffDst.values(), expected);
        Guarded diffBias = Guarded.output(expected.length);
        Conv2D.backwardBias(shape, diffDst.array(), diffDst.offset(), diffBias.array(), diffBias.offset());
        check("backwardBias", pool, expected, diffBias);
    }

    void assertEverything(WorkerPool pool) {
        assertForward(pool, true, Activation.IDENTITY);
        assertBackwardData(pool);
        assertBackwardWeights(pool);
        assertBackwardBias(pool);
    }

    private Workspace workspace(WorkerPool pool) {
        return new Workspace(pool, Conv2D.workspaceFloats(shape, pool));
    }

    private void check(String door, WorkerPool pool, float[] expected, Guarded actual) {
        src.assertUnchanged("src");
        weights.assertUnchanged("weights");
        bias.assertUnchanged("bias");
        diffDst.assertUnchanged("diffDst");
        Bits.assertEqual(door + " of " + shape + " on " + pool.threads() + " threads", expected, actual.values());
    }
}

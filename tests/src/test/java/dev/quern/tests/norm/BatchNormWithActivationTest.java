// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.norm;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.elementwise.ElementWise;
import dev.quern.kernels.norm.BatchNorm;
import dev.quern.kernels.norm.NormShape;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Batch normalisation with a residual and an activation: the bits of one call after the other. */
class BatchNormWithActivationTest {
    private static final Activation[] ACTIVATIONS = {
        Activation.IDENTITY, Activation.RELU, Activation.TANH, Activation.leakyRelu(0.1f), Activation.RELU6
    };

    @Property(tries = 150)
    void itIsCallsOneAfterTheOther(
            @ForAll Layout layout,
            @ForAll @IntRange(max = 4) int batch,
            @ForAll @IntRange(max = 40) int positions,
            @ForAll @IntRange(max = 140) int channels,
            @ForAll @IntRange(max = 4) int activation,
            @ForAll boolean residual,
            @ForAll boolean odd,
            @ForAll long seed) {
        var one = new BatchNormCase(NormShape.of(layout, batch, positions, channels), odd, seed);
        assertSame(one, ACTIVATIONS[activation], residual, WorkerPool.CALLER);
    }

    @Test
    void everyPoolGivesTheSameBits() {
        for (WorkerPool pool : Pools.ALL) {
            for (int[] size : new int[][] {{3, 2100, 6}, {5, 49, 128}, {300, 1, 84}, {2, 1024, 64}, {9, 256, 16}}) {
                for (Layout layout : Layout.values()) {
                    var one = new BatchNormCase(NormShape.of(layout, size[0], size[1], size[2]), false, 7);
                    assertSame(one, Activation.RELU, true, pool);
                    assertSame(one, Activation.TANH, false, pool);
                }
            }
        }
    }

    private static void assertSame(BatchNormCase one, Activation last, boolean residual, WorkerPool pool) {
        NormShape s = one.shape;
        int n = s.elements();
        int channels = s.channels();
        float[] added = residual ? Data.uniform(n, 77) : null;
        try (var ws = new Workspace(pool, BatchNorm.workspaceFloats(s, pool))) {
            float[] expected = new float[n];
            BatchNorm.inference(s, 1e-5f, one.x, 0, one.gamma, 0, one.beta, 0, one.running, 0, expected, 0, ws);
            then(added, last, expected);
            var dst = Guarded.output(n);
            BatchNorm.inference(
                    s,
                    1e-5f,
                    one.x,
                    0,
                    one.gamma,
                    0,
                    one.beta,
                    0,
                    one.running,
                    0,
                    added,
                    0,
                    last,
                    dst.array(),
                    dst.offset(),
                    ws);
            Bits.assertEqual("inference " + one, expected, dst.values());

            float[] running = one.running.clone();
            float[] saved = new float[2 * channels];
            BatchNorm.forward(
                    s, 1e-5f, 0.1f, one.x, 0, one.gamma, 0, one.beta, 0, running, 0, expected, 0, saved, 0, ws);
            then(added, last, expected);
            var moving = Guarded.of(one.running);
            var kept = Guarded.of(new float[2 * channels]);
            var y = Guarded.output(n);
            BatchNorm.forward(
                    s,
                    1e-5f,
                    0.1f,
                    one.x,
                    0,
                    one.gamma,
                    0,
                    one.beta,
                    0,
                    moving.array(),
                    moving.offset(),
                    added,
                    0,
                    last,
                    y.array(),
                    y.offset(),
                    kept.array(),
                    kept.offset(),
                    ws);
            Bits.assertEqual("y " + one, expected, y.values());
            Bits.assertEqual("running " + one, running, moving.values());
            Bits.assertEqual("saved " + one, saved, kept.values());

            float[] before = new float[n];
            last.backward(n, expected, 0, one.dy, 0, before, 0, WorkerPool.CALLER);
            float[] dx = new float[n];
            float[] gammas = new float[channels];
            float[] betas = new float[channels];
            BatchNorm.backward(s, one.x, 0, one.gamma, 0, saved, 0, before, 0, dx, 0, gammas, 0, betas, 0, ws);
            for (Guarded diffSrc : new Guarded[] {Guarded.output(n), null}) {
                var diff = Guarded.of(one.dy);
                backward(one, kept, y, last, diff, diffSrc, gammas, betas, ws);
                Bits.assertEqual("diffDst " + one, before, diff.values());
                if (diffSrc != null) {
                    Bits.assertEqual("dx " + one, dx, diffSrc.values());
                }
            }
            var diff = Guarded.of(one.dy);
            backward(one, kept, y, last, diff, diff, gammas, betas, ws);
            Bits.assertEqual("dx in place " + one, dx, diff.values());
        }
    }

    private static void then(float[] added, Activation last, float[] y) {
        if (added != null) {
            ElementWise.add(y.length, y, 0, added, 0, y, 0, WorkerPool.CALLER);
        }
        last.forward(y.length, y, 0, y, 0);
    }

    private static void backward(
            BatchNormCase one,
            Guarded saved,
            Guarded y,
            Activation last,
            Guarded diff,
            Guarded diffSrc,
            float[] expectedGammas,
            float[] expectedBetas,
            Workspace ws) {
        var gammas = Guarded.output(expectedGammas.length);
        var betas = Guarded.output(expectedBetas.length);
        BatchNorm.backward(
                one.shape,
                one.x,
                0,
                one.gamma,
                0,
                saved.array(),
                saved.offset(),
                y.array(),
                y.offset(),
                last,
                diff.array(),
                diff.offset(),
                diffSrc == null ? null : diffSrc.array(),
                diffSrc == null ? 0 : diffSrc.offset(),
                gammas.array(),
                gammas.offset(),
                betas.array(),
                betas.offset(),
                ws);
        Bits.assertEqual("diffGamma " + one, expectedGammas, gammas.values());
        Bits.assertEqual("diffBeta " + one, expectedBetas, betas.values());
    }

    @Test
    void residualsAndActivationsThatDoNotFitAreRefused() {
        NormShape s = NormShape.of(Layout.NHWC, 2, 3, 4);
        var ws = new Workspace(BatchNorm.workspaceFloats(s, WorkerPool.CALLER));
        float[] x = new float[24];
        float[] p = new float[8];
        float[] y = new float[24];
        float[] small = new float[23];
        float[] saved = new float[8];
        Activation relu = Activation.RELU;
        Refused.with(
                IndexOutOfBoundsException.class,
                () -> BatchNorm.inference(s, 1e-5f, x, 0, p, 0, p, 0, p, 0, small, 0, relu, y, 0, ws),
                "residual",
                "24");
        Refused.with(
                IllegalArgumentException.class,
                () -> BatchNorm.inference(s, 1e-5f, x, 0, p, 0, p, 0, p, 0, y, 0, relu, y, 0, ws),
                "dst",
                "residual");
        Refused.with(
                NullPointerException.class,
                () -> BatchNorm.inference(s, 1e-5f, x, 0, p, 0, p, 0, p, 0, null, 0, null, y, 0, ws),
                "activation");
        float[] running = new float[8];
        Refused.with(
                IllegalArgumentException.class,
                () -> BatchNorm.forward(s, 1e-5f, 0.1f, x, 0, p, 0, p, 0, running, 0, y, 0, relu, y, 0, saved, 0, ws),
                "dst",
                "residual");
        float[] d = new float[8];
        float[] dy = new float[24];
        Refused.with(
                IllegalArgumentException.class,
                () -> BatchNorm.backward(
                        s, x, 0, p, 0, saved, 0, y, 0, Activation.GELU, dy, 0, null, 0, d, 0, d, 4, ws),
                "activation = gelu");
        Refused.with(
                IllegalArgumentException.class,
                () -> BatchNorm.backward(s, x, 0, p, 0, saved, 0, dy, 0, relu, dy, 0, null, 0, d, 0, d, 4, ws),
                "diffDst",
                "dst");
        Refused.with(
                IllegalArgumentException.class,
                () -> BatchNorm.backward(s, x, 0, p, 0, saved, 0, y, 0, relu, x, 0, null, 0, d, 0, d, 4, ws),
                "diffDst",
                "src");
        Refused.with(
                IllegalArgumentException.class,
                () -> BatchNorm.backward(s, x, 0, p, 0, saved, 0, y, 0, relu, dy, 0, y, 0, d, 0, d, 4, ws),
                "diffSrc",
                "dst");
        Refused.with(
                NullPointerException.class,
                () -> BatchNorm.backward(s, x, 0, p, 0, saved, 0, null, 0, relu, dy, 0, y, 0, d, 0, d, 4, ws),
                "dst");
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        var one = new BatchNormCase(NormShape.of(Layout.NHWC, 2, 50, 32), false, 1);
        NormShape s = one.shape;
        float[] y = new float[one.x.length];
        float[] residual = new float[one.x.length];
        float[] dx = new float[one.x.length];
        float[] saved = new float[64];
        float[] diff = new float[64];
        Activation relu = Activation.RELU;
        try (var ws = new Workspace(BatchNorm.workspaceFloats(s, WorkerPool.CALLER))) {
            Allocation.assertNone("forward and backward " + one, () -> {
                BatchNorm.forward(
                        s,
                        1e-5f,
                        0.1f,
                        one.x,
                        0,
                        one.gamma,
                        0,
                        one.beta,
                        0,
                        one.running,
                        0,
                        residual,
                        0,
                        relu,
                        y,
                        0,
                        saved,
                        0,
                        ws);
                BatchNorm.backward(
                        s, one.x, 0, one.gamma, 0, saved, 0, y, 0, relu, one.dy, 0, dx, 0, diff, 0, diff, 32, ws);
            });
        }
    }
}

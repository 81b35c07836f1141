// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.norm;

import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.norm.BatchNorm;
import dev.quern.kernels.norm.NormShape;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.reference.ReferenceBatchNorm;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Guarded;

/** One shape with data, run through a door and through the plain loops. */
final class BatchNormCase {
    static final float EPSILON = 1e-5f;
    static final float MOMENTUM = 0.1f;

    final NormShape shape;
    final ReferenceBatchNorm reference;
    final float[] x;
    final float[] dy;
    final float[] gamma;
    final float[] beta;
    final float[] running;

    BatchNormCase(NormShape shape, boolean odd, long seed) {
        this.shape = shape;
        boolean nhwc = shape.layout() == Layout.NHWC;
        reference = new ReferenceBatchNorm(nhwc, shape.batch(), shape.positions(), shape.channels());
        int n = shape.elements();
        x = odd ? Data.odd(n, 40, seed) : Data.uniform(n, seed);
        dy = odd ? Data.odd(n, 50, seed + 1) : Data.uniform(n, seed + 1);
        gamma = Data.uniform(shape.channels(), seed + 2);
        beta = Data.uniform(shape.channels(), seed + 3);
        running = Data.uniform(2L * shape.channels(), seed + 4);
        for (int c = 0; c < shape.channels(); c++) {
            running[shape.channels() + c] = Math.abs(running[shape.channels() + c]);
        }
    }

    void assertInference(WorkerPool pool) {
        float[] expected = new float[x.length];
        reference.inference(EPSILON, x, gamma, beta, running, expected);
        var src = Guarded.of(x);
        var dst = Guarded.output(x.length);
        inference(src, dst, pool);
        Bits.assertEqual("inference " + this, expected, dst.values());
        src.assertUnchanged("src");
        inference(src, src, pool);
        Bits.assertEqual("inference in place " + this, expected, src.values());
    }

    private void inference(Guarded src, Guarded dst, WorkerPool pool) {
        try (var ws = new Workspace(pool, BatchNorm.workspaceFloats(shape, pool))) {
            BatchNorm.inference(
                    shape,
                    EPSILON,
                    src.array(),
                    src.offset(),
                    gamma,
                    0,
                    beta,
                    0,
                    running,
                    0,
                    dst.array(),
                    dst.offset(),
                    ws);
        }
    }

    void assertTraining(WorkerPool pool) {
        int channels = shape.channels();
        float[] y = new float[x.length];
        float[] expectedRunning = running.clone();
        float[] expectedSaved = new float[2 * channels];
        reference.forward(EPSILON, MOMENTUM, x, gamma, beta, expectedRunning, y, expectedSaved);
        float[] dx = new float[x.length];
        float[] diffGamma = new float[channels];
        float[] diffBeta = new float[channels];
        reference.backward(x, gamma, expectedSaved, dy, dx, diffGamma, diffBeta);

        var src = Guarded.of(x);
        var moving = Guarded.of(running);
        var dst = Guarded.output(x.length);
        var saved = Guarded.of(new float[2 * channels]);
        var diff = Guarded.of(dy);
        var diffSrc = Guarded.output(x.length);
        var gammas = Guarded.output(channels);
        var betas = Guarded.output(channels);
        try (var ws = new Workspace(pool, BatchNorm.workspaceFloats(shape, pool))) {
            BatchNorm.forward(
                    shape,
                    EPSILON,
                    MOMENTUM,
                    src.array(),
                    src.offset(),
                    gamma,
                    0,
                    beta,
                    0,
                    moving.array(),
                    moving.offset(),
                    dst.array(),
                    dst.offset(),
                    saved.array(),
                    saved.offset(),
                    ws);
            backward(src, saved, diff, diffSrc, gammas, betas, ws);
            Bits.assertEqual("y " + this, y, dst.values());
            Bits.assertEqual("saved " + this, expectedSaved, saved.values());
            Bits.assertEqual("running " + this, expectedRunning, moving.values());
            Bits.assertEqual("dx " + this, dx, diffSrc.values());
            Bits.assertEqual("diffGamma " + this, diffGamma, gammas.values());
            Bits.assertEqual("diffBeta " + this, diffBeta, betas.values());
            src.assertUnchanged("src");
            diff.assertUnchanged("diffDst");
            backward(src, saved, diff, diff, gammas, betas, ws);
            Bits.assertEqual("dx in place " + this, dx, diff.values());
        }
    }

    private void backward(
            Guarded src, Guarded saved, Guarded diff, Guarded diffSrc, Guarded gammas, Guarded betas, Workspace ws) {
        BatchNorm.backward(
                shape,
                src.array(),
                src.offset(),
                gamma,
                0,
                saved.array(),
                saved.offset(),
                diff.array(),
                diff.offset(),
                diffSrc.array(),
                diffSrc.offset(),
                gammas.array(),
                gammas.offset(),
                betas.array(),
                betas.offset(),
                ws);
    }

    @Override
    public String toString() {
        return shape.layout() + " " + shape.batch() + "x" + shape.positions() + "x" + shape.channels();
    }
}

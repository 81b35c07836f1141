// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.ElementCase;
import dev.quern.bench.contest.NormCase;
import dev.quern.bench.contest.PoolCase;
import dev.quern.bench.contest.SoftmaxCase;
import dev.quern.bench.contest.Work;
import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.activation.Softmax;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.elementwise.ElementWise;
import dev.quern.kernels.norm.BatchNorm;
import dev.quern.kernels.norm.NormShape;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.pool.AvgPool;
import dev.quern.kernels.pool.MaxPool;
import dev.quern.kernels.pool.PoolShape;

/** Functions of each element, softmax, batch normalisation and pooling. */
final class ElementCalls {
    private ElementCalls() {}

    /** A function of each element, or its gradient. */
    static Work elements(ElementCase kase, int threads) {
        int n = kase.n();
        var pool = new WorkerPool(threads);
        float[] x = kase.x();
        float[] out = new float[n];
        float[] second = kase.second();
        if (kase.backward()) {
            float[] given = kase.given();
            Activation function = activation(kase);
            Call.Body gradient = function.needsInput()
                    ? () -> function.backwardFromInput(n, given, 0, second, 0, out, 0, pool)
                    : () -> function.backward(n, given, 0, second, 0, out, 0, pool);
            return new Call(gradient, () -> out, pool);
        }
        Call.Body body = switch (kase.function()) {
            case "exp" -> () -> ElementWise.exp(n, x, 0, out, 0, pool);
            case "add" -> () -> ElementWise.add(n, x, 0, second, 0, out, 0, pool);
            default -> {
                Activation function = activation(kase);
                yield () -> function.forward(n, x, 0, out, 0, pool);
            }
        };
        return new Call(body, () -> out, pool);
    }

    private static Activation activation(ElementCase kase) {
        return switch (kase.function()) {
            case "relu" -> Activation.RELU;
            case "sigmoid" -> Activation.SIGMOID;
            case "tanh" -> Activation.TANH;
            case "gelu" -> Activation.GELU;
            default -> throw new IllegalArgumentException("no activation for " + kase);
        };
    }

    static Work norm(NormCase kase, int threads) {
        NormShape s = NormShape.of(Layout.NHWC, kase.batch(), kase.height() * kase.width(), kase.channels());
        var pool = new WorkerPool(threads);
        var workspace = new Workspace(pool, BatchNorm.workspaceFloats(s, pool));
        float epsilon = NormCase.EPSILON;
        float[] src = kase.src();
        float[] gamma = kase.gamma();
        float[] beta = kase.beta();
        float[] running = kase.running();
        float[] dst = new float[src.length];
        float[] saved = new float[2 * kase.channels()];
        if (kase.backward()) {
            return normBackward(kase, s, workspace);
        }
        Call.Body body = kase.training()
                ? () -> BatchNorm.forward(
                        s, epsilon, 0.1f, src, 0, gamma, 0, beta, 0, running, 0, dst, 0, saved, 0, workspace)
                : () -> BatchNorm.inference(s, epsilon, src, 0, gamma, 0, beta, 0, running, 0, dst, 0, workspace);
        return new Call(body, () -> dst, pool);
    }

    /** After a forward pass, which brings the statistics. */
    private static Work normBackward(NormCase kase, NormShape s, Workspace workspace) {
        float[] src = kase.src();
        float[] gamma = kase.gamma();
        float[] saved = new float[2 * kase.channels()];
        float[] dst = new float[src.length];
        BatchNorm.forward(
                s,
                NormCase.EPSILON,
                0.1f,
                src,
                0,
                gamma,
                0,
                kase.beta(),
                0,
                kase.running(),
                0,
                dst,
                0,
                saved,
                0,
                workspace);
        float[] diffDst = kase.diffDst();
        float[] diffSrc = new float[src.length];
        float[] diffGamma = new float[kase.channels()];
        float[] diffBeta = new float[kase.channels()];
        return new Call(
                () -> BatchNorm.backward(
                        s, src, 0, gamma, 0, saved, 0, diffDst, 0, diffSrc, 0, diffGamma, 0, diffBeta, 0, workspace),
                () -> diffSrc,
                workspace.pool());
    }

    static Work softmax(SoftmaxCase kase, int threads) {
        var pool = new WorkerPool(threads);
        if (kase.backward()) {
            float[] given = kase.y();
            float[] diffDst = kase.diffDst();
            float[] dx = new float[given.length];
            return new Call(
                    () -> Softmax.backward(kase.rows(), kase.columns(), given, 0, diffDst, 0, dx, 0, pool),
                    () -> dx,
                    pool);
        }
        float[] x = kase.x();
        float[] y = new float[x.length];
        return new Call(() -> Softmax.forward(kase.rows(), kase.columns(), x, 0, y, 0, pool), () -> y, pool);
    }

    static Work pooling(PoolCase kase, Layout layout, int threads) {
        PoolShape s = kase.shape(layout);
        var pool = new WorkerPool(threads);
        float[] src = layout == Layout.NHWC ? kase.src() : Layouts.channelsFirst(kase.src(), 1, kase.channels());
        float[] dst = new float[s.destinationElements()];
        if (kase.backward()) {
            return poolingBackward(kase, layout, s, src, dst, pool);
        }
        Call.Body body = kase.kind() == PoolCase.Kind.MAX
                ? () -> MaxPool.forward(s, src, 0, dst, 0, pool)
                : () -> AvgPool.forward(s, false, src, 0, dst, 0, pool);
        return new Call(body, answer(kase, layout, dst), pool);
    }

    /** A maximum's after a forward pass, which brings the places. */
    private static Work poolingBackward(
            PoolCase kase, Layout layout, PoolShape s, float[] src, float[] dst, WorkerPool pool) {
        float[] given = kase.diffDst();
        float[] diffDst = layout == Layout.NHWC ? given : Layouts.channelsFirst(given, 1, kase.channels());
        float[] diffSrc = new float[src.length];
        if (kase.kind() != PoolCase.Kind.MAX) {
            return new Call(
                    () -> AvgPool.backward(s, false, diffDst, 0, diffSrc, 0, pool),
                    answer(kase, layout, diffSrc),
                    pool);
        }
        int[] argmax = new int[dst.length];
        MaxPool.forward(s, src, 0, dst, 0, argmax, 0, pool);
        return new Call(
                () -> MaxPool.backward(s, argmax, 0, diffDst, 0, diffSrc, 0, pool),
                answer(kase, layout, diffSrc),
                pool);
    }

    private static Call.Answer answer(PoolCase kase, Layout layout, float[] values) {
        return layout == Layout.NHWC ? () -> values : () -> Layouts.channelsLast(values, 1, kase.channels());
    }
}

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
            float[] y = kase.y();
            Activation function = activation(kase);
            return new Call(() -> function.backward(n, y, 0, second, 0, out, 0, pool), () -> out, pool);
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
        Call.Body body = kase.training()
                ? () -> BatchNorm.forward(
                        s, epsilon, 0.1f, src, 0, gamma, 0, beta, 0, running, 0, dst, 0, saved, 0, workspace)
                : () -> BatchNorm.inference(s, epsilon, src, 0, gamma, 0, beta, 0, running, 0, dst, 0, workspace);
        return new Call(body, () -> dst, pool);
    }

    static Work softmax(SoftmaxCase kase, int threads) {
        var pool = new WorkerPool(threads);
        float[] x = kase.x();
        float[] y = new float[x.length];
        return new Call(() -> Softmax.forward(kase.rows(), kase.columns(), x, 0, y, 0, pool), () -> y, pool);
    }

    static Work pooling(PoolCase kase, Layout layout, int threads) {
        PoolShape s = kase.shape(layout);
        var pool = new WorkerPool(threads);
        float[] src = layout == Layout.NHWC ? kase.src() : Layouts.channelsFirst(kase.src(), 1, kase.channels());
        float[] dst = new float[s.destinationElements()];
        Call.Body body = kase.kind() == PoolCase.Kind.MAX
                ? () -> MaxPool.forward(s, src, 0, dst, 0, pool)
                : () -> AvgPool.forward(s, false, src, 0, dst, 0, pool);
        Call.Answer answer = layout == Layout.NHWC ? () -> dst : () -> Layouts.channelsLast(dst, 1, kase.channels());
        return new Call(body, answer, pool);
    }
}

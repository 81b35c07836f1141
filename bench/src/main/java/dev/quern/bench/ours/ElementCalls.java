// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.ElementCase;
import dev.quern.bench.contest.PoolCase;
import dev.quern.bench.contest.SoftmaxCase;
import dev.quern.bench.contest.Work;
import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.activation.Softmax;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.pool.AvgPool;
import dev.quern.kernels.pool.MaxPool;
import dev.quern.kernels.pool.PoolShape;

/** Activations, softmax and pooling. */
final class ElementCalls {
    private ElementCalls() {}

    /** Whether there is a kernel for it. */
    static boolean offers(ElementCase kase) {
        return switch (kase.function()) {
            case "relu", "sigmoid", "tanh" -> true;
            default -> false;
        };
    }

    static Work activation(ElementCase kase, int threads) {
        Activation function = switch (kase.function()) {
            case "relu" -> Activation.RELU;
            case "sigmoid" -> Activation.SIGMOID;
            case "tanh" -> Activation.TANH;
            default -> throw new IllegalArgumentException("no kernel for " + kase);
        };
        int n = kase.n();
        var pool = new WorkerPool(threads);
        float[] out = new float[n];
        if (kase.backward()) {
            float[] y = kase.y();
            float[] dy = kase.second();
            return new Call(() -> function.backward(n, y, 0, dy, 0, out, 0, pool), () -> out, pool);
        }
        float[] x = kase.x();
        return new Call(() -> function.forward(n, x, 0, out, 0, pool), () -> out, pool);
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

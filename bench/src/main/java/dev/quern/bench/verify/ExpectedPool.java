// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.PoolCase;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.pool.PoolShape;
import dev.quern.tests.reference.ReferencePool;

/** Pooling or its gradient, NHWC. */
final class ExpectedPool {
    private ExpectedPool() {}

    static Expected of(PoolCase kase) {
        PoolShape s = kase.shape(Layout.NHWC);
        boolean global = kase.kind() == PoolCase.Kind.GLOBAL;
        int[] window = global ? new int[] {kase.height(), kase.width()} : new int[] {kase.window(), kase.window()};
        int[] stride = global ? window : new int[] {kase.stride(), kase.stride()};
        int[] padding = {kase.padding(), kase.padding(), kase.padding(), kase.padding()};
        var reference = new ReferencePool(
                Layout.NHWC, 1, kase.height(), kase.width(), kase.channels(), window, stride, padding, false);
        float[] src = kase.src();
        if (kase.backward()) {
            return backward(kase, reference, src, window[0] * window[1]);
        }
        float[] values = new float[s.destinationElements()];
        if (kase.kind() == PoolCase.Kind.MAX) {
            reference.max(src, values, new int[values.length]);
            return new Whole(values, new double[1]);
        }
        reference.average(false, src, values);
        float[] magnitudes = new float[values.length];
        reference.average(false, Magnitudes.of(src), magnitudes);
        double[] bounds = new double[values.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = Whole.chain(window[0] * window[1]) * magnitudes[i];
        }
        return new Whole(values, bounds);
    }

    private static Expected backward(PoolCase kase, ReferencePool reference, float[] src, int taps) {
        float[] diffDst = kase.diffDst();
        float[] values = new float[src.length];
        float[] magnitudes = new float[src.length];
        if (kase.kind() == PoolCase.Kind.MAX) {
            int[] argmax = new int[diffDst.length];
            reference.max(src, new float[diffDst.length], argmax);
            reference.maxBackward(argmax, diffDst, values);
            reference.maxBackward(argmax, Magnitudes.of(diffDst), magnitudes);
        } else {
            reference.averageBackward(false, diffDst, values);
            reference.averageBackward(false, Magnitudes.of(diffDst), magnitudes);
        }
        double[] bounds = new double[values.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = Whole.chain(taps) * magnitudes[i];
        }
        return new Whole(values, bounds);
    }
}

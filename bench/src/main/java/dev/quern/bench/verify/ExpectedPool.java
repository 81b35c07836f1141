// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.PoolCase;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.pool.PoolShape;
import dev.quern.tests.reference.ReferencePool;

/** Pooling, NHWC. */
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
}

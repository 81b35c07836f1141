// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.bits;

import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.pool.AvgPool;
import dev.quern.kernels.pool.MaxPool;
import dev.quern.kernels.pool.PoolShape;
import dev.quern.tests.toolkit.Data;

/** Pooling and its gradients: disjoint and overlapping windows, with padding, on odd values too. */
final class PoolPart {
    private PoolPart() {}

    static void addTo(Workload workload) {
        for (Layout layout : Layout.values()) {
            add(workload, PoolShape.of(layout, 3, 14, 13, 19, 2, 2));
            add(workload, PoolShape.of(layout, 1, 6, 34, 20, 2, 2));
            add(
                    workload,
                    PoolShape.of(layout, 2, 21, 37, 5, 3, 3)
                            .withStrides(2, 1)
                            .withPadding(1, 0, 1, 1)
                            .withCeilMode(true));
            add(
                    workload,
                    PoolShape.of(layout, 1, 13, 36, 70, 3, 3).withStrides(2, 2).withPadding(1, 1, 1, 1));
        }
    }

    private static void add(Workload workload, PoolShape s) {
        String name = s.layout() + " of " + s.channels();
        float[] src = Data.odd(s.sourceElements(), 40, 1);
        float[] diffDst = Data.uniform(s.destinationElements(), 2);
        workload.add("max pool forward " + name, pool -> {
            float[] dst = new float[diffDst.length];
            MaxPool.forward(s, src, 0, dst, 0, pool);
            return dst;
        });
        workload.add("max pool backward " + name, pool -> {
            float[] diffSrc = new float[src.length];
            int[] argmax = new int[diffDst.length];
            MaxPool.forward(s, src, 0, new float[diffDst.length], 0, argmax, 0, pool);
            MaxPool.backward(s, argmax, 0, diffDst, 0, diffSrc, 0, pool);
            return diffSrc;
        });
        for (boolean countIncludePad : new boolean[] {false, true}) {
            String counted = countIncludePad ? " with padding " : " ";
            workload.add("average pool forward" + counted + name, pool -> {
                float[] dst = new float[diffDst.length];
                AvgPool.forward(s, countIncludePad, src, 0, dst, 0, pool);
                return dst;
            });
            workload.add("average pool backward" + counted + name, pool -> {
                float[] diffSrc = new float[src.length];
                AvgPool.backward(s, countIncludePad, diffDst, 0, diffSrc, 0, pool);
                return diffSrc;
            });
        }
    }
}

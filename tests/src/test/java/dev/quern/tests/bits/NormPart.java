// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.bits;

import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.norm.BatchNorm;
import dev.quern.kernels.norm.NormShape;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.toolkit.Data;
import java.util.Arrays;
import java.util.function.Consumer;

/** Batch normalisation: few and many channels, short and long images, odd values too. */
final class NormPart {
    private NormPart() {}

    static void addTo(Workload workload) {
        for (Layout layout : Layout.values()) {
            add(workload, NormShape.of(layout, 3, 1100, 6), false);
            add(workload, NormShape.of(layout, 5, 49, 70), false);
            add(workload, NormShape.of(layout, 2, 1040, 32), false);
            add(workload, NormShape.of(layout, 200, 1, 33), false);
            add(workload, NormShape.of(layout, 3, 100, 17), true);
        }
    }

    private static void add(Workload workload, NormShape s, boolean odd) {
        int n = s.elements();
        int channels = s.channels();
        String name = s.layout() + " " + s.batch() + "x" + s.positions() + "x" + channels;
        float[] x = odd ? Data.odd(n, 200, 1) : Data.uniform(n, 1);
        float[] dy = Data.uniform(n, 2);
        float[] gamma = Data.uniform(channels, 3);
        float[] beta = Data.uniform(channels, 4);
        float[] running = new float[2 * channels];
        Arrays.fill(running, 0.5f);
        workload.add("batch norm inference " + name, pool -> {
            float[] y = new float[n];
            with(s, pool, ws -> BatchNorm.inference(s, 1e-5f, x, 0, gamma, 0, beta, 0, running, 0, y, 0, ws));
            return y;
        });
        workload.add("batch norm training " + name, pool -> {
            float[] all = new float[2 * n + 6 * channels];
            System.arraycopy(running, 0, all, 2 * n, 2 * channels);
            int saved = 2 * n + 2 * channels;
            int diffs = saved + 2 * channels;
            with(s, pool, ws -> {
                BatchNorm.forward(s, 1e-5f, 0.1f, x, 0, gamma, 0, beta, 0, all, 2 * n, all, 0, all, saved, ws);
                BatchNorm.backward(s, x, 0, gamma, 0, all, saved, dy, 0, all, n, all, diffs, all, diffs + channels, ws);
            });
            return all;
        });
    }

    private static void with(NormShape s, WorkerPool pool, Consumer<Workspace> call) {
        try (var workspace = new Workspace(pool, BatchNorm.workspaceFloats(s, pool))) {
            call.accept(workspace);
        }
    }
}

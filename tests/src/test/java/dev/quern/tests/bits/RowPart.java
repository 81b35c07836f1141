// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.bits;

import dev.quern.kernels.activation.LogSoftmax;
import dev.quern.kernels.elementwise.Rows;
import dev.quern.kernels.norm.LayerNorm;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.random.Dropout;
import dev.quern.tests.toolkit.Data;

/** Layer normalisation, the logarithm of softmax, sums with a row, and dropout. */
final class RowPart {
    private RowPart() {}

    static void addTo(Workload workload) {
        add(workload, 61, 37);
        add(workload, 1100, 7);
        add(workload, 5, 1300);
        float[] x = Data.odd(20_011, 50, 1);
        workload.add("dropout", pool -> {
            float[] y = new float[x.length];
            Dropout.apply(0.3f, -5, 1L << 40, 77, x.length, x, 0, y, 0, pool);
            return y;
        });
    }

    private static void add(Workload workload, int rows, int columns) {
        String name = " " + rows + "x" + columns;
        int n = rows * columns;
        float[] x = Data.odd(n, 400, 1);
        float[] dy = Data.uniform(n, 2);
        float[] gamma = Data.uniform(columns, 3);
        float[] beta = Data.uniform(columns, 4);
        workload.add("layer norm" + name, pool -> {
            float[] all = new float[2 * n + 2 * rows + 2 * columns];
            int saved = 2 * n;
            int diffs = saved + 2 * rows;
            LayerNorm.forward(rows, columns, 1e-5f, x, 0, gamma, 0, beta, 0, all, 0, all, saved, pool);
            LayerNorm.backwardData(rows, columns, x, 0, gamma, 0, all, saved, dy, 0, all, n, pool);
            try (var ws = new Workspace(pool, LayerNorm.workspaceFloats(rows, columns, pool))) {
                LayerNorm.backwardParameters(
                        rows, columns, x, 0, all, saved, dy, 0, all, diffs, all, diffs + columns, ws);
            }
            return all;
        });
        workload.add("log softmax" + name, pool -> {
            float[] all = new float[2 * n];
            LogSoftmax.forward(rows, columns, x, 0, all, 0, pool);
            LogSoftmax.backward(rows, columns, all, 0, dy, 0, all, n, pool);
            return all;
        });
        workload.add("row sum" + name, pool -> {
            float[] y = new float[n];
            Rows.addToEach(rows, columns, x, 0, beta, 0, y, 0, pool);
            return y;
        });
    }
}

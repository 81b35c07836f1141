// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.elementwise.ElementWise;
import dev.quern.kernels.parallel.WorkerPool;

/** What follows the chains where something is added to them: {@code y ← act(y + residual)}. */
final class ResidualSum {
    /** Elements that are added and then activated in the first-level cache. */
    private static final int STEP = 1 << 12;

    private ResidualSum() {}

    static void apply(int n, float[] residual, int residualOffset, Activation last, float[] y, int yOffset) {
        for (int i = 0; i < n; i += STEP) {
            part(Math.min(STEP, n - i), residual, residualOffset + i, last, y, yOffset + i);
        }
    }

    static void apply(
            int n, float[] residual, int residualOffset, Activation last, float[] y, int yOffset, WorkerPool pool) {
        if (pool.threads() == 1) {
            apply(n, residual, residualOffset, last, y, yOffset);
        } else {
            pool.run(Math.ceilDiv(n, STEP), (task, slot) -> {
                int start = task * STEP;
                part(Math.min(STEP, n - start), residual, residualOffset + start, last, y, yOffset + start);
            });
        }
    }

    private static void part(int n, float[] residual, int residualOffset, Activation last, float[] y, int yOffset) {
        ElementWise.add(n, y, yOffset, residual, residualOffset, y, yOffset, WorkerPool.CALLER);
        if (last != Activation.IDENTITY) {
            last.forward(n, y, yOffset, y, yOffset);
        }
    }
}

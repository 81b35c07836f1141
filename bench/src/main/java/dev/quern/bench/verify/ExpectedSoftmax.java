// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.SoftmaxCase;
import dev.quern.tests.reference.ReferenceSoftmax;

/** Softmax of each row, or its gradient. */
final class ExpectedSoftmax {
    private ExpectedSoftmax() {}

    static Expected of(SoftmaxCase kase) {
        float[] y = kase.y();
        if (!kase.backward()) {
            return Whole.functions(y);
        }
        float[] dx = new float[y.length];
        for (int row = 0; row < kase.rows(); row++) {
            ReferenceSoftmax.backward(kase.columns(), y, kase.diffDst(), dx, row * kase.columns());
        }
        return Whole.functions(dx);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.SoftmaxCase;
import dev.quern.tests.reference.ReferenceSoftmax;

/** Softmax of each row. */
final class ExpectedSoftmax {
    private ExpectedSoftmax() {}

    static Expected of(SoftmaxCase kase) {
        float[] x = kase.x();
        float[] y = new float[x.length];
        for (int row = 0; row < kase.rows(); row++) {
            ReferenceSoftmax.forward(kase.columns(), x, y, row * kase.columns());
        }
        return Whole.functions(y);
    }
}

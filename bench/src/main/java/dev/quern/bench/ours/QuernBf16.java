// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.Suite;
import dev.quern.kernels.storage.Storage;

/** Products with one or few rows, which are bound by memory, whose weights were packed as bfloat16. */
public final class QuernBf16 extends QuernPrepacked {
    @Override
    public String impl() {
        return "quern-bf16";
    }

    @Override
    public Storage weights() {
        return Storage.BFLOAT16;
    }

    @Override
    public boolean forScale() {
        return true;
    }

    @Override
    public boolean offers(Suite suite, String kase) {
        return suite == Suite.GEMV || suite == Suite.DENSE;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.toolkit;

import dev.quern.kernels.parallel.WorkerPool;
import java.util.List;

/** Pools of several sizes, shared by all tests and never closed: their threads are daemons. */
public final class Pools {
    /** Two threads. */
    public static final WorkerPool TWO = new WorkerPool(2);

    /** 1, 2, 3 and 8 threads. */
    public static final List<WorkerPool> ALL = List.of(WorkerPool.CALLER, TWO, new WorkerPool(3), new WorkerPool(8));

    private Pools() {}
}

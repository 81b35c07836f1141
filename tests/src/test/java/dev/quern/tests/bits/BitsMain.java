// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.bits;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Pools;
import java.util.TreeMap;

/**
 * Prints how many lanes are active and the CRC32 of what each part of the workload computes. Every part runs cold, again
 * and again until it is compiled, and on several threads; exit code 1 when that changes a bit.
 */
final class BitsMain {
    /** Enough for the loops to pass through every tier of the compiler. */
    private static final int ROUNDS = 40;

    private BitsMain() {}

    public static void main(String[] args) {
        System.out.println("lanes=" + (VectorSupport.ENABLED ? Lanes.COUNT : 1));
        var workload = new Workload();
        var cold = new TreeMap<String, Long>();
        boolean same = true;
        for (int round = 0; round < ROUNDS; round++) {
            WorkerPool pool = round % 4 == 3 ? Pools.ALL.get(2) : WorkerPool.CALLER;
            for (var part : workload.parts().entrySet()) {
                long crc = Bits.crc32(part.getValue().apply(pool));
                Long first = cold.putIfAbsent(part.getKey(), crc);
                if (first != null && first != crc) {
                    System.out.printf("%s changed in round %d, %d threads%n", part.getKey(), round, pool.threads());
                    same = false;
                }
            }
        }
        cold.forEach((name, crc) -> System.out.printf("%s: %08x%n", name, crc));
        System.exit(same ? 0 : 1);
    }
}

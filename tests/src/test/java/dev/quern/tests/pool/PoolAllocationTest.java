// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.pool.AvgPool;
import dev.quern.kernels.pool.MaxPool;
import dev.quern.kernels.pool.PoolShape;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** After warm-up, pooling takes no memory on one thread: no vector, lambda or array is left on the heap. */
class PoolAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @CsvSource({"NHWC, 6", "NHWC, 16", "NHWC, 37", "NCHW, 6", "NHWC, 1"})
    void aCallAllocatesNothing(Layout layout, int channels) {
        for (int stride = 2; stride <= 3; stride++) {
            assertNothingAllocated(layout, channels, stride);
        }
    }

    private static void assertNothingAllocated(Layout layout, int channels, int stride) {
        PoolShape s = PoolShape.of(layout, 2, 24, 24, channels, 3, 3)
                .withStrides(stride, stride)
                .withPadding(1, 0, 1, 0);
        float[] src = new float[s.sourceElements()];
        float[] dst = new float[s.destinationElements()];
        int[] argmax = new int[s.destinationElements()];
        float[] diff = new float[s.sourceElements()];
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 60 && least != 0; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int call = 0; call < 100; call++) {
                MaxPool.forward(s, src, 0, dst, 0, argmax, 0, WorkerPool.CALLER);
                MaxPool.forward(s, src, 0, dst, 0, WorkerPool.CALLER);
                MaxPool.backward(s, argmax, 0, dst, 0, diff, 0, WorkerPool.CALLER);
                MaxPool.backwardToEveryMaximum(s, src, 0, dst, 0, dst, 0, diff, 0, WorkerPool.CALLER);
                AvgPool.forward(s, true, src, 0, dst, 0, WorkerPool.CALLER);
                AvgPool.backward(s, true, dst, 0, diff, 0, WorkerPool.CALLER);
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least, "bytes in 100 rounds of calls");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.pool;

import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.pool.AvgPool;
import dev.quern.kernels.pool.MaxPool;
import dev.quern.kernels.pool.PoolShape;
import dev.quern.tests.toolkit.Allocation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** After warm-up, pooling takes no memory on one thread: no vector, lambda or array is left on the heap. */
class PoolAllocationTest {
    @Tag("allocation")
    @ParameterizedTest
    @CsvSource({"NHWC, 6", "NHWC, 16", "NHWC, 37", "NHWC, 67", "NCHW, 6", "NHWC, 1"})
    void aCallAllocatesNothing(Layout layout, int channels) {
        for (int stride = 2; stride <= 3; stride++) {
            assertNothingAllocated(PoolShape.of(layout, 2, 24, 24, channels, 3, 3)
                    .withStrides(stride, stride)
                    .withPadding(1, 0, 1, 0));
        }
        assertNothingAllocated(PoolShape.of(layout, 2, 12, 36, channels, 2, 2));
        assertNothingAllocated(PoolShape.of(layout, 2, 12, 36, channels, 3, 3)
                .withStrides(2, 2)
                .withPadding(1, 1, 1, 1));
        assertNothingAllocated(PoolShape.of(layout, 2, 12, 36, channels, 12, 36));
    }

    private static void assertNothingAllocated(PoolShape s) {
        float[] src = new float[s.sourceElements()];
        float[] dst = new float[s.destinationElements()];
        int[] argmax = new int[s.destinationElements()];
        float[] diff = new float[s.sourceElements()];
        String what = s.toString();
        Allocation.assertNone(
                "forward with places of " + what,
                () -> MaxPool.forward(s, src, 0, dst, 0, argmax, 0, WorkerPool.CALLER));
        Allocation.assertNone("forward of " + what, () -> MaxPool.forward(s, src, 0, dst, 0, WorkerPool.CALLER));
        Allocation.assertNone(
                "backward of " + what, () -> MaxPool.backward(s, argmax, 0, dst, 0, diff, 0, WorkerPool.CALLER));
        Allocation.assertNone(
                "backward to every maximum of " + what,
                () -> MaxPool.backwardToEveryMaximum(s, src, 0, dst, 0, dst, 0, diff, 0, WorkerPool.CALLER));
        Allocation.assertNone("average of " + what, () -> AvgPool.forward(s, true, src, 0, dst, 0, WorkerPool.CALLER));
        Allocation.assertNone(
                "backward of an average of " + what,
                () -> AvgPool.backward(s, true, dst, 0, diff, 0, WorkerPool.CALLER));
    }
}

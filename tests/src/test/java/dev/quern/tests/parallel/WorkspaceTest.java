// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkspaceTest {
    @Test
    void givesItsPoolAndItsSize() {
        try (var workspace = new Workspace(Pools.TWO, 12)) {
            assertSame(Pools.TWO, workspace.pool());
            assertEquals(12, workspace.capacity());
        }
        assertSame(WorkerPool.CALLER, new Workspace(0).pool());
    }

    @Test
    void aSizeThatIsNegativeOrNoArrayCanHaveIsRefused() {
        Refused.with(IllegalArgumentException.class, () -> new Workspace(-1), "floats = -1", "0 to");
        Refused.with(IllegalArgumentException.class, () -> new Workspace(1L << 31), "floats = 2147483648", "0 to");
        Refused.with(IllegalArgumentException.class, () -> new Workspace(Long.MAX_VALUE), "floats = " + Long.MAX_VALUE);
    }

    @Test
    void aMissingPoolIsRefused() {
        Refused.with(NullPointerException.class, () -> new Workspace(null, 1), "pool");
    }

    @Test
    void askingForMoreThanThereIsNamesBothSizesAndLeavesItUsable() {
        var workspace = new Workspace(10);
        Refused.with(IllegalArgumentException.class, () -> workspace.acquire(11), "10", "11");
        assertTrue(workspace.acquire(10).length >= 10);
        workspace.release();
    }

    @Test
    void aSecondUseDuringTheFirstIsRefused() throws InterruptedException {
        var workspace = new Workspace(10);
        workspace.acquire(1);
        Refused.with(IllegalStateException.class, () -> workspace.acquire(1), "in use");
        Refused.with(IllegalStateException.class, workspace::close, "in use");
        var other = new AtomicReference<Throwable>();
        Thread.ofPlatform()
                .start(() -> capture(other, () -> workspace.acquire(1)))
                .join();
        assertEquals(IllegalStateException.class, other.get().getClass());
        workspace.release();
        workspace.acquire(1);
        workspace.release();
    }

    @Test
    void aClosedOneIsRefusedAndMayBeClosedAgain() {
        var workspace = new Workspace(10);
        workspace.close();
        Refused.with(IllegalStateException.class, () -> workspace.acquire(1), "closed");
        workspace.close();
        Refused.with(IllegalStateException.class, () -> workspace.acquire(1), "closed");
    }

    private static void capture(AtomicReference<Throwable> thrown, Runnable call) {
        try {
            call.run();
        } catch (Throwable t) {
            thrown.set(t);
        }
    }
}

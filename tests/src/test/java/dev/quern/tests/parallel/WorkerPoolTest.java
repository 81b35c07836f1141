// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkerPoolTest {
    @Test
    void everyTaskRunsExactlyOnce() {
        for (WorkerPool pool : Pools.ALL) {
            for (int tasks : new int[] {0, 1, 2, 3, 7, 8, 9, 100, 1000}) {
                var runs = new AtomicIntegerArray(tasks);
                pool.run(tasks, (task, slot) -> runs.incrementAndGet(task));
                for (int task = 0; task < tasks; task++) {
                    assertEquals(1, runs.get(task), pool.threads() + " threads, task " + task + " of " + tasks);
                }
            }
        }
    }

    @Test
    void noTwoTasksAtOnceShareASlot() {
        for (WorkerPool pool : Pools.ALL) {
            var taken = new AtomicIntegerArray(pool.threads());
            for (int call = 0; call < 100; call++) {
                pool.run(64, (task, slot) -> {
                    assertEquals(1, taken.incrementAndGet(slot), "slot " + slot);
                    Thread.yield();
                    taken.decrementAndGet(slot);
                });
            }
        }
    }

    @Test
    void manyShortCallsInARowLoseNoTask() {
        for (WorkerPool pool : Pools.ALL) {
            var count = new AtomicInteger();
            for (int call = 0; call < 5_000; call++) {
                pool.run(3, (task, slot) -> count.incrementAndGet());
            }
            assertEquals(15_000, count.get(), pool.threads() + " threads");
        }
    }

    @Test
    void anExceptionOfATaskReachesTheCallerAndTheOtherTasksStillRun() {
        for (WorkerPool pool : Pools.ALL) {
            var done = new AtomicInteger();
            var failure = new ArithmeticException("task 5");
            var thrown = assertThrows(
                    ArithmeticException.class,
                    () -> pool.run(20, (task, slot) -> {
                        if (task == 5) {
                            throw failure;
                        }
                        done.incrementAndGet();
                    }));
            assertSame(failure, thrown);
            assertEquals(19, done.get());
        }
    }

    @Test
    void anErrorOfATaskReachesTheCallerAndThePoolIsUsableAfter() {
        for (WorkerPool pool : Pools.ALL) {
            assertThrows(
                    OutOfMemoryError.class,
                    () -> pool.run(4, (task, slot) -> {
                        throw new OutOfMemoryError("made up");
                    }));
            var runs = new AtomicInteger();
            pool.run(50, (task, slot) -> runs.incrementAndGet());
            assertEquals(50, runs.get());
        }
    }

    @Test
    void laterExceptionsAreSuppressedInTheFirst() {
        for (WorkerPool pool : Pools.ALL) {
            var thrown = assertThrows(
                    IllegalStateException.class,
                    () -> pool.run(4, (task, slot) -> {
                        throw new IllegalStateException("task " + task);
                    }));
            assertEquals(3, thrown.getSuppressed().length);
        }
    }

    @Test
    void aTaskMayRunTasksOnItsOwnPool() {
        for (WorkerPool pool : Pools.ALL) {
            var inner = new AtomicInteger();
            pool.run(8, (task, slot) -> pool.run(8, (task2, slot2) -> inner.incrementAndGet()));
            assertEquals(64, inner.get(), pool.threads() + " threads");
        }
    }

    @Test
    void callersAtTheSameTimeAllGetTheirTasksDone() throws InterruptedException {
        for (WorkerPool pool : Pools.ALL) {
            var problem = new AtomicReference<Throwable>();
            var threads = new Thread[4];
            for (int t = 0; t < threads.length; t++) {
                threads[t] = Thread.ofPlatform().start(() -> {
                    try {
                        for (int call = 0; call < 500; call++) {
                            var own = new AtomicInteger();
                            pool.run(10, (task, slot) -> own.incrementAndGet());
                            assertEquals(10, own.get());
                        }
                    } catch (Throwable thrown) {
                        problem.set(thrown);
                    }
                });
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertSame(null, problem.get());
        }
    }

    @Test
    void anInterruptedCallerGetsACompleteResultAndStaysInterrupted() {
        for (WorkerPool pool : Pools.ALL) {
            var runs = new AtomicInteger();
            Thread.currentThread().interrupt();
            pool.run(20, (task, slot) -> {
                for (int i = 0; i < 10_000; i++) {
                    Thread.onSpinWait();
                }
                runs.incrementAndGet();
            });
            assertTrue(Thread.interrupted(), "flag still set with " + pool.threads() + " threads");
            assertEquals(20, runs.get());
        }
    }

    @Test
    void anInterruptWhileWaitingIsKept() throws InterruptedException {
        try (var pool = new WorkerPool(2)) {
            var workerIsIn = new CountDownLatch(1);
            var letGo = new CountDownLatch(1);
            var interrupted = new AtomicReference<Boolean>();
            Thread caller = Thread.ofPlatform().start(() -> {
                Thread self = Thread.currentThread();
                pool.run(2, (task, slot) -> {
                    if (Thread.currentThread() == self) {
                        while (workerIsIn.getCount() > 0) {
                            Thread.onSpinWait();
                        }
                    } else {
                        workerIsIn.countDown();
                        await(letGo);
                    }
                });
                interrupted.set(Thread.currentThread().isInterrupted());
            });
            workerIsIn.await();
            while (caller.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            caller.interrupt();
            assertEquals(null, interrupted.get(), "still waits for the worker");
            letGo.countDown();
            caller.join();
            assertTrue(interrupted.get());
        }
    }

    @Test
    void aClosedPoolRefusesWorkAndItsThreadsEnd() throws InterruptedException {
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        var pool = new WorkerPool(3);
        var all = new CountDownLatch(3);
        pool.run(3, (task, slot) -> {
            seen.add(Thread.currentThread());
            all.countDown();
            await(all);
        });
        pool.close();
        Refused.with(IllegalStateException.class, () -> pool.run(1, (task, slot) -> {}), "3 threads", "closed");
        seen.remove(Thread.currentThread());
        assertEquals(2, seen.size());
        for (Thread worker : seen) {
            worker.join(10_000);
            assertFalse(worker.isAlive());
        }
    }

    @Test
    void closingTwiceIsClosingOnce() {
        var pool = new WorkerPool(2);
        pool.close();
        pool.close();
        Refused.with(IllegalStateException.class, () -> pool.run(1, (task, slot) -> {}), "closed");
    }

    @Test
    void aTaskCannotCloseThePoolThatRunsIt() {
        var pool = new WorkerPool(2);
        var both = new CountDownLatch(2);
        AtomicInteger refused = new AtomicInteger();
        pool.run(2, (task, slot) -> {
            both.countDown();
            await(both);
            try {
                pool.close();
            } catch (IllegalStateException e) {
                refused.incrementAndGet();
            }
        });
        pool.close();
        assertEquals(2, refused.get());
    }

    @Test
    void theCallersOwnPoolCannotBeClosed() {
        Refused.with(IllegalStateException.class, WorkerPool.CALLER::close, "closed");
        assertEquals(1, WorkerPool.CALLER.threads());
    }

    @Test
    void fewerThanOneThreadIsRefused() {
        Refused.with(IllegalArgumentException.class, () -> new WorkerPool(0), "threads = 0", "1 or more");
        Refused.with(IllegalArgumentException.class, () -> new WorkerPool(-3), "threads = -3");
        int least = Integer.MIN_VALUE;
        Refused.with(IllegalArgumentException.class, () -> new WorkerPool(least), "threads = " + least);
    }

    @Test
    void aPoolOfOneThreadRunsInTheCaller() {
        var where = new AtomicReference<Thread>();
        WorkerPool.CALLER.run(1, (task, slot) -> where.set(Thread.currentThread()));
        assertSame(Thread.currentThread(), where.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

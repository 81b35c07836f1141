// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.parallel;

import dev.quern.kernels.check.Check;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed set of threads that share the tasks of one call. The caller is one of them, so a pool of {@code n} threads
 * starts {@code n - 1} daemon threads. Every task writes its own part of the output, and no sum is ever cut by the
 * number of threads: results have the same bits on every pool.
 *
 * <p>A pool may be shared. It serves one call at a time; a call that finds it busy, or that is made from inside a task,
 * runs all its tasks in its own thread.
 */
public final class WorkerPool implements AutoCloseable {
    /** One part of a call's work. */
    @FunctionalInterface
    public interface Task {
        /**
         * Does one part.
         *
         * @param task which part, {@code 0 ≤ task < tasks}
         * @param slot which of the pool's threads runs it, {@code 0 ≤ slot < threads}: no two at once share a slot
         */
        void run(int task, int slot);
    }

    /** The pool that has no thread but the caller's. It cannot be closed. */
    public static final WorkerPool CALLER = new WorkerPool(1);

    /** How long a thread looks for work before it sleeps: below the cost of waking it, above a kernel's gaps. */
    private static final int SPINS = 2_000;

    private final Thread[] workers;
    private final ReentrantLock busy = new ReentrantLock();
    private final int spins;
    private volatile Job current;
    private volatile boolean closed;

    /**
     * Starts a pool.
     *
     * @param threads how many threads share the work, the caller's included
     * @throws IllegalArgumentException when {@code threads < 1}
     */
    public WorkerPool(int threads) {
        Check.positive("threads", threads);
        spins = threads <= Runtime.getRuntime().availableProcessors() ? SPINS : 0;
        workers = new Thread[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            int slot = i + 1;
            workers[i] =
                    Thread.ofPlatform().name("quern-worker-" + slot).daemon().start(() -> work(slot));
        }
    }

    /** The number of threads, the caller's included. */
    public int threads() {
        return workers.length + 1;
    }

    /**
     * Runs tasks {@code 0 … tasks-1}, each exactly once, and returns when all are done. An exception in one does not
     * keep the others from running; the first is thrown here, later ones are suppressed in it. An interrupt of the
     * caller does not cut the work short and stays set.
     *
     * @throws IllegalStateException when the pool is closed
     */
    public void run(int tasks, Task body) {
        Objects.requireNonNull(body, "body");
        requireOpen();
        boolean alone = workers.length == 0 || tasks <= 1 || busy.isHeldByCurrentThread();
        if (alone || !busy.tryLock()) {
            var job = new Job(tasks, body);
            job.help(0);
            job.rethrow();
            return;
        }
        try {
            var job = new Job(tasks, body);
            current = job;
            for (int i = 0; i < Math.min(workers.length, tasks - 1); i++) {
                LockSupport.unpark(workers[i]);
            }
            job.help(0);
            job.await(spins);
            current = null;
            job.rethrow();
        } finally {
            busy.unlock();
        }
    }

    /**
     * Does nothing; for kernels, which refuse a closed pool before they write.
     *
     * @throws IllegalStateException when the pool is closed
     */
    public void requireOpen() {
        if (closed) {
            throw new IllegalStateException("pool of " + threads() + " threads is closed");
        }
    }

    /**
     * Ends the pool's threads once a running call is done. Later calls throw {@link IllegalStateException}.
     *
     * @throws IllegalStateException when called from one of the pool's own tasks, which would wait for itself
     */
    @Override
    public void close() {
        if (this == CALLER) {
            throw new IllegalStateException("the caller's own pool cannot be closed");
        }
        if (busy.isHeldByCurrentThread() || List.of(workers).contains(Thread.currentThread())) {
            throw new IllegalStateException("a task cannot close the pool that runs it");
        }
        busy.lock();
        try {
            closed = true;
            for (Thread worker : workers) {
                LockSupport.unpark(worker);
            }
        } finally {
            busy.unlock();
        }
    }

    private void work(int slot) {
        // A task that runs a kernel on this same pool must not wait for itself: it finds the lock taken.
        Job last = null;
        int idle = 0;
        while (!closed) {
            Job job = current;
            if (job != null && job != last) {
                last = job;
                job.help(slot);
                idle = 0;
            } else if (idle++ < spins) {
                Thread.onSpinWait();
            } else {
                last = null;
                LockSupport.park(this);
                Thread.interrupted();
                idle = 0;
            }
        }
    }

    private static final class Job {
        private final int tasks;
        private final Task body;
        private final Thread caller = Thread.currentThread();
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger open;
        private Throwable failure;

        Job(int tasks, Task body) {
            this.tasks = tasks;
            this.body = body;
            this.open = new AtomicInteger(tasks);
        }

        void help(int slot) {
            for (int task = next.getAndIncrement(); task < tasks; task = next.getAndIncrement()) {
                try {
                    body.run(task, slot);
                } catch (Throwable thrown) {
                    record(thrown);
                }
                if (open.decrementAndGet() == 0) {
                    LockSupport.unpark(caller);
                }
            }
        }

        private synchronized void record(Throwable thrown) {
            if (failure == null) {
                failure = thrown;
            } else if (failure != thrown) {
                failure.addSuppressed(thrown);
            }
        }

        void await(int spins) {
            boolean interrupted = false;
            for (int spin = 0; open.get() > 0; spin++) {
                if (spin < spins) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                    interrupted |= Thread.interrupted();
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private synchronized void rethrow() {
            switch (failure) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException("a task failed", failure);
            }
        }
    }
}

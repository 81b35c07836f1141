// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.parallel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * What a call may use beside its operands: scratch memory and threads. Made once by the caller, who asks the kernel how
 * many floats it wants, and handed to any number of calls, one at a time. Its contents mean nothing between calls.
 */
public final class Workspace implements AutoCloseable {
    private static final VarHandle OWNER;

    static {
        try {
            OWNER = MethodHandles.lookup().findVarHandle(Workspace.class, "owner", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final WorkerPool pool;
    private final int capacity;
    private float[] memory;
    private volatile Thread owner;

    /**
     * Takes the memory.
     *
     * @param pool the threads that calls with this workspace may use; {@link WorkerPool#CALLER} for none but the
     *     caller's
     * @param floats size of the memory; what the kernels' {@code workspaceFloats} methods return, the largest of them
     *     when several kernels share it
     * @throws IllegalArgumentException when {@code floats} is negative or above 2³¹-1
     */
    public Workspace(WorkerPool pool, long floats) {
        this.pool = Objects.requireNonNull(pool, "pool");
        if (floats < 0 || floats > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("floats = " + floats + ", allowed: 0 to " + (Integer.MAX_VALUE - 8));
        }
        this.capacity = (int) floats;
        this.memory = new float[capacity];
    }

    /** A workspace for calls in the caller's thread alone. */
    public Workspace(long floats) {
        this(WorkerPool.CALLER, floats);
    }

    /** The threads that calls with this workspace may use. */
    public WorkerPool pool() {
        return pool;
    }

    /** Size in floats. */
    public int capacity() {
        return capacity;
    }

    /**
     * Takes the memory for the length of one call; to be followed by {@link #release} in a {@code finally}. For
     * kernels: users only make the workspace and pass it on.
     *
     * @throws IllegalArgumentException when fewer than {@code floats} are there
     * @throws IllegalStateException when it or its pool is closed, or a call is using it already
     */
    public float[] acquire(long floats) {
        pool.requireOpen();
        if (floats > capacity) {
            throw new IllegalArgumentException(
                    "workspace has " + capacity + " floats, this call needs " + floats + " or more");
        }
        if (!OWNER.compareAndSet(this, (Thread) null, Thread.currentThread())) {
            throw new IllegalStateException("workspace is in use by a call in thread " + owner);
        }
        float[] taken = memory;
        if (taken == null) {
            release();
            throw new IllegalStateException("workspace is closed");
        }
        return taken;
    }

    /** Gives back what {@link #acquire} took. */
    public void release() {
        owner = null;
    }

    /**
     * Frees the memory. The pool stays open: it is its maker's.
     *
     * @throws IllegalStateException when a call is using the workspace
     */
    @Override
    public void close() {
        if (!OWNER.compareAndSet(this, (Thread) null, Thread.currentThread())) {
            throw new IllegalStateException("workspace is in use by a call in thread " + owner);
        }
        memory = null;
        release();
    }
}

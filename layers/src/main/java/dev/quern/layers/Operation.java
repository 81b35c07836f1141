// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;

/**
 * What one step of an {@link InferencePlan} computes, with copies of all numbers that it needs. Immutable, shared by threads.
 */
interface Operation {
    /** It, for a number of images; arrays are read and written from their start. */
    @FunctionalInterface
    interface Call {
        /** Computes; {@code scratch} has {@link Operation#scratchFloats} floats. */
        void run(float[][] srcs, float[] dst, float[] scratch, Workspace workspace);
    }

    /** How it is computed, for people. */
    String text();

    /** Fixes the number of images. */
    Call bind(int batch);

    /** Floats of workspace that a call with so many images needs. */
    default long workspaceFloats(int batch, WorkerPool pool) {
        return 0;
    }

    /** Floats that it writes beside its output. */
    default long scratchFloats(int batch) {
        return 0;
    }

    /** Bytes of the copies that it holds. */
    default long weightBytes() {
        return 0;
    }

    /** Whether its output may be the very array of its first input. */
    default boolean inPlace() {
        return false;
    }
}

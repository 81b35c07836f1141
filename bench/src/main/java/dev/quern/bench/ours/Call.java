// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.Work;

/**
 * A prepared computation in heap arrays.
 *
 * @param body the timed part
 * @param answer gives the result
 * @param resource what is closed in the end; null for nothing
 */
record Call(Body body, Answer answer, AutoCloseable resource) implements Work {
    /** The timed part. */
    interface Body {
        void run();
    }

    /** The result in the canonical layout. */
    interface Answer {
        float[] get();
    }

    @Override
    public void run() {
        body.run();
    }

    @Override
    public float[] result() {
        return answer.get();
    }

    @Override
    public void close() {
        try {
            if (resource != null) {
                resource.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.function.IntFunction;

/** What depends on the batch's size, kept for the full batch and for the latest other one: a last, smaller batch. */
final class PerBatch<T> {
    private final IntFunction<T> maker;
    private final int fullBatch;
    private final T full;
    private int otherBatch = -1;
    private T other;

    PerBatch(int fullBatch, IntFunction<T> maker) {
        this.maker = maker;
        this.fullBatch = fullBatch;
        this.full = maker.apply(fullBatch);
    }

    T get(int batch) {
        if (batch == fullBatch) {
            return full;
        }
        if (batch != otherBatch) {
            other = maker.apply(batch);
            otherBatch = batch;
        }
        return other;
    }
}

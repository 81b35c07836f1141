// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

import dev.quern.kernels.parallel.WorkerPool;

/**
 * Sums over batch and positions for each channel: a sum for each image and channel, in any order and thread, then
 * folded in the order of the images. {@code p} holds tiled means first, {@code batch·channels} sums from {@code sums} on,
 * and the terms of each thread behind the two blocks of sums.
 */
final class NormSums {
    private NormSums() {}

    static void plain(NormShape s, float[] x, int xOffset, float[] p, int sums, WorkerPool pool) {
        int batch = s.batch();
        if (pool.threads() == 1) {
            NormPasses.sums(s, 0, batch, x, xOffset, p, sums);
        } else {
            int images = BatchNorm.imagesOfTask(s);
            pool.run(Math.ceilDiv(batch, images), (task, slot) -> {
                int first = task * images;
                NormPasses.sums(s, first, Math.min(first + images, batch), x, xOffset, p, sums);
            });
        }
    }

    /** The blocks of sums begin at {@code blocks}; the one to fill at {@code sums}. */
    static void deviations(
            NormShape s,
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            float[] p,
            int blocks,
            int sums,
            WorkerPool pool) {
        int batch = s.batch();
        int terms = blocks + 2 * batch * s.channels();
        if (pool.threads() == 1) {
            NormPasses.deviations(s, 0, batch, x, xOffset, g, gOffset, p, 0, p, terms, p, sums);
        } else {
            int images = BatchNorm.imagesOfTask(s);
            int perThread = NormPasses.termFloats(s);
            pool.run(Math.ceilDiv(batch, images), (task, slot) -> {
                int first = task * images;
                int end = Math.min(first + images, batch);
                int own = terms + slot * perThread;
                NormPasses.deviations(s, first, end, x, xOffset, g, gOffset, p, 0, p, own, p, sums);
            });
        }
    }

    /** Adds the images' sums in ascending order, into those of the first. */
    static void fold(NormShape s, float[] p, int sums) {
        int channels = s.channels();
        for (int image = 1; image < s.batch(); image++) {
            for (int c = 0; c < channels; c++) {
                p[sums + c] += p[sums + image * channels + c];
            }
        }
    }
}

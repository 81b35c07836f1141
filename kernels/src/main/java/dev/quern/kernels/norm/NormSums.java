// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

import dev.quern.kernels.activation.Activation;
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
        int images = NormTasks.imagesOfTask(s);
        int tasks = Math.ceilDiv(batch, images);
        if (pool.threads() == 1) {
            // From the end, which whoever wrote x has left in the cache.
            for (int task = tasks - 1; task >= 0; task--) {
                plainPart(s, task * images, images, x, xOffset, p, sums);
            }
        } else {
            pool.run(tasks, (task, slot) -> plainPart(s, task * images, images, x, xOffset, p, sums));
        }
    }

    private static void plainPart(NormShape s, int first, int images, float[] x, int xOffset, float[] p, int sums) {
        NormPasses.sums(s, first, Math.min(first + images, s.batch()), x, xOffset, p, sums);
    }

    /** Of squares of x - mean. */
    static void squares(NormShape s, float[] x, int xOffset, float[] p, int sums, WorkerPool pool) {
        int batch = s.batch();
        int images = NormTasks.imagesOfTask(s);
        int tasks = Math.ceilDiv(batch, images);
        int terms = sums + 2 * batch * s.channels();
        if (pool.threads() == 1) {
            for (int task = 0; task < tasks; task++) {
                squaresPart(s, task * images, images, x, xOffset, p, sums, terms);
            }
        } else {
            int each = NormPasses.termFloats(s);
            pool.run(
                    tasks,
                    (task, slot) -> squaresPart(s, task * images, images, x, xOffset, p, sums, terms + slot * each));
        }
    }

    private static void squaresPart(
            NormShape s, int first, int images, float[] x, int xOffset, float[] p, int sums, int terms) {
        int end = Math.min(first + images, s.batch());
        NormPasses.deviations(s, first, end, x, xOffset, null, 0, p, 0, p, terms, p, sums, 0);
    }

    /**
     * Of g, and behind them of (x - mean)·g, after g was led back through the activation that made y: while it is in the cache.
     */
    static void gradients(
            NormShape s,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            Activation last,
            float[] g,
            int gOffset,
            float[] p,
            int sums,
            WorkerPool pool) {
        int batch = s.batch();
        int images = NormTasks.imagesOfTask(s);
        int tasks = Math.ceilDiv(batch, images);
        int terms = sums + 2 * batch * s.channels();
        if (pool.threads() == 1) {
            for (int task = 0; task < tasks; task++) {
                gradientsPart(s, task * images, images, x, xOffset, y, yOffset, last, g, gOffset, p, sums, terms);
            }
        } else {
            int each = NormPasses.termFloats(s);
            pool.run(tasks, (task, slot) -> {
                int own = terms + slot * each;
                gradientsPart(s, task * images, images, x, xOffset, y, yOffset, last, g, gOffset, p, sums, own);
            });
        }
    }

    private static void gradientsPart(
            NormShape s,
            int first,
            int images,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            Activation last,
            float[] g,
            int gOffset,
            float[] p,
            int sums,
            int terms) {
        int end = Math.min(first + images, s.batch());
        if (last != Activation.IDENTITY) {
            int image = s.positions() * s.channels();
            int at = gOffset + first * image;
            int n = (end - first) * image;
            last.backward(n, y, yOffset + first * image, g, at, g, at, WorkerPool.CALLER);
        }
        int products = sums + s.batch() * s.channels();
        NormPasses.deviations(s, first, end, x, xOffset, g, gOffset, p, 0, p, terms, p, products, sums);
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

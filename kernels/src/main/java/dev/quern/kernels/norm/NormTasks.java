// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.parallel.WorkerPool;

/** Cuts the passes of {@link BatchNorm} that write an image into tasks of whole images. */
final class NormTasks {
    /** Elements of one task, or one image where that has more. */
    private static final int TASK = 1 << 14;

    private NormTasks() {}

    /** Normalises all images, by tiled means, factors and shifts: p's first three rows, which hold one tile each. */
    static void normalize(
            NormShape shape,
            float[] src,
            int srcOffset,
            float[] p,
            float[] residual,
            int residualOffset,
            Activation activation,
            float[] dst,
            int dstOffset,
            WorkerPool pool) {
        int width = NormPasses.tiled(shape);
        NormPasses.tile(shape, p, 0);
        NormPasses.tile(shape, p, width);
        NormPasses.tile(shape, p, 2 * width);
        int batch = shape.batch();
        int images = imagesOfTask(shape);
        int tasks = Math.ceilDiv(batch, images);
        if (pool.threads() == 1) {
            // From the end, which the pass before has left in the cache.
            for (int task = tasks - 1; task >= 0; task--) {
                int first = task * images;
                int end = Math.min(first + images, batch);
                NormPasses.normalize(
                        shape, first, end, src, srcOffset, p, 0, residual, residualOffset, activation, dst, dstOffset);
            }
        } else {
            pool.run(tasks, (task, slot) -> {
                int first = task * images;
                int end = Math.min(first + images, batch);
                NormPasses.normalize(
                        shape, first, end, src, srcOffset, p, 0, residual, residualOffset, activation, dst, dstOffset);
            });
        }
    }

    /** The gradient of all images, by what {@link NormPasses#gradient} reads: p's four rows, the first of them tiled. */
    static void gradient(
            NormShape shape,
            float[] src,
            int srcOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] p,
            float[] diffSrc,
            int diffSrcOffset,
            WorkerPool pool) {
        int width = NormPasses.tiled(shape);
        NormPasses.tile(shape, p, width);
        NormPasses.tile(shape, p, 2 * width);
        NormPasses.tile(shape, p, 3 * width);
        int batch = shape.batch();
        int images = imagesOfTask(shape);
        int tasks = Math.ceilDiv(batch, images);
        if (pool.threads() == 1) {
            // From the end, which the pass before has left in the cache.
            for (int task = tasks - 1; task >= 0; task--) {
                int first = task * images;
                int end = Math.min(first + images, batch);
                NormPasses.gradient(
                        shape, first, end, src, srcOffset, diffDst, diffDstOffset, p, 0, diffSrc, diffSrcOffset);
            }
        } else {
            pool.run(tasks, (task, slot) -> {
                int first = task * images;
                int end = Math.min(first + images, batch);
                NormPasses.gradient(
                        shape, first, end, src, srcOffset, diffDst, diffDstOffset, p, 0, diffSrc, diffSrcOffset);
            });
        }
    }

    /** Whole images, so many that a task is worth handing over. */
    static int imagesOfTask(NormShape shape) {
        return (int) Math.max(1, TASK / Math.max(1, (long) shape.positions() * shape.channels()));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

/** Images with a class index each. */
final class LabelledRows implements Examples<int[]> {
    private final TensorRows images;
    private final int[] labels;
    private int[] batch = new int[0];

    LabelledRows(TensorRows images, int[] labels) {
        this.images = images;
        this.labels = labels;
    }

    @Override
    public int count() {
        return images.count();
    }

    @Override
    public int[] imageShape() {
        return images.shape();
    }

    @Override
    public int[] gather(int[] order, int first, int count, float[] to) {
        batch = batch.length < count ? new int[count] : batch;
        images.gather(order, first, count, to);
        for (int i = 0; i < count; i++) {
            batch[i] = labels[order[first + i]];
        }
        return batch;
    }
}

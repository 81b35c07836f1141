// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

/** Images with a tensor of wanted outputs each. */
final class TargetRows implements Examples<Tensor> {
    private final TensorRows images;
    private final TensorRows targets;
    private Tensor batch = Tensor.zeros(0);

    TargetRows(TensorRows images, TensorRows targets) {
        this.images = images;
        this.targets = targets;
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
    public Tensor gather(int[] order, int first, int count, float[] to) {
        if (batch.dimension(0) < count) {
            batch = Tensor.zeros(Shapes.withBatch(count, targets.shape()));
        }
        images.gather(order, first, count, to);
        targets.gather(order, first, count, batch.data());
        return batch.dimension(0) == count ? batch : batch.first(count);
    }
}

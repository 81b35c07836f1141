// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.ResNetCase;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.tests.reference.ReferenceDense;
import dev.quern.tests.reference.ReferencePool;
import java.util.List;

/**
 * ResNet-20 predicting, as plain loops in floats: batch normalisation folded into weights as a plan's definition has it,
 * in doubles, rounded once.
 */
final class ReferenceResNetPlan implements ResNetCase.Layers<float[]> {
    private static final double SHARE = 1e-4;

    private final int batch;
    private final List<float[]> values;
    private final List<float[]> running;

    private ReferenceResNetPlan(ResNetCase kase) {
        batch = kase.batch();
        values = kase.values();
        running = kase.running();
    }

    /** (batch, 10), without softmax. */
    static Expected scores(ResNetCase kase) {
        return Whole.relativeToLargest(ResNetCase.walk(kase.input(), new ReferenceResNetPlan(kase)), SHARE);
    }

    /** What the kernels call a convolution of the network. */
    static ConvShape shape(int batch, ResNetCase.Convolution c) {
        return ConvShape.of(Layout.NHWC, batch, c.side(), c.side(), c.channels(), c.filters(), c.kernel(), c.kernel())
                .withStrides(c.stride(), c.stride())
                .withPadding(c.padding(), c.padding(), c.padding(), c.padding());
    }

    /** The average over the whole image. */
    static ReferencePool average(int batch) {
        int side = ResNetCase.LAST_SIDE;
        int[] window = {side, side};
        return new ReferencePool(
                Layout.NHWC, batch, side, side, ResNetCase.FEATURES, window, window, new int[4], false);
    }

    @Override
    public float[] convolution(float[] src, ResNetCase.Convolution layer) {
        float[] weights = values.get(3 * layer.index()).clone();
        float[] gamma = values.get(3 * layer.index() + 1);
        float[] beta = values.get(3 * layer.index() + 2);
        float[] statistics = running.get(layer.index());
        int filters = layer.filters();
        double[] scales = new double[filters];
        float[] bias = new float[filters];
        for (int k = 0; k < filters; k++) {
            scales[k] = gamma[k] / Math.sqrt((double) statistics[filters + k] + ResNetCase.EPSILON);
            bias[k] = (float) (beta[k] - statistics[k] * scales[k]);
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (weights[i] * scales[i % filters]);
        }
        float[] dst = new RowConv(shape(batch, layer), weights).forward(src, bias);
        return layer.relu() ? relu(dst) : dst;
    }

    @Override
    public float[] sum(float[] block, float[] shortcut) {
        float[] sum = new float[block.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = block[i] + shortcut[i];
        }
        return relu(sum);
    }

    @Override
    public float[] scores(float[] src) {
        float[] features = new float[batch * ResNetCase.FEATURES];
        average(batch).average(false, src, features);
        float[] scores = new float[batch * ResNetCase.CLASSES];
        ReferenceDense.forward(
                batch,
                ResNetCase.FEATURES,
                ResNetCase.CLASSES,
                features,
                values.get(values.size() - 2),
                values.getLast(),
                scores);
        return scores;
    }

    private static float[] relu(float[] x) {
        for (int i = 0; i < x.length; i++) {
            x[i] = Math.max(x[i], 0f);
        }
        return x;
    }
}

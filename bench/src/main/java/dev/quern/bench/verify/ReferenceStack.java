// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.ConvStack;
import dev.quern.bench.contest.PoolCase;
import dev.quern.bench.contest.StackCase;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.tests.reference.ReferenceConv;
import dev.quern.tests.reference.ReferenceDense;
import dev.quern.tests.reference.ReferencePool;
import java.util.List;

/** A stack of convolutions that predicts, as plain loops in floats. ResNet-50 takes some seconds. */
final class ReferenceStack implements ConvStack.Layers<float[]> {
    private static final double SHARE = 1e-4;

    private final int batch;
    private final int classes;
    private final List<float[]> values;

    private ReferenceStack(StackCase kase) {
        batch = kase.batch();
        classes = kase.stack().classes();
        values = kase.folded();
    }

    /** (batch, classes), without softmax. */
    static Expected scores(StackCase kase) {
        return Whole.relativeToLargest(kase.stack().walk(kase.input(), new ReferenceStack(kase)), SHARE);
    }

    /** The average over the whole image. */
    static ReferencePool average(int batch, int side, int channels) {
        int[] window = {side, side};
        return new ReferencePool(Layout.NHWC, batch, side, side, channels, window, window, new int[4], false);
    }

    @Override
    public float[] convolution(float[] src, ConvStack.Convolution layer) {
        ConvShape shape = layer.shape(batch);
        float[] weights = values.get(2 * layer.index());
        float[] bias = values.get(2 * layer.index() + 1);
        float[] dst;
        if (layer.depthwise()) {
            dst = new float[shape.destinationElements()];
            ReferenceConv.forward(shape, src, weights, bias, dst);
        } else {
            dst = new RowConv(shape, weights).forward(src, bias);
        }
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
    public float[] pool(float[] src, PoolCase w) {
        int[] padding = {w.padding(), w.padding(), w.padding(), w.padding()};
        int[] window = {w.window(), w.window()};
        int[] stride = {w.stride(), w.stride()};
        var pool = new ReferencePool(
                Layout.NHWC, batch, w.height(), w.width(), w.channels(), window, stride, padding, false);
        float[] dst = new float[batch * w.destinationElements()];
        pool.max(src, dst, new int[dst.length]);
        return dst;
    }

    @Override
    public float[] scores(float[] src, int side, int channels) {
        float[] features = new float[batch * channels];
        average(batch, side, channels).average(false, src, features);
        float[] scores = new float[batch * classes];
        ReferenceDense.forward(
                batch, channels, classes, features, values.get(values.size() - 2), values.getLast(), scores);
        return scores;
    }

    private static float[] relu(float[] x) {
        for (int i = 0; i < x.length; i++) {
            x[i] = Math.max(x[i], 0f);
        }
        return x;
    }
}

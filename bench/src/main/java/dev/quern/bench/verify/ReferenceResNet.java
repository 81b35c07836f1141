// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.ConvStack;
import dev.quern.bench.contest.ResNetCase;
import dev.quern.tests.reference.ReferenceBatchNorm;
import dev.quern.tests.reference.ReferenceDense;
import dev.quern.tests.reference.ReferenceLoss;
import dev.quern.tests.reference.ReferencePool;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** One step of training ResNet-20 as plain loops in floats. Each layer, once computed, leaves its way back. */
final class ReferenceResNet implements ConvStack.Layers<ReferenceResNet.Images> {
    private static final double SHARE = 1e-4;

    /** Numbers and, on the way back, their gradient. */
    static final class Images {
        private final float[] values;
        private float[] diff;

        private Images(float[] values) {
            this.values = values;
        }

        /** What the last user says comes first, the others' are added. */
        private void add(float[] more) {
            if (diff == null) {
                diff = more.clone();
                return;
            }
            for (int i = 0; i < diff.length; i++) {
                diff[i] += more[i];
            }
        }
    }

    private final int batch;
    private final List<float[]> values;
    private final List<float[]> running;
    private final List<float[]> gradients;
    private final Deque<Runnable> back = new ArrayDeque<>();

    private ReferenceResNet(ResNetCase kase) {
        batch = kase.batch();
        values = kase.values();
        running = kase.running();
        gradients = values.stream().map(value -> new float[value.length]).toList();
    }

    /** All parameters after the first step. */
    static Expected trained(ResNetCase kase) {
        var network = new ReferenceResNet(kase);
        Images scores = kase.stack().walk(new Images(kase.input()), network);
        scores.diff = new float[scores.values.length];
        ReferenceLoss.softmaxCrossEntropy(kase.batch(), ResNetCase.CLASSES, scores.values, kase.labels(), scores.diff);
        network.back.forEach(Runnable::run);
        float[] all = kase.parameters();
        int at = 0;
        for (float[] gradient : network.gradients) {
            for (float g : gradient) {
                // Velocities start from 0.
                all[at] = Math.fma(-ResNetCase.RATE, Math.fma(ResNetCase.MOMENTUM, 0f, g), all[at]);
                at++;
            }
        }
        return Whole.relativeToLargest(all, SHARE);
    }

    @Override
    public Images convolution(Images src, ConvStack.Convolution layer) {
        int at = 3 * layer.index();
        var conv = new RowConv(layer.shape(batch), values.get(at));
        var sums = new Images(conv.forward(src.values, null));
        back.push(() -> {
            conv.backwardWeights(src.values, sums.diff, gradients.get(at));
            if (layer.index() > 0) {
                src.add(conv.backwardData(sums.diff));
            }
        });
        Images dst = normalized(sums, layer);
        return layer.relu() ? relu(dst) : dst;
    }

    private Images normalized(Images src, ConvStack.Convolution layer) {
        int at = 3 * layer.index() + 1;
        var norm = new ReferenceBatchNorm(true, batch, layer.outSide() * layer.outSide(), layer.filters());
        float[] saved = new float[2 * layer.filters()];
        var dst = new Images(new float[src.values.length]);
        norm.forward(
                ResNetCase.EPSILON,
                ResNetCase.NORM_MOMENTUM,
                src.values,
                values.get(at),
                values.get(at + 1),
                running.get(layer.index()),
                dst.values,
                saved);
        back.push(() -> {
            float[] diff = new float[src.values.length];
            norm.backward(src.values, values.get(at), saved, dst.diff, diff, gradients.get(at), gradients.get(at + 1));
            src.add(diff);
        });
        return dst;
    }

    private Images relu(Images src) {
        var dst = new Images(src.values.clone());
        for (int i = 0; i < dst.values.length; i++) {
            dst.values[i] = Math.max(dst.values[i], 0f);
        }
        back.push(() -> {
            for (int i = 0; i < dst.diff.length; i++) {
                dst.diff[i] = dst.values[i] > 0 ? dst.diff[i] : 0f;
            }
            src.add(dst.diff);
        });
        return dst;
    }

    @Override
    public Images sum(Images block, Images shortcut) {
        var dst = new Images(block.values.clone());
        for (int i = 0; i < dst.values.length; i++) {
            dst.values[i] += shortcut.values[i];
        }
        back.push(() -> {
            block.add(dst.diff);
            shortcut.add(dst.diff);
        });
        return relu(dst);
    }

    @Override
    public Images scores(Images src, int side, int inputs) {
        int units = ResNetCase.CLASSES;
        int at = values.size() - 2;
        ReferencePool pool = ReferenceStack.average(batch, side, inputs);
        float[] features = new float[batch * inputs];
        pool.average(false, src.values, features);
        var scores = new Images(new float[batch * units]);
        ReferenceDense.forward(batch, inputs, units, features, values.get(at), values.get(at + 1), scores.values);
        back.push(() -> {
            ReferenceDense.backwardWeights(batch, inputs, units, features, scores.diff, gradients.get(at));
            ReferenceDense.backwardBias(batch, units, scores.diff, gradients.get(at + 1));
            float[] diffFeatures = new float[features.length];
            ReferenceDense.backwardData(batch, inputs, units, scores.diff, values.get(at), diffFeatures);
            float[] diff = new float[src.values.length];
            pool.averageBackward(false, diffFeatures, diff);
            src.add(diff);
        });
        return scores;
    }
}

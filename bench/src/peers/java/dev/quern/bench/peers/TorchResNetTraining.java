// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.quern.bench.contest.ConvStack;
import dev.quern.bench.contest.ResNetCase;
import dev.quern.bench.contest.TrainingCase;
import dev.quern.bench.contest.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Training ResNet-20 in PyTorch; batch normalisation keeps its running statistics. */
final class TorchResNetTraining extends TorchTraining implements ConvStack.Layers<PtNDArray> {
    private static final Shape ONE = Torch.square(1);
    private static final ConvStack STACK = ConvStack.RESNET20;

    private final PtNDArray images;
    private final List<PtNDArray> means = new ArrayList<>();
    private final List<PtNDArray> variances = new ArrayList<>();

    private TorchResNetTraining(ResNetCase s, boolean channelsLast, Torch torch) {
        super(s, tensors(s, channelsLast, torch), torch);
        images = torch.images(s.input(), channelsLast, s.batch(), s.side(), s.side(), s.channels());
        for (float[] statistics : s.running()) {
            int channels = statistics.length / 2;
            means.add(torch.tensor(Arrays.copyOf(statistics, channels), channels));
            variances.add(torch.tensor(Arrays.copyOfRange(statistics, channels, 2 * channels), channels));
        }
    }

    /** The faster of the two memory formats for images and weights. */
    static Work of(ResNetCase s, int threads) throws Exception {
        return Fastest.of("training " + s + " " + threads, () -> new TorchResNetTraining(s, false, Torch.open(threads)), () -> new TorchResNetTraining(s, true, Torch.open(threads)));
    }

    /** The parameters in the report's order: weights, gamma, beta of each convolution, weights and bias of the dense layer. */
    private static List<NDArray> tensors(ResNetCase s, boolean channelsLast, Torch torch) {
        List<float[]> values = s.values();
        var tensors = new ArrayList<NDArray>();
        for (ConvStack.Convolution c : STACK.convolutions()) {
            int at = 3 * c.index();
            tensors.add(torch.weights(values.get(at), channelsLast, c.kernel(), c.channels(), c.filters()));
            tensors.add(torch.tensor(values.get(at + 1), c.filters()));
            tensors.add(torch.tensor(values.get(at + 2), c.filters()));
        }
        float[] rows = Relayout.transpose(values.get(values.size() - 2), 1, STACK.features(), ResNetCase.CLASSES);
        tensors.add(torch.tensor(rows, ResNetCase.CLASSES, STACK.features()));
        tensors.add(torch.tensor(values.getLast(), ResNetCase.CLASSES));
        return tensors;
    }

    @Override
    PtNDArray scores() {
        return STACK.walk(images, this);
    }

    @Override
    public PtNDArray convolution(PtNDArray src, ConvStack.Convolution c) {
        int at = 3 * c.index();
        PtNDArray sums = keep(JniUtils.convolution(
                src, parameter(at), null, Torch.square(c.stride()), Torch.square(c.padding()), ONE, 1));
        PtNDArray dst = keep(JniUtils.batchNorm(
                sums,
                means.get(c.index()),
                variances.get(c.index()),
                parameter(at + 1),
                parameter(at + 2),
                true,
                ResNetCase.NORM_MOMENTUM,
                ResNetCase.EPSILON));
        return c.relu() ? keep(JniUtils.relu(dst)) : dst;
    }

    @Override
    public PtNDArray sum(PtNDArray block, PtNDArray shortcut) {
        return keep(JniUtils.relu(keep(JniUtils.add(block, shortcut))));
    }

    @Override
    public PtNDArray scores(PtNDArray src, int side, int channels) {
        PtNDArray features = keep(JniUtils.flatten(keep(JniUtils.adaptiveAvgPool(src, ONE)), 1, -1));
        return keep(JniUtils.linear(features, parameter(count() - 2), parameter(count() - 1)));
    }

    @Override
    float[] canonical(float[][] theirs) {
        List<float[]> ours = new ArrayList<>(List.of(theirs));
        for (ConvStack.Convolution c : STACK.convolutions()) {
            ours.set(
                    3 * c.index(),
                    Relayout.oihwToHwio(
                            theirs[3 * c.index()], c.kernel() * c.kernel(), c.channels(), c.filters()));
        }
        int dense = theirs.length - 2;
        ours.set(dense, Relayout.transpose(theirs[dense], 1, ResNetCase.CLASSES, STACK.features()));
        return TrainingCase.join(ours);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.quern.bench.contest.LeNetCase;
import dev.quern.bench.contest.Work;
import java.util.ArrayList;
import java.util.List;

/**
 * A step of training LeNet-5 in PyTorch: forward calls that record the graph, log-softmax and the mean of the negative
 * values at the labels, PyTorch's backward pass over all of it, and DJL's update {@code v ← 0.9·v + rate·g},
 * {@code p ← p - v}, which at a constant rate is the report's rule. All of that is timed, as is giving the tensors of the
 * step back.
 */
final class TorchTraining implements Work {
    private static final int SIDE = LeNetCase.SIDE;
    private static final Shape ONE = Torch.square(1);
    private static final Shape TWO = Torch.square(2);
    private static final Shape NONE = Torch.square(0);

    private final Torch torch;
    private final PtNDArray images;
    private final PtNDArray labels;
    private final PtNDArray one;
    private final List<PtNDArray> parameters = new ArrayList<>();
    private final List<PtNDArray> velocities = new ArrayList<>();
    private final List<NDArray> ofStep = new ArrayList<>();
    private final float[] afterFirstStep;

    private TorchTraining(LeNetCase s, boolean channelsLast, Torch torch) {
        this.torch = torch;
        images = torch.tensor(s.input(), s.batch(), 1, SIDE, SIDE);
        int[] classes = s.labels();
        long[] indices = new long[classes.length];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = classes[i];
        }
        labels = torch.indices(indices, s.batch(), 1);
        one = torch.tensor(new float[] {1}, new long[0]);
        for (NDArray tensor : TorchLeNet.tensors(LeNetParameters.split(s.parameters()), channelsLast, torch)) {
            tensor.setRequiresGradient(true);
            parameters.add((PtNDArray) tensor);
            velocities.add((PtNDArray) tensor.zerosLike());
        }
        run();
        float[][] values = new float[parameters.size()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = parameters.get(i).toFloatArray();
        }
        afterFirstStep = LeNetParameters.join(values);
    }

    /** The faster of the two memory formats for the weights of the convolutions, which their results take over. */
    static Work of(LeNetCase s, int threads) throws Exception {
        return Fastest.of("training " + s + " " + threads, () -> new TorchTraining(s, false, Torch.open(threads)), () -> new TorchTraining(s, true, Torch.open(threads)));
    }

    @Override
    public void run() {
        JniUtils.setGradMode(true);
        PtNDArray loss = loss(scores());
        JniUtils.backward(loss, one, false, false);
        JniUtils.setGradMode(false);
        for (int i = 0; i < parameters.size(); i++) {
            PtNDArray parameter = parameters.get(i);
            PtNDArray gradient = keep(parameter.getGradient());
            JniUtils.sgdUpdate(
                    parameter, gradient, velocities.get(i), LeNetCase.RATE, 0f, 1f, -1f, LeNetCase.MOMENTUM);
            JniUtils.zeroGrad(parameter);
        }
        ofStep.forEach(NDArray::close);
        ofStep.clear();
    }

    private PtNDArray scores() {
        PtNDArray x = images;
        for (int i = 0; i < 2; i++) {
            x = keep(JniUtils.convolution(
                    x, parameters.get(2 * i), parameters.get(2 * i + 1), ONE, i == 0 ? TWO : NONE, ONE, 1));
            x = keep(JniUtils.maxPool(keep(JniUtils.relu(x)), TWO, TWO, NONE, false));
        }
        x = keep(JniUtils.flatten(x, 1, -1));
        for (int i = 4; i < parameters.size(); i += 2) {
            x = keep(JniUtils.linear(x, parameters.get(i), parameters.get(i + 1)));
            x = i + 2 == parameters.size() ? x : keep(JniUtils.relu(x));
        }
        return x;
    }

    private PtNDArray loss(PtNDArray scores) {
        PtNDArray logarithms = keep(JniUtils.logSoftmax(scores, 1, DataType.FLOAT32));
        PtNDArray picked = keep(JniUtils.gather(logarithms, labels, 1));
        return keep(JniUtils.neg(keep(JniUtils.mean(picked))));
    }

    private PtNDArray keep(PtNDArray tensor) {
        ofStep.add(tensor);
        return tensor;
    }

    @Override
    public float[] result() {
        return afterFirstStep.clone();
    }

    @Override
    public void close() {
        torch.close();
    }
}

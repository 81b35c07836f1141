// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.quern.bench.contest.TrainingCase;
import dev.quern.bench.contest.Work;
import java.util.ArrayList;
import java.util.List;

/**
 * A step of training in PyTorch: forward calls that record the graph, log-softmax and the mean of the negative values at
 * the labels, PyTorch's backward pass over all of it, and DJL's update {@code v ← 0.9·v + rate·g}, {@code p ← p - v},
 * which at a constant rate is the report's rule. All of that is timed, as is giving the tensors of the step back.
 */
abstract class TorchTraining implements Work {
    private final Torch torch;
    private final PtNDArray labels;
    private final PtNDArray one;
    private final List<PtNDArray> parameters = new ArrayList<>();
    private final List<PtNDArray> velocities = new ArrayList<>();
    private final List<NDArray> ofStep = new ArrayList<>();
    private float[][] afterFirstStep;

    TorchTraining(TrainingCase s, List<NDArray> first, Torch torch) {
        this.torch = torch;
        int[] classes = s.labels();
        long[] indices = new long[classes.length];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = classes[i];
        }
        labels = torch.indices(indices, s.batch(), 1);
        one = torch.tensor(new float[] {1}, new long[0]);
        for (NDArray tensor : first) {
            tensor.setRequiresGradient(true);
            parameters.add((PtNDArray) tensor);
            velocities.add((PtNDArray) tensor.zerosLike());
        }
    }

    /** The network's forward pass; what it makes on the way goes through {@link #keep}. */
    abstract PtNDArray scores();

    /** The report's one array, from the parameters in PyTorch's layouts. */
    abstract float[] canonical(float[][] theirs);

    /** Parameter i. */
    final PtNDArray parameter(int i) {
        return parameters.get(i);
    }

    /** How many parameters there are. */
    final int count() {
        return parameters.size();
    }

    /** Notes a tensor to be given back after the step. */
    final PtNDArray keep(PtNDArray tensor) {
        ofStep.add(tensor);
        return tensor;
    }

    @Override
    public final void run() {
        JniUtils.setGradMode(true);
        PtNDArray loss = loss(scores());
        JniUtils.backward(loss, one, false, false);
        JniUtils.setGradMode(false);
        for (int i = 0; i < parameters.size(); i++) {
            PtNDArray parameter = parameters.get(i);
            PtNDArray gradient = keep(parameter.getGradient());
            JniUtils.sgdUpdate(
                    parameter, gradient, velocities.get(i), TrainingCase.RATE, 0f, 1f, -1f, TrainingCase.MOMENTUM);
            JniUtils.zeroGrad(parameter);
        }
        ofStep.forEach(NDArray::close);
        ofStep.clear();
        if (afterFirstStep == null) {
            afterFirstStep = parameters.stream().map(NDArray::toFloatArray).toArray(float[][]::new);
        }
    }

    private PtNDArray loss(PtNDArray scores) {
        PtNDArray logarithms = keep(JniUtils.logSoftmax(scores, 1, DataType.FLOAT32));
        PtNDArray picked = keep(JniUtils.gather(logarithms, labels, 1));
        return keep(JniUtils.neg(keep(JniUtils.mean(picked))));
    }

    @Override
    public final float[] result() {
        return canonical(afterFirstStep);
    }

    @Override
    public final void close() {
        torch.close();
    }
}

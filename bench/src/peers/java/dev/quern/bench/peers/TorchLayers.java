// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.quern.bench.contest.DenseCase;
import dev.quern.bench.contest.ElementCase;
import dev.quern.bench.contest.NormCase;
import dev.quern.bench.contest.PoolCase;
import dev.quern.bench.contest.SoftmaxCase;
import dev.quern.bench.contest.Work;
import java.io.IOException;
import java.util.function.Supplier;

/** Single layers in PyTorch other than convolution. Those on images take the faster of the two memory formats. */
final class TorchLayers {
    private static final double UNUSED_MOMENTUM = 0.1;

    private TorchLayers() {}

    /** {@code dx} is the operator of PyTorch's backward pass, called on y and dy: no forward pass is timed. */
    static Work element(ElementCase s, int threads) throws PeerUnavailableException, IOException {
        Torch torch = Torch.open(threads);
        if (s.backward()) {
            String last = s.function().equals("relu") ? ", 0)" : ")";
            String operator = s.function().equals("relu") ? "threshold" : s.function();
            var script = new TorchScript(torch.manager(), "dy, y", "return torch." + operator + "_backward(dy, y" + last);
            var arguments = new NDList(torch.tensor(s.second(), s.n()), torch.tensor(s.y(), s.n()));
            return new TorchWork(torch, () -> script.call(arguments), NDArray::toFloatArray);
        }
        PtNDArray x = torch.tensor(s.x(), s.n());
        Supplier<NDArray> call =
                switch (s.function()) {
                    case "relu" -> () -> JniUtils.relu(x);
                    case "sigmoid" -> () -> JniUtils.sigmoid(x);
                    case "tanh" -> () -> JniUtils.tanh(x);
                    case "exp" -> () -> JniUtils.exp(x);
                    case "gelu" -> () -> JniUtils.gelu(x);
                    case "add" -> {
                        PtNDArray second = torch.tensor(s.second(), s.n());
                        yield () -> JniUtils.add(x, second);
                    }
                    default -> throw new IllegalArgumentException("no operator for " + s);
                };
        return new TorchWork(torch, call, NDArray::toFloatArray);
    }

    static Work softmax(SoftmaxCase s, int threads) throws PeerUnavailableException {
        Torch torch = Torch.open(threads);
        PtNDArray x = torch.tensor(s.x(), s.rows(), s.columns());
        return new TorchWork(torch, () -> JniUtils.softmax(x, 1, DataType.FLOAT32), NDArray::toFloatArray);
    }

    static Work pool(PoolCase s, int threads) throws Exception {
        return Fastest.of("pooling " + s + " " + threads, () -> pool(s, false, Torch.open(threads)), () -> pool(s, true, Torch.open(threads)));
    }

    private static Work pool(PoolCase s, boolean channelsLast, Torch torch) throws IOException {
        PtNDArray src = torch.images(s.src(), channelsLast, 1, s.height(), s.width(), s.channels());
        var window = Torch.square(s.window());
        var stride = Torch.square(s.stride());
        var padding = Torch.square(s.padding());
        var one = Torch.square(1);
        Supplier<NDArray> call =
                switch (s.kind()) {
                    case MAX -> () -> JniUtils.maxPool(src, window, stride, padding, false);
                    case AVG -> averages(s, torch, src);
                    case GLOBAL -> () -> JniUtils.adaptiveAvgPool(src, one);
                };
        return new TorchWork(torch, call, Torch::nhwc);
    }

    /** Through a script: DJL's own call counts the padding whatever it is asked. */
    private static Supplier<NDArray> averages(PoolCase s, Torch torch, PtNDArray src) throws IOException {
        var script = new TorchScript(
                torch.manager(),
                "x",
                "return torch.avg_pool2d(x, [%1$d, %1$d], [%2$d, %2$d], [%3$d, %3$d], False, False)"
                        .formatted(s.window(), s.stride(), s.padding()));
        var arguments = new NDList(src);
        return () -> script.call(arguments);
    }

    /** Training also brings running mean and variance up to date, as that operator always does. */
    static Work norm(NormCase s, int threads) throws Exception {
        return Fastest.of("norm " + s + " " + threads, () -> norm(s, false, Torch.open(threads)), () -> norm(s, true, Torch.open(threads)));
    }

    private static Work norm(NormCase s, boolean channelsLast, Torch torch) {
        PtNDArray src = torch.images(s.src(), channelsLast, s.batch(), s.height(), s.width(), s.channels());
        PtNDArray gamma = torch.tensor(s.gamma(), s.channels());
        PtNDArray beta = torch.tensor(s.beta(), s.channels());
        PtNDArray mean = torch.tensor(s.mean(), s.channels());
        PtNDArray variance = torch.tensor(s.variance(), s.channels());
        return new TorchWork(
                torch,
                () -> JniUtils.batchNorm(
                        src, mean, variance, gamma, beta, s.training(), UNUSED_MOMENTUM, NormCase.EPSILON),
                Torch::nhwc);
    }

    /** The faster of two plain calls, and the operator with weights packed by oneDNN beforehand and the ReLU inside. */
    static Work dense(DenseCase s, int threads) throws Exception {
        return Fastest.of("dense " + s + " " + threads, () -> plainDense(s, Torch.open(threads)), () -> packedDense(s, Torch.open(threads)));
    }

    private static Work plainDense(DenseCase s, Torch torch) {
        PtNDArray x = torch.tensor(s.src(), s.batch(), s.inputs());
        PtNDArray weights = torch.tensor(rows(s), s.units(), s.inputs());
        PtNDArray bias = torch.tensor(s.bias(), s.units());
        Supplier<NDArray> call = () -> {
            try (PtNDArray sum = JniUtils.linear(x, weights, bias)) {
                return JniUtils.relu(sum);
            }
        };
        return new TorchWork(torch, call, NDArray::toFloatArray);
    }

    private static Work packedDense(DenseCase s, Torch torch) throws IOException {
        NDArray weights = new TorchScript(
                        torch.manager(), "w", "return ops.mkldnn._reorder_linear_weight(w, " + s.batch() + ")")
                .call(new NDList(torch.tensor(rows(s), s.units(), s.inputs())));
        var script = new TorchScript(
                torch.manager(), "x, w, b", "return ops.mkldnn._linear_pointwise(x, w, b, \"relu\", [], None)");
        var arguments = new NDList(
                torch.tensor(s.src(), s.batch(), s.inputs()), weights, torch.tensor(s.bias(), s.units()));
        return new TorchWork(torch, () -> script.call(arguments), NDArray::toFloatArray);
    }

    /** (units, inputs), as PyTorch keeps them. */
    private static float[] rows(DenseCase s) {
        return Relayout.transpose(s.weights(), 1, s.inputs(), s.units());
    }
}

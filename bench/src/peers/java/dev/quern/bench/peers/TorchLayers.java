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
import dev.quern.kernels.conv.Layout;
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
            String last =
                    switch (s.function()) {
                        case "relu" -> ", 0)";
                        case "gelu" -> ", approximate=\"none\")";
                        default -> ")";
                    };
            String operator = s.function().equals("relu") ? "threshold" : s.function();
            var script = new TorchScript(torch.manager(), "dy, y", "return torch." + operator + "_backward(dy, y" + last);
            var arguments = new NDList(torch.tensor(s.second(), s.n()), torch.tensor(s.given(), s.n()));
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

    /** 6 stands for 32-bit floats among PyTorch's scalar types. */
    static Work softmax(SoftmaxCase s, int threads) throws PeerUnavailableException, IOException {
        Torch torch = Torch.open(threads);
        if (s.backward()) {
            var script = new TorchScript(torch.manager(), "dy, y", "return torch._softmax_backward_data(dy, y, 1, 6)");
            var arguments = new NDList(
                    torch.tensor(s.diffDst(), s.rows(), s.columns()), torch.tensor(s.y(), s.rows(), s.columns()));
            return new TorchWork(torch, () -> script.call(arguments), NDArray::toFloatArray);
        }
        PtNDArray x = torch.tensor(s.x(), s.rows(), s.columns());
        return new TorchWork(torch, () -> JniUtils.softmax(x, 1, DataType.FLOAT32), NDArray::toFloatArray);
    }

    static Work pool(PoolCase s, int threads) throws Exception {
        return Fastest.of("pooling " + s + " " + threads, () -> pool(s, false, Torch.open(threads)), () -> pool(s, true, Torch.open(threads)));
    }

    private static Work pool(PoolCase s, boolean channelsLast, Torch torch) throws IOException {
        PtNDArray src = torch.images(s.src(), channelsLast, 1, s.height(), s.width(), s.channels());
        if (s.backward()) {
            return poolBackward(s, channelsLast, torch, src);
        }
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

    /** The places of a maximum are computed beforehand. */
    private static Work poolBackward(PoolCase s, boolean channelsLast, Torch torch, PtNDArray src) throws IOException {
        boolean global = s.kind() == PoolCase.Kind.GLOBAL;
        int height = global ? 1 : s.shape(Layout.NHWC).outHeight();
        int width = global ? 1 : s.shape(Layout.NHWC).outWidth();
        PtNDArray diffDst = torch.images(s.diffDst(), channelsLast, 1, height, width, s.channels());
        String window = "[%1$d, %1$d], [%2$d, %2$d], [%3$d, %3$d]".formatted(s.window(), s.stride(), s.padding());
        NDList arguments = new NDList(diffDst, src);
        TorchScript script =
                switch (s.kind()) {
                    case MAX -> {
                        NDArray places = new TorchScript(
                                        torch.manager(),
                                        "x",
                                        "_0, _1 = torch.max_pool2d_with_indices(x, " + window + ", [1, 1], False)",
                                        "return _1")
                                .call(new NDList(src));
                        arguments.add(places);
                        yield new TorchScript(
                                torch.manager(),
                                "dy, x, i",
                                "return torch.max_pool2d_with_indices_backward(dy, x, " + window
                                        + ", [1, 1], False, i)");
                    }
                    case AVG ->
                        new TorchScript(
                                torch.manager(),
                                "dy, x",
                                "return torch.avg_pool2d_backward(dy, x, " + window + ", False, False, None)");
                    case GLOBAL ->
                        new TorchScript(
                                torch.manager(), "dy, x", "return torch._adaptive_avg_pool2d_backward(dy, x)");
                };
        return new TorchWork(torch, () -> script.call(arguments), Torch::nhwc);
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

    private static Work norm(NormCase s, boolean channelsLast, Torch torch) throws IOException {
        PtNDArray src = torch.images(s.src(), channelsLast, s.batch(), s.height(), s.width(), s.channels());
        PtNDArray gamma = torch.tensor(s.gamma(), s.channels());
        PtNDArray beta = torch.tensor(s.beta(), s.channels());
        PtNDArray mean = torch.tensor(s.mean(), s.channels());
        PtNDArray variance = torch.tensor(s.variance(), s.channels());
        if (s.backward()) {
            return normBackward(s, channelsLast, torch, src, gamma);
        }
        return new TorchWork(
                torch,
                () -> JniUtils.batchNorm(
                        src, mean, variance, gamma, beta, s.training(), UNUSED_MOMENTUM, NormCase.EPSILON),
                Torch::nhwc);
    }

    /** All three gradients, after a forward pass, which brings the statistics. */
    private static Work normBackward(NormCase s, boolean channelsLast, Torch torch, PtNDArray src, PtNDArray gamma)
            throws IOException {
        String forward = "_0, _1, _2 = torch.native_batch_norm(x, g, b, None, None, True, 0.1, " + NormCase.EPSILON + ")";
        var given = new NDList(src, gamma, torch.tensor(s.beta(), s.channels()));
        NDArray mean = new TorchScript(torch.manager(), "x, g, b", forward, "return _1").call(given);
        NDArray inverse = new TorchScript(torch.manager(), "x, g, b", forward, "return _2").call(given);
        PtNDArray diffDst = torch.images(s.diffDst(), channelsLast, s.batch(), s.height(), s.width(), s.channels());
        var script = new TorchScript(
                torch.manager(),
                "dy, x, g, m, v",
                "_0, _1, _2 = torch.native_batch_norm_backward(dy, x, g, None, None, m, v, True, " + NormCase.EPSILON
                        + ", [True, True, True])",
                "return _0");
        var arguments = new NDList(diffDst, src, gamma, mean, inverse);
        return new TorchWork(torch, () -> script.call(arguments), Torch::nhwc);
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

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.quern.bench.contest.ConvCase;
import dev.quern.bench.contest.Work;
import java.io.IOException;

/** Convolution and its gradients in PyTorch, whose convolutions are oneDNN's. */
final class TorchConv {
    private TorchConv() {}

    /**
     * The faster of the plain call on NCHW images, and the operator that PyTorch's own compiler uses: weights packed by
     * oneDNN beforehand, images in memory as NHWC. Of a transposed convolution the faster of the two memory formats.
     */
    static Work forward(ConvCase s, int threads) throws Exception {
        if (s.kind() == ConvCase.Kind.TRANSPOSED) {
            return Fastest.of(
                    "conv " + s + " " + threads,
                    () -> transposed(s, false, Torch.open(threads)),
                    () -> transposed(s, true, Torch.open(threads)));
        }
        return Fastest.of("conv " + s + " " + threads, () -> plain(s, Torch.open(threads)), () -> packed(s, Torch.open(threads)));
    }

    private static Work plain(ConvCase s, Torch torch) {
        PtNDArray src = src(s, torch, false);
        PtNDArray weights = weights(s, torch, false);
        PtNDArray bias = torch.tensor(s.bias(), s.outChannels());
        var stride = Torch.square(s.stride());
        var padding = Torch.square(s.padding());
        var dilation = Torch.square(s.dilation());
        return new TorchWork(
                torch,
                () -> JniUtils.convolution(src, weights, bias, stride, padding, dilation, s.groups()),
                Torch::nhwc);
    }

    private static Work packed(ConvCase s, Torch torch) throws IOException {
        String geometry = "[%2$d, %2$d], [%1$d, %1$d], [%3$d, %3$d], %4$d"
                .formatted(s.stride(), s.padding(), s.dilation(), s.groups());
        NDArray weights = new TorchScript(
                        torch.manager(),
                        "w",
                        "return ops.mkldnn._reorder_convolution_weight(w, %s, [%d, %d, %4$d, %4$d])"
                                .formatted(geometry, s.batch(), s.channels(), s.size()))
                .call(new NDList(weights(s, torch, false)));
        var script = new TorchScript(
                torch.manager(),
                "x, w, b",
                "return ops.mkldnn._convolution_pointwise(x, w, b, " + geometry + ", \"none\", [], None)");
        var arguments = new NDList(src(s, torch, true), weights, torch.tensor(s.bias(), s.outChannels()));
        return new TorchWork(torch, () -> script.call(arguments), Torch::nhwc);
    }

    private static Work transposed(ConvCase s, boolean channelsLast, Torch torch) throws IOException {
        var script = new TorchScript(
                torch.manager(),
                "x, w, b",
                "return torch.conv_transpose2d(x, w, b, [%1$d, %1$d], [%2$d, %2$d], [0, 0], 1, [%3$d, %3$d])"
                        .formatted(s.stride(), s.padding(), s.dilation()));
        PtNDArray bias = torch.tensor(s.bias(), s.outChannels());
        var arguments = new NDList(src(s, torch, channelsLast), weights(s.adjoint(), torch, channelsLast), bias);
        return new TorchWork(torch, () -> script.call(arguments), Torch::nhwc);
    }

    /**
     * The operator that PyTorch's backward pass calls, asked for one gradient alone; the faster of the two memory formats.
     * Nothing else is timed: no forward pass, no adding to a gradient of before.
     */
    static Work backward(ConvCase s, boolean toWeights, int threads) throws Exception {
        return Fastest.of("conv-backward " + toWeights + " " + s + " " + threads, () -> backward(s, toWeights, false, Torch.open(threads)), () -> backward(s, toWeights, true, Torch.open(threads)));
    }

    private static Work backward(ConvCase s, boolean toWeights, boolean channelsLast, Torch torch) throws IOException {
        var script = new TorchScript(
                torch.manager(),
                "dy, x, w",
                ("dx, dw, db = torch.convolution_backward(dy, x, w, None, [%1$d, %1$d], [%2$d, %2$d], [%3$d, %3$d], False,"
                                + " [0, 0], %4$d, [%5$s, %6$s, False])")
                        .formatted(
                                s.stride(),
                                s.padding(),
                                s.dilation(),
                                s.groups(),
                                toWeights ? "False" : "True",
                                toWeights ? "True" : "False"),
                toWeights ? "return dw" : "return dx");
        PtNDArray diffDst =
                torch.images(s.diffDst(), channelsLast, s.batch(), s.outSize(), s.outSize(), s.outChannels());
        var arguments = new NDList(diffDst, src(s, torch, channelsLast), weights(s, torch, channelsLast));
        return new TorchWork(torch, () -> script.call(arguments), toWeights ? Torch::hwio : Torch::nhwc);
    }

    private static PtNDArray src(ConvCase s, Torch torch, boolean channelsLast) {
        return torch.images(s.src(), channelsLast, s.batch(), s.size(), s.size(), s.channels());
    }

    private static PtNDArray weights(ConvCase s, Torch torch, boolean channelsLast) {
        return torch.weights(s.weights(), channelsLast, s.kernel(), s.channels() / s.groups(), s.outChannels());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.quern.bench.contest.Inputs;
import dev.quern.bench.contest.LeNetCase;
import dev.quern.bench.contest.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Inference of LeNet-5 in PyTorch: one call of a function in TorchScript, all parameters tensors that are made once. */
final class TorchLeNet {
    private static final int SIDE = LeNetCase.SIDE;
    private static final String ARGUMENTS = "x, w0, b0, w1, b1, v0, c0, v1, c1, v2, c2";
    private static final int[] PADDINGS = {2, 0};

    private TorchLeNet() {}

    /** The faster of plain operators, and those with weights packed by oneDNN beforehand and the ReLU inside. */
    static Work inference(LeNetCase s, int threads) throws Exception {
        LeNetParameters parameters = LeNetParameters.split(s.parameters());
        return Fastest.of("latency " + s + " " + threads, () -> plain(s.batch(), s.input(), parameters, Torch.open(threads)), () -> packed(s.batch(), s.input(), parameters, Torch.open(threads)));
    }

    /** Nothing is tried out here: a process that starts takes the plain way. */
    static Work startup(int threads) throws Exception {
        return plain(1, Inputs.uniform(SIDE * SIDE, 1), LeNetParameters.any(), Torch.open(threads));
    }

    private static Work plain(int batch, float[] images, LeNetParameters parameters, Torch torch) throws IOException {
        var script = new TorchScript(
                torch.manager(),
                ARGUMENTS,
                "y = torch.max_pool2d(torch.relu_(torch.conv2d(x, w0, b0, [1, 1], [2, 2])), [2, 2])",
                "y = torch.max_pool2d(torch.relu_(torch.conv2d(y, w1, b1)), [2, 2])",
                "y = torch.relu_(torch.linear(torch.flatten(y, 1), v0, c0))",
                "y = torch.relu_(torch.linear(y, v1, c1))",
                "return torch.linear(y, v2, c2)");
        var arguments = new NDList(torch.tensor(images, batch, 1, SIDE, SIDE));
        arguments.addAll(tensors(parameters, false, torch));
        return new TorchWork(torch, () -> script.call(arguments), NDArray::toFloatArray);
    }

    private static Work packed(int batch, float[] images, LeNetParameters parameters, Torch torch) throws IOException {
        var script = new TorchScript(
                torch.manager(),
                ARGUMENTS,
                "y = " + pooled("x", 0),
                "y = " + pooled("y", 1),
                "y = torch.flatten(y, 1)",
                "y = ops.mkldnn._linear_pointwise(y, v0, c0, \"relu\", [], None)",
                "y = ops.mkldnn._linear_pointwise(y, v1, c1, \"relu\", [], None)",
                "return ops.mkldnn._linear_pointwise(y, v2, c2, \"none\", [], None)");
        List<NDArray> tensors = tensors(parameters, false, torch);
        var arguments = new NDList(torch.tensor(images, batch, 1, SIDE, SIDE));
        for (int i = 0; i < tensors.size(); i++) {
            NDArray tensor = tensors.get(i);
            arguments.add(i % 2 == 1 ? tensor : new TorchScript(torch.manager(), "w", packing(i / 2, batch))
                            .call(new NDList(tensor)));
        }
        return new TorchWork(torch, () -> script.call(arguments), NDArray::toFloatArray);
    }

    private static String pooled(String x, int layer) {
        return "torch.max_pool2d(ops.mkldnn._convolution_pointwise(%1$s, w%2$d, b%2$d, %3$s, \"relu\", [], None), [2, 2])"
                .formatted(x, layer, geometry(layer));
    }

    private static String geometry(int layer) {
        return "[%1$d, %1$d], [1, 1], [1, 1], 1".formatted(PADDINGS[layer]);
    }

    private static String packing(int layer, int batch) {
        if (layer >= 2) {
            return "return ops.mkldnn._reorder_linear_weight(w, " + batch + ")";
        }
        int size = layer == 0 ? SIDE : SIDE / 2;
        return "return ops.mkldnn._reorder_convolution_weight(w, %s, [%d, %d, %4$d, %4$d])"
                .formatted(geometry(layer), batch, LeNetParameters.CHANNELS[layer], size);
    }

    /** Ten tensors, weights and bias of each layer in turn; those of the convolutions in either memory format. */
    static List<NDArray> tensors(LeNetParameters parameters, boolean channelsLast, Torch torch) {
        var tensors = new ArrayList<NDArray>();
        for (int i = 0; i < 2; i++) {
            int in = LeNetParameters.CHANNELS[i];
            int out = LeNetParameters.CHANNELS[i + 1];
            tensors.add(
                    torch.weights(parameters.values()[2 * i], channelsLast, LeNetParameters.KERNEL, in, out));
            tensors.add(torch.tensor(parameters.convBias(i), out));
        }
        for (int i = 0; i < 3; i++) {
            int units = LeNetParameters.UNITS[i + 1];
            tensors.add(torch.tensor(parameters.denseWeights(i), units, LeNetParameters.UNITS[i]));
            tensors.add(torch.tensor(parameters.denseBias(i), units));
        }
        return tensors;
    }
}

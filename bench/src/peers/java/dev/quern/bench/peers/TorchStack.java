// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.quern.bench.contest.ResNetCase;
import dev.quern.bench.contest.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Inference of ResNet-20 in PyTorch: one call of a function in TorchScript, batch normalisation folded into weights and
 * bias beforehand, as PyTorch's own optimisation for inference does.
 */
final class TorchResNet {
    private TorchResNet() {}

    /** How the weights of convolutions are made ready, and the images lie in memory. */
    private enum Way {
        NCHW,
        NHWC,
        /** By oneDNN, with ReLU inside, on images in memory as NHWC. */
        PACKED
    }

    /** The fastest of plain operators in either memory format, and those with packed weights. */
    static Work inference(ResNetCase s, int threads) throws Exception {
        return Fastest.of("latency " + s + " " + threads, () -> network(s, Way.NCHW, Torch.open(threads)), () -> network(s, Way.NHWC, Torch.open(threads)), () -> network(s, Way.PACKED, Torch.open(threads)));
    }

    private static Work network(ResNetCase s, Way way, Torch torch) throws IOException {
        List<float[]> values = s.values();
        var names = new StringBuilder("x");
        var arguments = new NDList(
                torch.images(s.input(), way != Way.NCHW, s.batch(), s.side(), s.side(), s.channels()));
        for (ResNetCase.Convolution c : ResNetCase.convolutions()) {
            names.append(", w%1$d, b%1$d".formatted(c.index()));
            arguments.addAll(folded(s.batch(), c, values, s.running().get(c.index()), way, torch));
        }
        float[] rows = Relayout.transpose(values.get(values.size() - 2), 1, ResNetCase.FEATURES, ResNetCase.CLASSES);
        arguments.add(torch.tensor(rows, ResNetCase.CLASSES, ResNetCase.FEATURES));
        arguments.add(torch.tensor(values.getLast(), ResNetCase.CLASSES));
        var body = new Body(way);
        body.lines.add("return " + ResNetCase.walk("x", body));
        var script = new TorchScript(torch.manager(), names + ", v, c", body.lines.toArray(String[]::new));
        return new TorchWork(torch, () -> script.call(arguments), NDArray::toFloatArray);
    }

    /** Weights and bias of a convolution that does the work of its batch normalisation too. */
    private static List<NDArray> folded(
            int batch, ResNetCase.Convolution c, List<float[]> values, float[] running, Way way, Torch torch)
            throws IOException {
        float[] weights = values.get(3 * c.index()).clone();
        float[] bias = values.get(3 * c.index() + 2).clone();
        for (int k = 0; k < bias.length; k++) {
            double scale = values.get(3 * c.index() + 1)[k] / Math.sqrt(running[bias.length + k] + ResNetCase.EPSILON);
            bias[k] -= (float) (running[k] * scale);
            for (int i = k; i < weights.length; i += bias.length) {
                weights[i] = (float) (weights[i] * scale);
            }
        }
        NDArray w = torch.weights(weights, way == Way.NHWC, c.kernel(), c.channels(), c.filters());
        if (way == Way.PACKED) {
            w = new TorchScript(
                            torch.manager(),
                            "w",
                            "return ops.mkldnn._reorder_convolution_weight(w, %s, [%d, %d, %4$d, %4$d])"
                                    .formatted(geometry(c), batch, c.channels(), c.side()))
                    .call(new NDList(w));
        }
        return List.of(w, torch.tensor(bias, c.filters()));
    }

    private static String geometry(ResNetCase.Convolution c) {
        return "[%2$d, %2$d], [%1$d, %1$d], [1, 1], 1".formatted(c.stride(), c.padding());
    }

    /** The lines of the function. */
    private static final class Body implements ResNetCase.Layers<String> {
        private final Way way;
        private final List<String> lines = new ArrayList<>();

        private Body(Way way) {
            this.way = way;
        }

        private String line(String expression) {
            String name = "y" + lines.size();
            lines.add(name + " = " + expression);
            return name;
        }

        @Override
        public String convolution(String src, ResNetCase.Convolution c) {
            if (way == Way.PACKED) {
                return line("ops.mkldnn._convolution_pointwise(%1$s, w%2$d, b%2$d, %3$s, \"%4$s\", [], None)"
                        .formatted(src, c.index(), geometry(c), c.relu() ? "relu" : "none"));
            }
            String sums = "torch.conv2d(%1$s, w%2$d, b%2$d, [%3$d, %3$d], [%4$d, %4$d])"
                    .formatted(src, c.index(), c.stride(), c.padding());
            return line(c.relu() ? "torch.relu_(" + sums + ")" : sums);
        }

        @Override
        public String sum(String block, String shortcut) {
            return line("torch.relu_(torch.add(" + block + ", " + shortcut + "))");
        }

        @Override
        public String scores(String src) {
            return line("torch.linear(torch.mean(" + src + ", [2, 3]), v, c)");
        }
    }
}

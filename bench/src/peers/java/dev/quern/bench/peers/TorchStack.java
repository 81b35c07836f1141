// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.quern.bench.contest.ConvStack;
import dev.quern.bench.contest.PoolCase;
import dev.quern.bench.contest.StackCase;
import dev.quern.bench.contest.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Inference of a stack of convolutions in PyTorch: one call of a function in TorchScript, batch normalisation folded into
 * weights and bias beforehand, as PyTorch's own optimisation for inference does.
 */
final class TorchStack {
    private TorchStack() {}

    /** How the weights of convolutions are made ready, and the images lie in memory. */
    private enum Way {
        NCHW,
        NHWC,
        /** By oneDNN, with ReLU and sums inside, on images in memory as NHWC: what PyTorch's compiler makes of it. */
        PACKED
    }

    /** The fastest of plain operators in either memory format, and those with packed weights. */
    static Work inference(StackCase s, int threads) throws Exception {
        return Fastest.of("latency " + s + " " + threads, () -> network(s, Way.NCHW, Torch.open(threads)), () -> network(s, Way.NHWC, Torch.open(threads)), () -> network(s, Way.PACKED, Torch.open(threads)));
    }

    private static Work network(StackCase s, Way way, Torch torch) throws IOException {
        List<float[]> values = s.folded();
        ConvStack stack = s.stack();
        var names = new StringBuilder("x");
        var arguments = new NDList(
                torch.images(s.input(), way != Way.NCHW, s.batch(), s.side(), s.side(), s.channels()));
        for (ConvStack.Convolution c : stack.convolutions()) {
            names.append(", w%1$d, b%1$d".formatted(c.index()));
            arguments.add(weights(s.batch(), c, values.get(2 * c.index()), way, torch));
            arguments.add(torch.tensor(values.get(2 * c.index() + 1), c.filters()));
        }
        float[] rows = Relayout.transpose(values.get(values.size() - 2), 1, stack.features(), stack.classes());
        arguments.add(torch.tensor(rows, stack.classes(), stack.features()));
        arguments.add(torch.tensor(values.getLast(), stack.classes()));
        Body body = way == Way.PACKED ? new PackedBody() : new Body();
        String scores = stack.walk("x", body);
        var script = new TorchScript(torch.manager(), names + ", v, c", body.ending("return " + scores));
        return new TorchWork(torch, () -> script.call(arguments), NDArray::toFloatArray);
    }

    private static NDArray weights(int batch, ConvStack.Convolution c, float[] hwio, Way way, Torch torch)
            throws IOException {
        NDArray w = torch.weights(hwio, way == Way.NHWC, c.kernel(), c.channels() / c.groups(), c.filters());
        return way != Way.PACKED
                ? w
                : new TorchScript(
                                torch.manager(),
                                "w",
                                "return ops.mkldnn._reorder_convolution_weight(w, %s, [%d, %d, %4$d, %4$d])"
                                        .formatted(packedGeometry(c), batch, c.channels(), c.side()))
                        .call(new NDList(w));
    }

    private static String packedGeometry(ConvStack.Convolution c) {
        return "[%2$d, %2$d], [%1$d, %1$d], [1, 1], %3$d".formatted(c.stride(), c.padding(), c.groups());
    }

    /** The lines of the function. */
    private static class Body implements ConvStack.Layers<String> {
        private final Map<String, String> lines = new LinkedHashMap<>();
        private int names;

        final String line(String expression) {
            String name = "y" + names++;
            lines.put(name, expression);
            return name;
        }

        final void remove(String name) {
            lines.remove(name);
        }

        final String[] ending(String last) {
            var all = new ArrayList<String>();
            lines.forEach((name, expression) -> all.add(name + " = " + expression));
            all.add(last);
            return all.toArray(String[]::new);
        }

        @Override
        public String convolution(String src, ConvStack.Convolution c) {
            String sums = "torch.conv2d(%1$s, w%2$d, b%2$d, [%3$d, %3$d], [%4$d, %4$d], [1, 1], %5$d)"
                    .formatted(src, c.index(), c.stride(), c.padding(), c.groups());
            return line(c.relu() ? "torch.relu_(" + sums + ")" : sums);
        }

        @Override
        public String sum(String block, String shortcut) {
            return line("torch.relu_(torch.add(" + block + ", " + shortcut + "))");
        }

        @Override
        public String pool(String src, PoolCase w) {
            return line("torch.max_pool2d(%1$s, [%2$d, %2$d], [%3$d, %3$d], [%4$d, %4$d], [1, 1], False)"
                    .formatted(src, w.window(), w.stride(), w.padding()));
        }

        @Override
        public String scores(String src, int side, int channels) {
            return line("torch.linear(torch.mean(" + src + ", [2, 3]), v, c)");
        }
    }

    /** The last convolution of a block waits for the short cut, then adds itself to it. */
    private static final class PackedBody extends Body {
        /** Source and operands of each. */
        private final Map<String, String> convolutions = new HashMap<>();

        @Override
        public String convolution(String src, ConvStack.Convolution c) {
            String operands = "w%1$d, b%1$d, %2$s".formatted(c.index(), packedGeometry(c));
            String name = line("ops.mkldnn._convolution_pointwise(%s, %s, \"%s\", [], None)"
                    .formatted(src, operands, c.relu() ? "relu" : "none"));
            convolutions.put(name, src + ", " + operands);
            return name;
        }

        @Override
        public String sum(String block, String shortcut) {
            remove(block);
            return line("ops.mkldnn._convolution_pointwise_(%s, %s, \"add\", 1.0, \"relu\", [], None)"
                    .formatted(shortcut, convolutions.get(block)));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import dev.quern.bench.contest.ConvCase;
import dev.quern.bench.contest.ConvStack;
import dev.quern.bench.contest.DenseCase;
import dev.quern.bench.contest.ElementCase;
import dev.quern.bench.contest.NormCase;
import dev.quern.bench.contest.PoolCase;
import dev.quern.bench.contest.SoftmaxCase;
import dev.quern.bench.contest.StackCase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Each case as an ONNX model: images NCHW, weights OIHW, which is what ONNX defines, all weights constants. */
final class OnnxModels {
    private OnnxModels() {}

    static OnnxGraph conv(ConvCase s) {
        boolean transposed = s.kind() == ConvCase.Kind.TRANSPOSED;
        int taps = s.kernel() * s.kernel();
        // The weights of a transposed convolution are its adjoint's, whose outputs are its inputs.
        int in = transposed ? s.outChannels() : s.channels() / s.groups();
        int out = transposed ? s.channels() : s.outChannels();
        int area = s.size() * s.size();
        Map<String, Object> attributes = window(s.kernel(), s.stride(), s.padding());
        attributes.put("dilations", new long[] {s.dilation(), s.dilation()});
        attributes.put("group", s.groups());
        return new OnnxGraph()
                .input("x", Relayout.transpose(s.src(), s.batch(), area, s.channels()), s.batch(), s.channels(), s.size(), s.size())
                .constant("w", Relayout.hwioToOihw(s.weights(), taps, in, out), out, in, s.kernel(), s.kernel())
                .constant("b", s.bias(), s.outChannels())
                .node(transposed ? "ConvTranspose" : "Conv", "x w b", "y", attributes)
                .output(s.batch(), s.outChannels(), s.outSize(), s.outSize());
    }

    static OnnxGraph pool(PoolCase s) {
        float[] src = Relayout.transpose(s.src(), 1, s.height() * s.width(), s.channels());
        var graph = new OnnxGraph().input("x", src, 1, s.channels(), s.height(), s.width());
        if (s.kind() == PoolCase.Kind.GLOBAL) {
            return graph.node("GlobalAveragePool", "x", "y").output(1, s.channels(), 1, 1);
        }
        int oh = (s.height() + 2 * s.padding() - s.window()) / s.stride() + 1;
        int ow = (s.width() + 2 * s.padding() - s.window()) / s.stride() + 1;
        String operator = s.kind() == PoolCase.Kind.MAX ? "MaxPool" : "AveragePool";
        return graph.node(operator, "x", "y", window(s.window(), s.stride(), s.padding()))
                .output(1, s.channels(), oh, ow);
    }

    private static Map<String, Object> window(int size, int stride, int padding) {
        Map<String, Object> attributes = new HashMap<>();
        attributes.put("kernel_shape", new long[] {size, size});
        attributes.put("strides", new long[] {stride, stride});
        attributes.put("pads", new long[] {padding, padding, padding, padding});
        return attributes;
    }

    static OnnxGraph element(ElementCase s) {
        var graph = new OnnxGraph().input("x", s.x(), s.n());
        String operator =
                switch (s.function()) {
                    case "relu" -> "Relu";
                    case "sigmoid" -> "Sigmoid";
                    case "tanh" -> "Tanh";
                    case "exp" -> "Exp";
                    case "gelu" -> "Gelu";
                    case "add" -> "Add";
                    default -> throw new IllegalArgumentException("no operator for " + s);
                };
        if (operator.equals("Add")) {
            graph.input("x2", s.second(), s.n());
        }
        return graph.node(operator, operator.equals("Add") ? "x x2" : "x", "y").output(s.n());
    }

    static OnnxGraph softmax(SoftmaxCase s) {
        return new OnnxGraph()
                .input("x", s.x(), s.rows(), s.columns())
                .node("Softmax", "x", "y", Map.of("axis", 1))
                .output(s.rows(), s.columns());
    }

    /** With given mean and variance only: a runtime for inference has no other. */
    static OnnxGraph norm(NormCase s) {
        int area = s.height() * s.width();
        long[] shape = {s.batch(), s.channels(), s.height(), s.width()};
        return new OnnxGraph()
                .input("x", Relayout.transpose(s.src(), s.batch(), area, s.channels()), shape)
                .constant("gamma", s.gamma(), s.channels())
                .constant("beta", s.beta(), s.channels())
                .constant("mean", s.mean(), s.channels())
                .constant("variance", s.variance(), s.channels())
                .node("BatchNormalization", "x gamma beta mean variance", "y", Map.of("epsilon", NormCase.EPSILON))
                .output(shape);
    }

    static OnnxGraph dense(DenseCase s) {
        return new OnnxGraph()
                .input("x", s.src(), s.batch(), s.inputs())
                .constant("w", s.weights(), s.inputs(), s.units())
                .constant("b", s.bias(), s.units())
                .node("Gemm", "x w b", "z")
                .node("Relu", "z", "y")
                .output(s.batch(), s.units());
    }

    /** One channel, so the images are NHWC and NCHW at once. */
    static OnnxGraph leNet(int batch, float[] images, LeNetParameters parameters) {
        var graph = new OnnxGraph().input("x", images, batch, 1, 28, 28);
        String last = "x";
        for (int i = 0; i < 2; i++) {
            int k = LeNetParameters.KERNEL;
            graph.constant("w" + i, parameters.convWeights(i), LeNetParameters.CHANNELS[i + 1], LeNetParameters.CHANNELS[i], k, k)
                    .constant("b" + i, parameters.convBias(i), LeNetParameters.CHANNELS[i + 1])
                    .node("Conv", last + " w" + i + " b" + i, "conv" + i, window(k, 1, i == 0 ? 2 : 0))
                    .node("Relu", "conv" + i, "relu" + i)
                    .node("MaxPool", "relu" + i, "pool" + i, window(2, 2, 0));
            last = "pool" + i;
        }
        graph.node("Flatten", last, "flat");
        last = "flat";
        for (int i = 0; i < 3; i++) {
            String sum = i == 2 ? "y" : "sum" + i;
            graph.constant("v" + i, parameters.denseWeights(i), LeNetParameters.UNITS[i + 1], LeNetParameters.UNITS[i])
                    .constant("c" + i, parameters.denseBias(i), LeNetParameters.UNITS[i + 1])
                    .node("Gemm", last + " v" + i + " c" + i, sum, Map.of("transB", 1));
            if (i < 2) {
                graph.node("Relu", sum, "out" + i);
            }
            last = "out" + i;
        }
        return graph.output(batch, LeNetParameters.UNITS[3]);
    }

    /** With batch normalisation folded into the convolutions, as the runtime would do it itself. */
    static OnnxGraph stack(StackCase s) {
        int side = s.side();
        var graph = new OnnxGraph()
                .input("x", Relayout.transpose(s.input(), s.batch(), side * side, s.channels()), s.batch(), s.channels(), side, side);
        s.stack().walk("x", new Nodes(graph, s.folded(), s.stack().classes()));
        return graph.output(s.batch(), s.stack().classes());
    }

    /** The nodes of a stack; an image on its way is the name of an output. */
    private record Nodes(OnnxGraph graph, List<float[]> values, int classes) implements ConvStack.Layers<String> {
        @Override
        public String convolution(String src, ConvStack.Convolution c) {
            int i = c.index();
            int taps = c.kernel() * c.kernel();
            int in = c.channels() / c.groups();
            Map<String, Object> attributes = window(c.kernel(), c.stride(), c.padding());
            attributes.put("group", c.groups());
            graph.constant("w" + i, Relayout.hwioToOihw(values.get(2 * i), taps, in, c.filters()), c.filters(), in, c.kernel(), c.kernel())
                    .constant("b" + i, values.get(2 * i + 1), c.filters())
                    .node("Conv", src + " w" + i + " b" + i, "conv" + i, attributes);
            return c.relu() ? relu("conv" + i) : "conv" + i;
        }

        private String relu(String src) {
            graph.node("Relu", src, "relu" + src);
            return "relu" + src;
        }

        @Override
        public String sum(String block, String shortcut) {
            graph.node("Add", block + " " + shortcut, "sum" + block);
            return relu("sum" + block);
        }

        @Override
        public String pool(String src, PoolCase w) {
            graph.node("MaxPool", src, "pool" + src, window(w.window(), w.stride(), w.padding()));
            return "pool" + src;
        }

        @Override
        public String scores(String src, int side, int channels) {
            graph.node("GlobalAveragePool", src, "average")
                    .node("Flatten", "average", "flat")
                    .constant("v", values.get(values.size() - 2), channels, classes)
                    .constant("c", values.getLast(), classes)
                    .node("Gemm", "flat v c", "y");
            return "y";
        }
    }
}

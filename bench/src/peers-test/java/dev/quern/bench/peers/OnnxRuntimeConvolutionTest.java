// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import dev.quern.kernels.conv.ConvShape;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Our convolutions against ONNX Runtime's, over random geometries. */
class OnnxRuntimeConvolutionTest {
    @Test
    void forwardAgrees() throws Exception {
        for (int i = 0; i < RandomConvolution.COUNT; i++) {
            var convolution = new RandomConvolution(i);
            try (var work = new OnnxWork(graph(convolution), 1, UnaryOperator.identity())) {
                work.run();
                convolution.assertForward(work.result());
            }
        }
        System.out.println(RandomConvolution.COUNT + " random convolutions agree with ONNX Runtime");
    }

    private static OnnxGraph graph(RandomConvolution c) {
        ConvShape s = c.shape;
        Map<String, Object> attributes = Map.of(
                "kernel_shape", new long[] {s.kernelHeight(), s.kernelWidth()},
                "strides", new long[] {s.strideHeight(), s.strideWidth()},
                "dilations", new long[] {s.dilationHeight(), s.dilationWidth()},
                "pads", new long[] {s.paddingTop(), s.paddingLeft(), s.paddingBottom(), s.paddingRight()},
                "group", s.groups());
        return new OnnxGraph()
                .input("x", c.srcNchw(), c.srcDimensions())
                .constant("w", c.weightsOihw(), c.weightDimensions())
                .constant("b", c.bias(), s.outChannels())
                .node("Conv", "x w b", "y", attributes)
                .output(c.dstDimensions());
    }
}

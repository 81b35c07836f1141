// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An ONNX model of 32-bit floats, built in memory. Field numbers are those of {@code onnx.proto}
 * (github.com/onnx/onnx, {@code onnx/onnx.proto}); each constant names its message.
 */
final class OnnxGraph {
    private static final int MODEL_IR_VERSION = 1;
    private static final int MODEL_GRAPH = 7;
    private static final int MODEL_OPSET_IMPORT = 8;
    private static final int OPSET_VERSION = 2;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_NAME = 2;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int GRAPH_INPUT = 11;
    private static final int GRAPH_OUTPUT = 12;
    private static final int NODE_INPUT = 1;
    private static final int NODE_OUTPUT = 2;
    private static final int NODE_NAME = 3;
    private static final int NODE_OP_TYPE = 4;
    private static final int NODE_ATTRIBUTE = 5;
    private static final int ATTRIBUTE_NAME = 1;
    private static final int ATTRIBUTE_F = 2;
    private static final int ATTRIBUTE_I = 3;
    private static final int ATTRIBUTE_INTS = 8;
    private static final int ATTRIBUTE_TYPE = 20;
    private static final int ATTRIBUTE_TYPE_FLOAT = 1;
    private static final int ATTRIBUTE_TYPE_INT = 2;
    private static final int ATTRIBUTE_TYPE_INTS = 7;
    private static final int TENSOR_DIMS = 1;
    private static final int TENSOR_DATA_TYPE = 2;
    private static final int TENSOR_NAME = 8;
    private static final int TENSOR_RAW_DATA = 9;
    private static final int DATA_TYPE_FLOAT = 1;
    private static final int VALUE_INFO_NAME = 1;
    private static final int VALUE_INFO_TYPE = 2;
    private static final int TYPE_TENSOR = 1;
    private static final int TENSOR_TYPE_ELEM_TYPE = 1;
    private static final int TENSOR_TYPE_SHAPE = 2;
    private static final int SHAPE_DIM = 1;
    private static final int DIMENSION_VALUE = 1;

    /** From January 2024: the first set of operators with Gelu. */
    private static final int OPSET = 20;
    /** The format that goes with it. */
    private static final int IR_VERSION = 9;

    private final ProtoMessage graph = new ProtoMessage().text(GRAPH_NAME, "quern");
    private final Map<String, Input> inputs = new LinkedHashMap<>();
    private long[] outputShape;
    private int nodes;

    /** What is fed at every run. */
    record Input(float[] values, long[] shape) {}

    /** A named input with the values that the benchmark feeds. */
    OnnxGraph input(String name, float[] values, long... shape) {
        inputs.put(name, new Input(values, shape));
        graph.message(GRAPH_INPUT, valueInfo(name, shape));
        return this;
    }

    /** A named constant, which the runtime may lay out as it likes. */
    OnnxGraph constant(String name, float[] values, long... shape) {
        graph.message(
                GRAPH_INITIALIZER,
                new ProtoMessage()
                        .integers(TENSOR_DIMS, shape)
                        .integer(TENSOR_DATA_TYPE, DATA_TYPE_FLOAT)
                        .text(TENSOR_NAME, name)
                        .raw(TENSOR_RAW_DATA, values));
        return this;
    }

    /**
     * An operator.
     *
     * @param arguments names of inputs, separated by blanks
     * @param attributes each an Integer, a Float or a long[]
     */
    OnnxGraph node(String operator, String arguments, String output, Map<String, Object> attributes) {
        var node = new ProtoMessage();
        for (String argument : arguments.split(" ")) {
            node.text(NODE_INPUT, argument);
        }
        node.text(NODE_OUTPUT, output).text(NODE_NAME, operator + nodes++).text(NODE_OP_TYPE, operator);
        attributes.forEach((name, value) -> node.message(NODE_ATTRIBUTE, attribute(name, value)));
        graph.message(GRAPH_NODE, node);
        return this;
    }

    /** An operator without attributes. */
    OnnxGraph node(String operator, String arguments, String output) {
        return node(operator, arguments, output, Map.of());
    }

    /** The one output, named {@code y}. */
    OnnxGraph output(long... shape) {
        outputShape = shape;
        graph.message(GRAPH_OUTPUT, valueInfo("y", shape));
        return this;
    }

    private static ProtoMessage attribute(String name, Object value) {
        var attribute = new ProtoMessage().text(ATTRIBUTE_NAME, name);
        return switch (value) {
            case Integer i -> attribute.integer(ATTRIBUTE_I, i).integer(ATTRIBUTE_TYPE, ATTRIBUTE_TYPE_INT);
            case Float f -> attribute.real(ATTRIBUTE_F, f).integer(ATTRIBUTE_TYPE, ATTRIBUTE_TYPE_FLOAT);
            case long[] many -> attribute.integers(ATTRIBUTE_INTS, many).integer(ATTRIBUTE_TYPE, ATTRIBUTE_TYPE_INTS);
            default -> throw new IllegalArgumentException(name + " = " + value);
        };
    }

    private static ProtoMessage valueInfo(String name, long... shape) {
        var dimensions = new ProtoMessage();
        for (long size : shape) {
            dimensions.message(SHAPE_DIM, new ProtoMessage().integer(DIMENSION_VALUE, size));
        }
        var tensor = new ProtoMessage()
                .integer(TENSOR_TYPE_ELEM_TYPE, DATA_TYPE_FLOAT)
                .message(TENSOR_TYPE_SHAPE, dimensions);
        return new ProtoMessage()
                .text(VALUE_INFO_NAME, name)
                .message(VALUE_INFO_TYPE, new ProtoMessage().message(TYPE_TENSOR, tensor));
    }

    /** What is fed. */
    Map<String, Input> inputs() {
        return inputs;
    }

    /** Of the output. */
    long[] outputShape() {
        return outputShape;
    }

    /** The model file. */
    byte[] toByteArray() {
        return new ProtoMessage()
                .integer(MODEL_IR_VERSION, IR_VERSION)
                .message(MODEL_GRAPH, graph)
                .message(MODEL_OPSET_IMPORT, new ProtoMessage().integer(OPSET_VERSION, OPSET))
                .toByteArray();
    }
}

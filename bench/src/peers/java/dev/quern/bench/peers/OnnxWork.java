// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.quern.bench.contest.Work;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A session with its input and output tensors, all made once. */
final class OnnxWork implements Work {
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs;
    private final FloatBuffer output;
    private final UnaryOperator<float[]> toCanonical;

    OnnxWork(OnnxGraph graph, int threads, UnaryOperator<float[]> toCanonical) throws OrtException {
        this.toCanonical = toCanonical;
        OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "quern");
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            session = environment.createSession(graph.toByteArray(), options);
        }
        for (var input : graph.inputs().entrySet()) {
            float[] values = input.getValue().values();
            FloatBuffer buffer = direct(values.length).put(values).rewind();
            inputs.put(input.getKey(), OnnxTensor.createTensor(environment, buffer, input.getValue().shape()));
        }
        long elements = 1;
        for (long size : graph.outputShape()) {
            elements *= size;
        }
        output = direct(Math.toIntExact(elements));
        outputs = Map.of("y", OnnxTensor.createTensor(environment, output, graph.outputShape()));
    }

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(4, floats))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    @Override
    public void run() throws OrtException {
        session.run(inputs, outputs).close();
    }

    @Override
    public float[] result() {
        float[] values = new float[output.capacity()];
        output.get(0, values);
        return toCanonical.apply(values);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the session does not close", e);
        }
        inputs.values().forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
    }
}

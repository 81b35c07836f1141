// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.parallel;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.activation.LogSoftmax;
import dev.quern.kernels.activation.Softmax;
import dev.quern.kernels.conv.Col2Im;
import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Im2Col;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.dense.Dense;
import dev.quern.kernels.dense.DenseShape;
import dev.quern.kernels.elementwise.ElementWise;
import dev.quern.kernels.elementwise.Rows;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.loss.SoftTargetCrossEntropy;
import dev.quern.kernels.loss.SoftmaxCrossEntropy;
import dev.quern.kernels.norm.BatchNorm;
import dev.quern.kernels.norm.LayerNorm;
import dev.quern.kernels.norm.NormShape;
import dev.quern.kernels.optimizer.Adam;
import dev.quern.kernels.optimizer.GradientClip;
import dev.quern.kernels.optimizer.SgdMomentum;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.pool.AvgPool;
import dev.quern.kernels.pool.MaxPool;
import dev.quern.kernels.pool.PoolShape;
import dev.quern.kernels.random.Dropout;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Refused;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every door that takes a pool refuses a closed one, of one thread too, before it writes. */
class ClosedPoolTest {
    private static final int N = 4096;

    private final float[] in = filled();
    private final float[] in2 = filled();
    private final float[] out = filled();
    private final float[] out2 = filled();
    private final float[] out3 = filled();
    private final int[] places = new int[N];

    @Test
    void everyDoorRefusesIt() {
        for (int threads : new int[] {1, 2}) {
            var pool = new WorkerPool(threads);
            var workspace = new Workspace(pool, 1 << 20);
            pool.close();
            doors(pool, workspace).forEach((door, call) -> {
                try {
                    Refused.with(IllegalStateException.class, call, "closed");
                } catch (AssertionError e) {
                    throw new AssertionError(door + ", " + threads + " threads: " + e.getMessage(), e);
                }
                for (float[] values : new float[][] {in, in2, out, out2, out3}) {
                    Bits.assertEqual(door + " wrote before it refused", filled(), values);
                }
            });
        }
    }

    private Map<String, Runnable> doors(WorkerPool pool, Workspace ws) {
        var doors = new LinkedHashMap<String, Runnable>();
        products(doors, pool);
        for (Layout layout : Layout.values()) {
            var plain = ConvShape.of(layout, 2, 5, 5, 4, 4, 3, 3).withPadding(1, 1, 1, 1);
            convolutions(doors, plain, pool, ws);
            convolutions(doors, plain.withGroups(4), pool, ws);
            pooling(doors, PoolShape.of(layout, 2, 6, 6, 4, 2, 2), pool);
            batchNorm(doors, NormShape.of(layout, 3, 9, 5), ws);
        }
        elements(doors, pool);
        rows(doors, pool, ws);
        steps(doors, pool);
        return doors;
    }

    private void products(Map<String, Runnable> doors, WorkerPool pool) {
        var g = GemmShape.of(5, 6, 7);
        doors.put("Gemm", () -> Gemm.multiply(g, 1f, in, 0, in2, 0, 0f, out, 0, Epilogue.NONE, pool));
        var d = new DenseShape(5, 6, 7);
        doors.put("Dense.forward", () -> Dense.forward(d, in, 0, in2, 0, Epilogue.NONE, out, 0, pool));
        doors.put("Dense.backwardData", () -> Dense.backwardData(d, in, 0, in2, 0, out, 0, pool));
        doors.put("Dense.backwardWeights", () -> Dense.backwardWeights(d, in, 0, in2, 0, out, 0, pool));
    }

    private void convolutions(Map<String, Runnable> doors, ConvShape s, WorkerPool pool, Workspace ws) {
        for (ConvAlgorithm algorithm : ConvAlgorithm.values()) {
            if (algorithm.suits(s)) {
                doors.put(
                        algorithm + " of " + s,
                        () -> Conv2D.forward(algorithm, s, in, 0, in2, 0, Epilogue.NONE, out, 0, ws));
            }
        }
        doors.put("backwardData of " + s, () -> Conv2D.backwardData(s, in, 0, in2, 0, out, 0, ws));
        doors.put("backwardWeights of " + s, () -> Conv2D.backwardWeights(s, in, 0, in2, 0, out, 0, ws));
        doors.put("Im2Col of " + s, () -> Im2Col.transform(s, in, 0, out, 0, pool));
        doors.put("Col2Im of " + s, () -> Col2Im.transform(s, in, 0, out, 0, pool));
    }

    private void pooling(Map<String, Runnable> doors, PoolShape s, WorkerPool pool) {
        doors.put("MaxPool.forward of " + s, () -> MaxPool.forward(s, in, 0, out, 0, pool));
        doors.put("MaxPool.forward with places of " + s, () -> MaxPool.forward(s, in, 0, out, 0, places, 0, pool));
        doors.put("MaxPool.backward of " + s, () -> MaxPool.backward(s, places, 0, in, 0, out, 0, pool));
        doors.put(
                "MaxPool.backwardToEveryMaximum of " + s,
                () -> MaxPool.backwardToEveryMaximum(s, in, 0, in2, 0, out2, 0, out, 0, pool));
        doors.put("AvgPool.forward of " + s, () -> AvgPool.forward(s, true, in, 0, out, 0, pool));
        doors.put("AvgPool.backward of " + s, () -> AvgPool.backward(s, true, in, 0, out, 0, pool));
    }

    private void batchNorm(Map<String, Runnable> doors, NormShape s, Workspace ws) {
        doors.put(
                "BatchNorm.inference of " + s,
                () -> BatchNorm.inference(s, 1e-5f, in, 0, in2, 0, in2, 9, in2, 18, out, 0, ws));
        doors.put(
                "BatchNorm.forward of " + s,
                () -> BatchNorm.forward(s, 1e-5f, 0.1f, in, 0, in2, 0, in2, 9, out3, 0, out, 0, out2, 0, ws));
        doors.put(
                "BatchNorm.backward of " + s,
                () -> BatchNorm.backward(s, in, 0, in2, 0, in2, 9, in2, 1000, out, 0, out2, 0, out3, 0, ws));
    }

    private void elements(Map<String, Runnable> doors, WorkerPool pool) {
        for (Activation kind : new Activation[] {Activation.IDENTITY, Activation.RELU, Activation.TANH}) {
            doors.put(kind + " forward", () -> kind.forward(9, in, 0, out, 0, pool));
            doors.put(kind + " backward", () -> kind.backward(9, in, 0, in2, 0, out, 0, pool));
        }
        doors.put("gelu backward", () -> Activation.GELU.backwardFromInput(9, in, 0, in2, 0, out, 0, pool));
        doors.put("exp", () -> ElementWise.exp(9, in, 0, out, 0, pool));
        doors.put("add", () -> ElementWise.add(9, in, 0, in2, 0, out, 0, pool));
        doors.put("Dropout", () -> Dropout.apply(0.5f, 1, 2, 3, 9, in, 0, out, 0, pool));
    }

    private void rows(Map<String, Runnable> doors, WorkerPool pool, Workspace ws) {
        doors.put("Softmax.forward", () -> Softmax.forward(3, 4, in, 0, out, 0, pool));
        doors.put("Softmax.backward", () -> Softmax.backward(3, 4, in, 0, in2, 0, out, 0, pool));
        doors.put("LogSoftmax.forward", () -> LogSoftmax.forward(3, 4, in, 0, out, 0, pool));
        doors.put("LogSoftmax.backward", () -> LogSoftmax.backward(3, 4, in, 0, in2, 0, out, 0, pool));
        doors.put("Rows.copy", () -> Rows.copy(3, 4, in, 0, 5, out, 0, 6, pool));
        doors.put("Rows.addToEach", () -> Rows.addToEach(3, 4, in, 0, in2, 0, out, 0, pool));
        doors.put(
                "SoftmaxCrossEntropy", () -> SoftmaxCrossEntropy.lossAndGradient(3, 4, in, 0, places, 0, out, 0, pool));
        doors.put(
                "SoftTargetCrossEntropy",
                () -> SoftTargetCrossEntropy.lossAndGradient(3, 4, in, 0, in2, 0, out, 0, pool));
        doors.put(
                "LayerNorm.forward",
                () -> LayerNorm.forward(3, 4, 1e-5f, in, 0, in2, 0, in2, 9, out, 0, out2, 0, pool));
        doors.put(
                "LayerNorm.backwardData",
                () -> LayerNorm.backwardData(3, 4, in, 0, in2, 0, in2, 9, in2, 100, out, 0, pool));
        doors.put(
                "LayerNorm.backwardParameters",
                () -> LayerNorm.backwardParameters(3, 4, in, 0, in2, 9, in2, 100, out, 0, out2, 0, ws));
    }

    private void steps(Map<String, Runnable> doors, WorkerPool pool) {
        doors.put("SgdMomentum", () -> SgdMomentum.update(9, 0.1f, 0.9f, in, 0, out, 0, out2, 0, pool));
        doors.put("Nesterov", () -> SgdMomentum.updateNesterov(9, 0.1f, 0.9f, in, 0, out, 0, out2, 0, pool));
        doors.put("Adam", () -> Adam.update(9, 1, 0.1f, 0.9f, 0.99f, 1e-8f, 0f, in, 0, out, 0, out2, 0, out3, 0, pool));
        doors.put("GradientClip.scale", () -> GradientClip.scale(9, 0.5f, out, 0, pool));
        doors.put("GradientClip.limit", () -> GradientClip.limit(9, 0.5f, out, 0, pool));
    }

    private static float[] filled() {
        float[] values = new float[N];
        Arrays.fill(values, 7f);
        return values;
    }
}

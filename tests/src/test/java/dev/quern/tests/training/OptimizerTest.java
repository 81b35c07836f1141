// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Adam;
import dev.quern.layers.GradientClipping;
import dev.quern.layers.Optimizer;
import dev.quern.layers.OptimizerState;
import dev.quern.layers.Parameter;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;
import dev.quern.tests.layers.Models;
import dev.quern.tests.reference.ReferenceOptimizer;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Optimisers as layers see them: many steps on several parameters are those of the plain loops. */
class OptimizerTest {
    private static final WorkerPool POOL = WorkerPool.CALLER;
    private static final List<Supplier<Optimizer>> OPTIMIZERS = List.of(
            () -> new Sgd(0.05f, 0.9f).nesterov(),
            () -> new Adam(0.01f),
            () -> new Adam(0.01f).decay(0.05f),
            () -> GradientClipping.byGlobalNorm(new Adam(0.01f), 0.5f));

    @Test
    void nesterovTakesTheStepsOfThePlainLoop() {
        var parameters = parameters();
        var copies = copies(parameters);
        var sgd = new Sgd(0.1f, 0.9f).nesterov();
        float[][] velocities = {new float[40], new float[3]};
        for (int step = 0; step < 4; step++) {
            drawGradients(parameters, step);
            sgd.step(parameters, POOL);
            for (int i = 0; i < copies.length; i++) {
                ReferenceOptimizer.nesterov(0.1f, 0.9f, gradient(parameters, i), velocities[i], copies[i]);
                Bits.assertEqual(
                        "step " + step, copies[i], parameters.get(i).value().data());
                Bits.assertEqual(
                        "velocity", velocities[i], sgd.state(parameters).array(i, 0));
            }
        }
        assertEquals(4, sgd.state(parameters).steps());
    }

    @Test
    void adamTakesTheStepsOfThePlainLoop() {
        var parameters = parameters();
        var copies = copies(parameters);
        var adam = new Adam(0.01f).betas(0.8f, 0.95f).epsilon(1e-6f).decay(0.1f);
        float[][] first = {new float[40], new float[3]};
        float[][] second = {new float[40], new float[3]};
        for (int step = 1; step <= 4; step++) {
            drawGradients(parameters, step);
            adam.step(parameters, POOL);
            for (int i = 0; i < copies.length; i++) {
                float[] g = gradient(parameters, i);
                ReferenceOptimizer.adam(step, 0.01f, 0.8f, 0.95f, 1e-6f, 0.1f, g, first[i], second[i], copies[i]);
                Bits.assertEqual(
                        "step " + step, copies[i], parameters.get(i).value().data());
            }
        }
        assertEquals(2, adam.state(parameters).arraysEach());
    }

    @Test
    void longGradientsAreShortenedTogetherAndShortOnesLeftAlone() {
        var parameters = parameters();
        drawGradients(parameters, 1);
        double squares = 0;
        for (int i = 0; i < 2; i++) {
            squares += ReferenceOptimizer.squaredNorm(gradient(parameters, i));
        }
        float factor = (float) (0.5f / Math.sqrt(squares));
        float[][] before = {
            gradient(parameters, 0).clone(), gradient(parameters, 1).clone()
        };
        GradientClipping.byGlobalNorm(new Sgd(0f, 0f), 100f).step(parameters, POOL);
        Bits.assertEqual("short", before[0], gradient(parameters, 0));
        GradientClipping.byGlobalNorm(new Sgd(0f, 0f), 0.5f).step(parameters, POOL);
        double length = 0;
        for (int i = 0; i < 2; i++) {
            for (int k = 0; k < before[i].length; k++) {
                before[i][k] *= factor;
                length += before[i][k] * before[i][k];
            }
            Bits.assertEqual("long", before[i], gradient(parameters, i));
        }
        assertEquals(0.5, Math.sqrt(length), 1e-6);
    }

    @Test
    void valuesAreLimited() {
        var parameters = parameters();
        drawGradients(parameters, 1);
        float[] expected = gradient(parameters, 0).clone();
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Math.max(-0.25f, Math.min(0.25f, expected[i]));
        }
        var clipped = GradientClipping.byValue(new Sgd(0.5f, 0f), 0.25f);
        clipped.step(parameters, POOL);
        Bits.assertEqual("limited", expected, gradient(parameters, 0));
        clipped.rate(0.125f);
        assertEquals(0.125f, clipped.rate());
    }

    @Test
    void everyOptimizerLearns() {
        for (Supplier<Optimizer> optimizer : OPTIMIZERS) {
            float first = steps(optimizer.get(), 1, WorkerPool.CALLER).loss;
            float last = steps(optimizer.get(), 100, WorkerPool.CALLER).loss;
            assertTrue(last < 0.3 * first, "loss from " + first + " to " + last);
        }
    }

    @Test
    void everyOptimizerLearnsTheSameOnAnyNumberOfThreads() {
        for (Supplier<Optimizer> optimizer : OPTIMIZERS) {
            long expected = steps(optimizer.get(), 5, WorkerPool.CALLER).crc;
            for (WorkerPool pool : Pools.ALL) {
                assertEquals(expected, steps(optimizer.get(), 5, pool).crc, pool.threads() + " threads");
            }
        }
    }

    private record Outcome(float loss, long crc) {}

    private static Outcome steps(Optimizer optimizer, int count, WorkerPool pool) {
        Sequential model = Models.small(pool, 1, 32);
        int[] labels = new int[32];
        float loss = 0;
        for (int step = 0; step < count; step++) {
            loss = model.train(Models.images(labels, step), labels, new SoftmaxCrossEntropyLoss(), optimizer);
        }
        return new Outcome(loss, model.weightsCrc32());
    }

    @Test
    @Tag("allocation")
    void aStepAllocatesNothing() {
        var parameters = parameters();
        drawGradients(parameters, 1);
        var adam = GradientClipping.byGlobalNorm(new Adam(1e-6f), 0.5f);
        Allocation.assertNone("step", () -> adam.step(parameters, POOL));
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        illegal(() -> new Adam(-1f), "rate = -1.0");
        illegal(() -> new Adam(1f).betas(1f, 0.9f), "beta1 = 1.0");
        illegal(() -> new Adam(1f).betas(0.9f, -1f), "beta2 = -1.0");
        illegal(() -> new Adam(1f).epsilon(0f), "epsilon = 0.0");
        illegal(() -> new Adam(1f).decay(Float.NaN), "decay = NaN");
        illegal(() -> GradientClipping.byGlobalNorm(new Adam(1f), 0f), "norm = 0.0");
        illegal(() -> GradientClipping.byValue(new Adam(1f), Float.NaN), "limit = NaN");
        Refused.with(NullPointerException.class, () -> GradientClipping.byValue(null, 1f), "optimizer");
    }

    @Test
    void anOptimizerServesOneModel() {
        var parameters = parameters();
        for (Optimizer optimizer : List.of(new Sgd(1f, 0f), new Adam(1f))) {
            OptimizerState state = optimizer.state(parameters);
            assertSame(state, optimizer.state(parameters));
            Refused.with(IllegalStateException.class, () -> optimizer.step(parameters(), POOL), "another model");
            illegal(() -> state.steps(-1), "steps = -1");
        }
    }

    private static void illegal(Runnable call, String... parts) {
        Refused.with(IllegalArgumentException.class, call, parts);
    }

    private static List<Parameter> parameters() {
        return List.of(
                new Parameter("a", Tensor.of(Data.uniform(40, 1), 8, 5), Tensor.zeros(8, 5)),
                new Parameter("b", Tensor.of(Data.uniform(3, 2), 3), Tensor.zeros(3)));
    }

    private static float[][] copies(List<Parameter> parameters) {
        return parameters.stream().map(p -> p.value().data().clone()).toArray(float[][]::new);
    }

    private static float[] gradient(List<Parameter> parameters, int i) {
        return parameters.get(i).gradient().data();
    }

    private static void drawGradients(List<Parameter> parameters, long seed) {
        for (int i = 0; i < parameters.size(); i++) {
            float[] gradient = gradient(parameters, i);
            System.arraycopy(Data.uniform(gradient.length, seed + i), 0, gradient, 0, gradient.length);
        }
    }
}

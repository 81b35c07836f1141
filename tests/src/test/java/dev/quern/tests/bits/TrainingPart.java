// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.bits;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.Adam;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.Examples;
import dev.quern.layers.Fit;
import dev.quern.layers.Flatten;
import dev.quern.layers.GlorotNormal;
import dev.quern.layers.GradientClipping;
import dev.quern.layers.HeNormal;
import dev.quern.layers.Model;
import dev.quern.layers.Parameter;
import dev.quern.layers.Regularizer;
import dev.quern.layers.Schedule;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Zeros;
import dev.quern.tests.layers.Models;
import java.util.Arrays;

/** Two steps of training networks with every kind of layer, and two epochs with all that training can be told. */
final class TrainingPart {
    private static final int BATCH = 5;

    private TrainingPart() {}

    static void addTo(Workload workload) {
        workload.add("training", pool -> parametersAfterTwoSteps(Models.small(pool, 1, BATCH)));
        workload.add("training with branches", pool -> parametersAfterTwoSteps(Models.branched(pool, 1, BATCH)));
        workload.add("fitting", TrainingPart::parametersAfterTwoEpochs);
    }

    private static float[] parametersAfterTwoSteps(Model model) {
        var sgd = new Sgd(0.1f, 0.9f);
        int[] labels = new int[BATCH];
        for (int step = 0; step < 2; step++) {
            model.train(Models.images(labels, step), labels, new SoftmaxCrossEntropyLoss(), sgd);
        }
        return all(model);
    }

    /** With a schedule, clipped gradients, AdamW, label smoothing, regularisers and normal first values. */
    private static float[] parametersAfterTwoEpochs(WorkerPool pool) {
        var costs = new Regularizer(1e-3f, 1e-2f);
        Sequential model = new Sequential("fitted")
                .add(new Conv2D(4, 3)
                        .activation(Activation.silu())
                        .initializers(new HeNormal(), new Zeros())
                        .regularizers(costs, Regularizer.NONE))
                .add(new Flatten())
                .add(new Dense(Models.CLASSES).withoutBias().initializers(new GlorotNormal(), new Zeros()))
                .build(pool, 3, BATCH, Models.SIDE, Models.SIDE, 1);
        int[] labels = new int[2 * BATCH + 2];
        var examples = Examples.of(Models.images(labels, 1), labels);
        var adam = GradientClipping.byGlobalNorm(new Adam(0.01f).decay(0.1f), 0.5f);
        model.fit(
                examples,
                new Fit<>(new SoftmaxCrossEntropyLoss(0.1f), adam)
                        .epochs(2)
                        .batch(BATCH)
                        .schedule(Schedule.cosine(0.01f, 0f).warmUp(2)));
        return all(model);
    }

    private static float[] all(Model model) {
        float[] all = new float[0];
        for (Parameter parameter : model.parameters()) {
            float[] values = parameter.value().data();
            int end = all.length;
            all = Arrays.copyOf(all, end + values.length);
            System.arraycopy(values, 0, all, end, values.length);
        }
        return all;
    }
}

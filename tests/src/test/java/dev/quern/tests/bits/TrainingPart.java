// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.bits;

import dev.quern.layers.Model;
import dev.quern.layers.Parameter;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.tests.layers.Models;
import java.util.Arrays;

/** Two steps of training networks with every kind of layer. */
final class TrainingPart {
    private static final int BATCH = 5;

    private TrainingPart() {}

    static void addTo(Workload workload) {
        workload.add("training", pool -> parametersAfterTwoSteps(Models.small(pool, 1, BATCH)));
        workload.add("training with branches", pool -> parametersAfterTwoSteps(Models.branched(pool, 1, BATCH)));
    }

    private static float[] parametersAfterTwoSteps(Model model) {
        var sgd = new Sgd(0.1f, 0.9f);
        int[] labels = new int[BATCH];
        for (int step = 0; step < 2; step++) {
            model.train(Models.images(labels, step), labels, new SoftmaxCrossEntropyLoss(), sgd);
        }
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

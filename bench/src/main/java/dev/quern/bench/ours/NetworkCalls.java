// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.NetworkCase;
import dev.quern.bench.contest.TrainingCase;
import dev.quern.bench.contest.Work;
import dev.quern.kernels.conv.NumericClass;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.InferencePlan;
import dev.quern.layers.InferenceSession;
import dev.quern.layers.Model;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;
import java.util.Arrays;

/** The networks, learning and predicting. */
final class NetworkCalls {
    private NetworkCalls() {}

    static Work training(TrainingCase kase, int threads) {
        var pool = new WorkerPool(threads);
        Model network = kase.network(pool);
        Tensor images = images(kase);
        int[] labels = kase.labels();
        var loss = new SoftmaxCrossEntropyLoss();
        var optimizer = new Sgd(TrainingCase.RATE, TrainingCase.MOMENTUM);
        network.train(images, labels, loss, optimizer);
        float[] afterOneStep = TrainingCase.parameters(network);
        return new Call(() -> network.train(images, labels, loss, optimizer), () -> afterOneStep, pool);
    }

    static Work inference(NetworkCase kase, NumericClass allowed, int threads) {
        var pool = new WorkerPool(threads);
        // The network itself only lends its numbers: what predicts is the plan.
        InferenceSession session = InferencePlan.of(kase.network(WorkerPool.CALLER), kase.batch(), allowed)
                .newSession(pool);
        Tensor images = images(kase);
        Tensor[] scores = new Tensor[1];
        return new Call(
                () -> scores[0] = session.predict(images),
                () -> Arrays.copyOf(scores[0].data(), scores[0].elements()),
                pool);
    }

    private static Tensor images(NetworkCase kase) {
        return Tensor.of(kase.input(), kase.batch(), kase.side(), kase.side(), kase.channels());
    }
}

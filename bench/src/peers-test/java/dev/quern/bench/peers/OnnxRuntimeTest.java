// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxRuntimeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "conv 5,9-7k3s2p1n2",
                "conv 16,12-32k3s1p1n1",
                "conv 1,6-1k3s1p0n1",
                "conv 3,11-4k3s1p2d2n1",
                "conv dw8,9-8k3s1p1n2",
                "conv t6,5-3k4s2p1n2",
                "conv t3,6-8k3s1p2d2n1",
                "pooling max2s2-5x8x10",
                "pooling max3s2p1-16x9x11",
                "pooling avg2s2-5x8x10",
                "pooling avg3s2p1-5x9x11",
                "pooling global-5x8x10",
                "activations relu-1000",
                "activations sigmoid-1000",
                "activations tanh-1000",
                "activations exp-1000",
                "activations gelu-1000",
                "activations add-1000",
                "softmax 3x100",
                "norm inference-5x8x10",
                "dense 3x17x65",
                "latency lenet5-1",
                "latency lenet5-3",
                "latency resnet20-1",
                "latency resnet20-3",
                "latency mobilenet1-1",
                "latency resnet50-1"
            })
    void agrees(String line) throws Exception {
        Agreement.check(new OnnxRuntimeContestant(), line, 1);
        Agreement.check(new OnnxRuntimeContestant(), line, 2);
    }

    @Test
    void offersNoGradients() {
        var contestant = new OnnxRuntimeContestant();
        assertFalse(contestant.offers(Suite.CONV_BACKWARD_DATA, "5,9-7k3s2p1n2"));
        assertFalse(contestant.offers(Suite.ACTIVATIONS, "relu-backward-1000"));
        assertFalse(contestant.offers(Suite.NORM, "training-5x8x10"));
        assertFalse(contestant.offers(Suite.TRAINING, "lenet5-32"));
    }

    @Test
    void startsUp() throws Exception {
        try (Work work = new OnnxRuntimeContestant().prepare(Suite.STARTUP, "lenet5-1", 1)) {
            work.run();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import dev.quern.bench.contest.ConvCase;
import dev.quern.bench.contest.DenseCase;
import dev.quern.bench.contest.ElementCase;
import dev.quern.bench.contest.LeNetCase;
import dev.quern.bench.contest.NetworkCase;
import dev.quern.bench.contest.NormCase;
import dev.quern.bench.contest.Peer;
import dev.quern.bench.contest.PoolCase;
import dev.quern.bench.contest.ResNetCase;
import dev.quern.bench.contest.SoftmaxCase;
import dev.quern.bench.contest.StackCase;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.TrainingCase;
import dev.quern.bench.contest.Work;
import java.util.List;

/**
 * PyTorch through DJL. Tensors are made once, in native memory; calls go to DJL's native methods directly, or to a function
 * in TorchScript where an operator has no such method. Where PyTorch offers several ways (memory formats, weights packed
 * beforehand), all are tried at the start and the fastest is timed. Gradients are timed as the operators that PyTorch's
 * backward pass consists of, so no forward pass is in them; {@link Suite#TRAINING} is a whole step with its autograd.
 *
 * <p>Its native library lies packed in a jar; DJL unpacks it to {@code DJL_CACHE_DIR} at the first start of all.
 */
public final class PyTorchContestant implements Peer {
    private static final List<String> JARS = List.of(
            "pytorch-", "api-", "gson-", "jna-", "commons-compress-", "commons-codec-", "commons-io-", "slf4j-");

    /** Loads nothing yet. */
    public PyTorchContestant() {}

    @Override
    public String impl() {
        return "pytorch";
    }

    @Override
    public boolean offers(Suite suite, String kase) {
        return switch (suite) {
            case CONV_BACKWARD_DATA, CONV_BACKWARD_WEIGHTS -> ConvCase.parse(kase).kind() != ConvCase.Kind.TRANSPOSED;
            case CONV, ACTIVATIONS, SOFTMAX, POOLING, NORM, DENSE, LATENCY, TRAINING, STARTUP -> true;
            default -> false;
        };
    }

    @Override
    public boolean ships(String jar) {
        return JARS.stream().anyMatch(jar::startsWith);
    }

    @Override
    public Work prepare(Suite suite, String kase, int threads) throws Exception {
        return switch (suite) {
            case CONV -> TorchConv.forward(ConvCase.parse(kase), threads);
            case CONV_BACKWARD_DATA -> TorchConv.backward(ConvCase.parse(kase), false, threads);
            case CONV_BACKWARD_WEIGHTS -> TorchConv.backward(ConvCase.parse(kase), true, threads);
            case ACTIVATIONS -> TorchLayers.element(ElementCase.parse(kase), threads);
            case SOFTMAX -> TorchLayers.softmax(SoftmaxCase.parse(kase), threads);
            case POOLING -> TorchLayers.pool(PoolCase.parse(kase), threads);
            case NORM -> TorchLayers.norm(NormCase.parse(kase), threads);
            case DENSE -> TorchLayers.dense(DenseCase.parse(kase), threads);
            case LATENCY ->
                switch (NetworkCase.parse(kase)) {
                    case LeNetCase leNet -> TorchLeNet.inference(leNet, threads);
                    case StackCase stack -> TorchStack.inference(stack, threads);
                };
            case STARTUP -> TorchLeNet.startup(threads);
            case TRAINING ->
                switch (TrainingCase.parse(kase)) {
                    case LeNetCase leNet -> TorchLeNetTraining.of(leNet, threads);
                    case ResNetCase resNet -> TorchResNetTraining.of(resNet, threads);
                };
            default -> throw new IllegalArgumentException("suite = " + suite.label());
        };
    }
}

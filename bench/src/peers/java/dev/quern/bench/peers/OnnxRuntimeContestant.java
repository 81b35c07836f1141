// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import dev.quern.bench.contest.ConvCase;
import dev.quern.bench.contest.DenseCase;
import dev.quern.bench.contest.ElementCase;
import dev.quern.bench.contest.Inputs;
import dev.quern.bench.contest.LeNetCase;
import dev.quern.bench.contest.NetworkCase;
import dev.quern.bench.contest.NormCase;
import dev.quern.bench.contest.Peer;
import dev.quern.bench.contest.PoolCase;
import dev.quern.bench.contest.SoftmaxCase;
import dev.quern.bench.contest.StackCase;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import java.util.function.UnaryOperator;

/**
 * ONNX Runtime on its CPU provider, all optimisations on. A model of one operator (of the whole network for
 * {@link Suite#LATENCY}) is made once; its weights are constants, which the runtime packs as it likes. Inputs and output
 * are tensors in native memory that are made once and given to every run. Images are NCHW at both ends, as ONNX defines
 * them; where the runtime works in blocks of channels inside, reordering is part of its time.
 *
 * <p>It has no gradients, and batch normalisation with given mean and variance only.
 */
public final class OnnxRuntimeContestant implements Peer {
    /** Loads nothing yet. */
    public OnnxRuntimeContestant() {}

    @Override
    public String impl() {
        return "onnxruntime";
    }

    @Override
    public boolean offers(Suite suite, String kase) {
        return switch (suite) {
            case ACTIVATIONS -> !ElementCase.parse(kase).backward();
            case NORM -> !NormCase.parse(kase).training();
            case SOFTMAX -> !SoftmaxCase.parse(kase).backward();
            case POOLING -> !PoolCase.parse(kase).backward();
            case CONV, DENSE, LATENCY, STARTUP -> true;
            default -> false;
        };
    }

    @Override
    public boolean ships(String jar) {
        return jar.startsWith("onnxruntime-");
    }

    @Override
    public Work prepare(Suite suite, String kase, int threads) throws Exception {
        OnnxGraph graph = graph(suite, kase);
        try {
            return new OnnxWork(graph, threads, toCanonical(graph.outputShape()));
        } catch (LinkageError e) {
            throw new PeerUnavailableException(impl(), e);
        }
    }

    private static OnnxGraph graph(Suite suite, String kase) {
        return switch (suite) {
            case CONV -> OnnxModels.conv(ConvCase.parse(kase));
            case POOLING -> OnnxModels.pool(PoolCase.parse(kase));
            case ACTIVATIONS -> OnnxModels.element(ElementCase.parse(kase));
            case SOFTMAX -> OnnxModels.softmax(SoftmaxCase.parse(kase));
            case NORM -> OnnxModels.norm(NormCase.parse(kase));
            case DENSE -> OnnxModels.dense(DenseCase.parse(kase));
            case LATENCY ->
                switch (NetworkCase.parse(kase)) {
                    case LeNetCase s -> OnnxModels.leNet(s.batch(), s.input(), LeNetParameters.split(s.parameters()));
                    case StackCase s -> OnnxModels.stack(s);
                };
            case STARTUP -> OnnxModels.leNet(1, Inputs.uniform(28 * 28, 1), LeNetParameters.any());
            default -> throw new IllegalArgumentException("suite = " + suite.label());
        };
    }

    private static UnaryOperator<float[]> toCanonical(long[] shape) {
        return shape.length == 4
                ? y -> Relayout.transpose(y, (int) shape[0], (int) shape[1], (int) (shape[2] * shape[3]))
                : UnaryOperator.identity();
    }
}

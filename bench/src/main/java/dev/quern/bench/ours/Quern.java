// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.ConvCase;
import dev.quern.bench.contest.DenseCase;
import dev.quern.bench.contest.ElementCase;
import dev.quern.bench.contest.GemmCase;
import dev.quern.bench.contest.NetworkCase;
import dev.quern.bench.contest.NormCase;
import dev.quern.bench.contest.PoolCase;
import dev.quern.bench.contest.SoftmaxCase;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.TrainingCase;
import dev.quern.bench.contest.Work;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.conv.NumericClass;

/** The kernels as a caller finds them, NHWC. */
public class Quern implements Contestant {
    @Override
    public String impl() {
        return "quern";
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public boolean ships(String jar) {
        return jar.startsWith("quern-kernels") || jar.startsWith("quern-layers");
    }

    @Override
    public boolean offers(Suite suite, String kase) {
        return switch (suite) {
            case CLIFF -> false;
            case CONV_BACKWARD_DATA, CONV_BACKWARD_WEIGHTS, IM2COL, COL2IM ->
                ConvCase.parse(kase).kind() != ConvCase.Kind.TRANSPOSED;
            default -> true;
        };
    }

    @Override
    public Work prepare(Suite suite, String kase, int threads) {
        return switch (suite) {
            case GEMM, GEMV -> ProductCalls.plain(GemmCase.parse(kase), threads);
            case PACKING -> ProductCalls.packing(GemmCase.parse(kase));
            case DENSE -> ProductCalls.dense(DenseCase.parse(kase), threads);
            case CONV -> conv(ConvCase.parse(kase), threads);
            case CONV_BACKWARD_DATA -> ConvCalls.backwardData(ConvCase.parse(kase), Layout.NHWC, threads);
            case CONV_BACKWARD_WEIGHTS -> ConvCalls.backwardWeights(ConvCase.parse(kase), Layout.NHWC, threads);
            case IM2COL -> ConvCalls.im2col(ConvCase.parse(kase), threads);
            case COL2IM -> ConvCalls.col2im(ConvCase.parse(kase), threads);
            case POOLING -> ElementCalls.pooling(PoolCase.parse(kase), Layout.NHWC, threads);
            case ACTIVATIONS -> ElementCalls.elements(ElementCase.parse(kase), threads);
            case SOFTMAX -> ElementCalls.softmax(SoftmaxCase.parse(kase), threads);
            case TRAINING -> NetworkCalls.training(TrainingCase.parse(kase), threads);
            case LATENCY, STARTUP -> NetworkCalls.inference(NetworkCase.parse(kase), NumericClass.EXACT, threads);
            case NORM -> ElementCalls.norm(NormCase.parse(kase), threads);
            case CLIFF -> throw new IllegalArgumentException(suite + " is not offered");
        };
    }

    private static Work conv(ConvCase kase, int threads) {
        return kase.kind() == ConvCase.Kind.TRANSPOSED
                ? ConvCalls.transposed(kase, threads)
                : ConvCalls.forward(kase, Layout.NHWC, threads);
    }
}

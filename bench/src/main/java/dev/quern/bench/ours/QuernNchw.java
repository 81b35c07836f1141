// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.ConvCase;
import dev.quern.bench.contest.PoolCase;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import dev.quern.kernels.conv.Layout;

/** The kernels on images with the channels first. */
public final class QuernNchw implements Contestant {
    @Override
    public String impl() {
        return "quern-nchw";
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public boolean offers(Suite suite, String kase) {
        return switch (suite) {
            case CONV, CONV_BACKWARD_DATA, CONV_BACKWARD_WEIGHTS ->
                ConvCase.parse(kase).kind() != ConvCase.Kind.TRANSPOSED;
            case POOLING -> true;
            default -> false;
        };
    }

    @Override
    public Work prepare(Suite suite, String kase, int threads) {
        return switch (suite) {
            case CONV -> ConvCalls.forward(ConvCase.parse(kase), Layout.NCHW, threads);
            case CONV_BACKWARD_DATA -> ConvCalls.backwardData(ConvCase.parse(kase), Layout.NCHW, threads);
            case CONV_BACKWARD_WEIGHTS -> ConvCalls.backwardWeights(ConvCase.parse(kase), Layout.NCHW, threads);
            case POOLING -> ElementCalls.pooling(PoolCase.parse(kase), Layout.NCHW, threads);
            default -> throw new IllegalArgumentException(suite + " is not offered");
        };
    }
}

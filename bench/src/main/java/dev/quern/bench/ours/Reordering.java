// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.ConvCase;
import dev.quern.bench.contest.NetworkCase;
import dev.quern.bench.contest.StackCase;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.conv.NumericClass;

/** Prepared convolutions and plans of a numeric class, where that takes another algorithm than the exact one. */
abstract class Reordering implements Contestant {
    private final NumericClass allowed;

    Reordering(NumericClass allowed) {
        this.allowed = allowed;
    }

    @Override
    public boolean offers(Suite suite, String kase) {
        return switch (suite) {
            case CONV -> {
                ConvCase conv = ConvCase.parse(kase);
                yield conv.kind() != ConvCase.Kind.TRANSPOSED && reorders(conv.shape(Layout.NHWC));
            }
            case LATENCY ->
                NetworkCase.parse(kase) instanceof StackCase s
                        && s.stack().convolutions().stream().anyMatch(c -> reorders(c.shape(s.batch())));
            default -> false;
        };
    }

    private boolean reorders(ConvShape shape) {
        return ConvAlgorithm.fastest(allowed, shape).numericClass() != NumericClass.EXACT;
    }

    @Override
    public Work prepare(Suite suite, String kase, int threads) {
        return suite == Suite.CONV
                ? ConvCalls.prepared(ConvCase.parse(kase), allowed, threads)
                : NetworkCalls.inference(NetworkCase.parse(kase), allowed, threads);
    }
}

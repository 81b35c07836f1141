// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.ConvCase;
import dev.quern.bench.contest.GemmCase;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.tests.reference.ReferenceConv;
import dev.quern.tests.reference.ReferenceGemm;

/** The plain loops that prove the others right, on small cases and one thread. */
public final class Naive implements Contestant {
    private static final double MOST_FLOPS = 5e7;

    @Override
    public String impl() {
        return "naive";
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public boolean vectorModule() {
        return false;
    }

    @Override
    public boolean forScale() {
        return true;
    }

    @Override
    public boolean offers(Suite suite, String kase) {
        boolean known = switch (suite) {
            case GEMM, GEMV -> true;
            case CONV, CONV_BACKWARD_DATA, CONV_BACKWARD_WEIGHTS ->
                ConvCase.parse(kase).kind() != ConvCase.Kind.TRANSPOSED;
            default -> false;
        };
        return known && suite.parse(kase).flops() <= MOST_FLOPS;
    }

    @Override
    public Work prepare(Suite suite, String kase, int threads) {
        if (suite == Suite.GEMM || suite == Suite.GEMV) {
            return product(GemmCase.parse(kase));
        }
        ConvCase c = ConvCase.parse(kase);
        ConvShape s = c.shape(Layout.NHWC);
        float[] weights = c.weights();
        return switch (suite) {
            case CONV -> {
                float[] src = c.src();
                float[] bias = c.bias();
                float[] dst = new float[c.destinationElements()];
                yield new Call(() -> ReferenceConv.forward(s, src, weights, bias, dst), () -> dst, null);
            }
            case CONV_BACKWARD_DATA -> {
                float[] diffDst = c.diffDst();
                float[] diffSrc = new float[c.sourceElements()];
                yield new Call(() -> ReferenceConv.backwardData(s, diffDst, weights, diffSrc), () -> diffSrc, null);
            }
            case CONV_BACKWARD_WEIGHTS -> {
                float[] src = c.src();
                float[] diffDst = c.diffDst();
                float[] diffWeights = new float[c.weightElements()];
                yield new Call(
                        () -> ReferenceConv.backwardWeights(s, src, diffDst, diffWeights), () -> diffWeights, null);
            }
            default -> throw new IllegalArgumentException(suite + " is not offered");
        };
    }

    private static Work product(GemmCase kase) {
        GemmShape s = kase.shape();
        float[] a = kase.a();
        float[] b = kase.b();
        float[] c = new float[s.elementsC()];
        return new Call(() -> ReferenceGemm.multiply(s, 1f, a, 0, b, 0, 0f, c, 0, null, null), () -> c, null);
    }
}

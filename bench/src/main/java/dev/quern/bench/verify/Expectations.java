// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.ConvCase;
import dev.quern.bench.contest.DenseCase;
import dev.quern.bench.contest.ElementCase;
import dev.quern.bench.contest.GemmCase;
import dev.quern.bench.contest.LeNetCase;
import dev.quern.bench.contest.NetworkCase;
import dev.quern.bench.contest.NormCase;
import dev.quern.bench.contest.PoolCase;
import dev.quern.bench.contest.ResNetCase;
import dev.quern.bench.contest.SoftmaxCase;
import dev.quern.bench.contest.StackCase;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.TrainingCase;
import dev.quern.kernels.storage.Storage;

/** Which reference belongs to which suite. */
final class Expectations {
    private Expectations() {}

    /**
     * The reference for a case.
     *
     * @param weights what the weights of a product are rounded to
     */
    static Expected of(Suite suite, String kase, Storage weights) {
        return switch (suite) {
            case GEMM, GEMV, PACKING -> ExpectedProduct.of(GemmCase.parse(kase), weights);
            case DENSE -> ExpectedProduct.of(DenseCase.parse(kase), weights);
            case CONV -> ExpectedConv.forward(ConvCase.parse(kase));
            case CONV_BACKWARD_DATA -> ExpectedConv.backwardData(ConvCase.parse(kase));
            case CONV_BACKWARD_WEIGHTS -> ExpectedConv.backwardWeights(ConvCase.parse(kase));
            case IM2COL -> ExpectedColumns.im2col(ConvCase.parse(kase));
            case COL2IM -> ExpectedColumns.col2im(ConvCase.parse(kase));
            case POOLING -> ExpectedPool.of(PoolCase.parse(kase));
            case ACTIVATIONS -> new ExpectedElements(ElementCase.parse(kase));
            case SOFTMAX -> ExpectedSoftmax.of(SoftmaxCase.parse(kase));
            case NORM -> ExpectedNorm.of(NormCase.parse(kase));
            case TRAINING ->
                switch (TrainingCase.parse(kase)) {
                    case LeNetCase leNet -> ReferenceLeNet.trained(leNet);
                    case ResNetCase resNet -> ReferenceResNet.trained(resNet);
                };
            case LATENCY, STARTUP ->
                switch (NetworkCase.parse(kase)) {
                    case LeNetCase leNet -> ReferenceLeNet.scores(leNet);
                    case StackCase stack -> ReferenceStack.scores(stack);
                };
            case CLIFF -> throw new IllegalArgumentException("cliff has no cases of its own: " + kase);
        };
    }
}

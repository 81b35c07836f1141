// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import java.util.List;

/** A {@link ConvStack} that predicts. */
public sealed interface StackCase extends NetworkCase permits ResNetCase, FoldedStackCase {
    /** Which. */
    ConvStack stack();

    /**
     * Weights (HWIO) and bias of each convolution, then of the dense layer (inputs, classes); where there is batch
     * normalisation, it is part of them.
     */
    List<float[]> folded();

    @Override
    default int side() {
        return stack().side();
    }

    @Override
    default int channels() {
        return ConvStack.CHANNELS;
    }

    /** Of the convolutions, forward. */
    @Override
    default double flops() {
        return batch() * stack().flops();
    }
}

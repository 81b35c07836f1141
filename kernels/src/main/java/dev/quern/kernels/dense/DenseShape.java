// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.dense;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.gemm.GemmShape;

/**
 * Sizes of a dense (fully connected) layer. Computes and checks every size once; made once, used for any number of
 * calls.
 *
 * <pre>
 * source       (batch, inputs)
 * weights      (inputs, units)
 * destination  (batch, units)
 * </pre>
 */
public final class DenseShape {
    private final GemmShape product;
    private final GemmShape data;
    private final GemmShape weights;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when one is negative, or a matrix larger than 2³¹-1 elements
     */
    public DenseShape(int batch, int inputs, int units) {
        Check.notNegative("batch", batch);
        Check.notNegative("inputs", inputs);
        Check.notNegative("units", units);
        product = GemmShape.of(batch, units, inputs);
        data = GemmShape.of(batch, inputs, units).withTransposes(false, true);
        weights = GemmShape.of(inputs, units, batch).withTransposes(true, false);
    }

    /** Rows of source and destination. */
    public int batch() {
        return product.m();
    }

    /** Columns of the source. */
    public int inputs() {
        return product.k();
    }

    /** Columns of the destination. */
    public int units() {
        return product.n();
    }

    /** destination ← source · weights. */
    GemmShape product() {
        return product;
    }

    /** diffSource ← diffDestination · weightsᵀ. */
    GemmShape data() {
        return data;
    }

    /** diffWeights ← sourceᵀ · diffDestination. */
    GemmShape weights() {
        return weights;
    }
}

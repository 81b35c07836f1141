// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.check.Check;
import java.util.Objects;

/** Checks that the doors of {@link BatchNorm} share. */
final class NormChecks {
    private NormChecks() {}

    static void epsilon(float epsilon) {
        if (!(epsilon > 0f && epsilon <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("epsilon = " + epsilon + ", allowed: above 0, finite");
        }
    }

    static void momentum(float momentum) {
        if (!(momentum >= 0f && momentum <= 1f)) {
            throw new IllegalArgumentException("momentum = " + momentum + ", allowed: 0 to 1");
        }
    }

    static void inputs(NormShape shape, float[] src, int srcOffset, float[] gamma, int gammaOffset) {
        Check.range("src", src, srcOffset, shape.elements());
        Check.range("gamma", gamma, gammaOffset, shape.channels());
    }

    /** What follows the normalisation. */
    static void then(int n, float[] residual, int residualOffset, Activation last, float[] dst, int dstOffset) {
        Objects.requireNonNull(last, "activation");
        if (residual != null) {
            Check.range("residual", residual, residualOffset, n);
            Check.disjoint("dst", dst, dstOffset, n, "residual", residual, residualOffset, n);
        }
    }

    /** An output that is neither src nor gamma. */
    static void output(
            String name,
            float[] out,
            int offset,
            long length,
            NormShape shape,
            float[] src,
            int srcOffset,
            float[] gamma,
            int gammaOffset) {
        Check.range(name, out, offset, length);
        Check.disjoint(name, out, offset, length, "src", src, srcOffset, shape.elements());
        Check.disjoint(name, out, offset, length, "gamma", gamma, gammaOffset, shape.channels());
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.check.Check;
import java.util.Objects;

/**
 * What a matrix product does to its result on the way: a bias, which is the start of each element's chain, and an
 * activation of the finished element. The array of the bias is referred to, not copied. Immutable; made once.
 *
 * @param bias one number a column (along N) or a row (along M) of C, or null
 * @param biasOffset where the first one is
 * @param biasAlongM true for one a row
 * @param activation applied last; {@link Activation#IDENTITY} for none
 */
public record Epilogue(float[] bias, int biasOffset, boolean biasAlongM, Activation activation) {
    /** Nothing. */
    public static final Epilogue NONE = new Epilogue(null, 0, false, Activation.IDENTITY);

    /** Checks the parts. */
    public Epilogue {
        Objects.requireNonNull(activation, "activation");
        if (bias != null) {
            Check.range("bias", bias, biasOffset, 0);
        }
    }

    /** Adds {@code bias[offset + j]} to column j. */
    public static Epilogue biasAlongN(float[] bias, int offset) {
        return new Epilogue(Objects.requireNonNull(bias, "bias"), offset, false, Activation.IDENTITY);
    }

    /** Adds {@code bias[offset + i]} to row i. */
    public static Epilogue biasAlongM(float[] bias, int offset) {
        return new Epilogue(Objects.requireNonNull(bias, "bias"), offset, true, Activation.IDENTITY);
    }

    /** The same with an activation of the result. */
    public Epilogue then(Activation activation) {
        return new Epilogue(bias, biasOffset, biasAlongM, activation);
    }
}

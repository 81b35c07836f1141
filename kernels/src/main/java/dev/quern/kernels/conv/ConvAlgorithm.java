// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import java.util.Objects;

/**
 * How a convolution forward is computed. Those of {@link NumericClass#EXACT} all give the same bits; they differ in speed and
 * in the workspace they need. The others round otherwise, and are computed only when asked for.
 *
 * <p>Winograd's algorithms, {@code Y = Aᵀ·[Σ (G·g·Gᵀ) ⊙ (Bᵀ·d·B)]·A} for each tile d of the source and kernel g, summed
 * over the input channels, are for 3 × 3 kernels with stride 1, dilation 1 and one group in NHWC, with any padding and
 * channels. Their order: the weights' transform in double precision, rounded once; the source's transform, first down the
 * columns, then along the rows; in each place of a tile one FMA chain over the input channels, ascending, from +0; the
 * transform back, first down the columns, from +0, then along the rows, from the bias or +0. Padding takes part as zeros.
 *
 * <p>Their error, barring overflow and underflow: every output is within {@code γ·(W + |bias|)} of the exact one, where W is
 * Y with the absolute values of d, g and all matrices, and {@code γ = n·u/(1 - n·u)} with {@code u = 2⁻²⁴}; n counts the
 * roundings on the longest way, C + 8 for F(2×2) and C + 12 for F(4×4). As a rule errors are far smaller; what was measured
 * is told with each algorithm, as the root mean square in terms of the exact class's. All elements of a tile share the
 * roundings of its largest: where neighbours differ by orders of magnitude, the small ones lose more.
 *
 * <p>A NaN or an infinity in the source makes NaN of any or all outputs of the tiles that read it, in all output channels;
 * one in the weights, of its whole output channel. Values beyond about 10³⁶ may overflow on the way where the chain does not.
 */
public enum ConvAlgorithm {
    /** The fastest that suits the shape; never chosen by threads, lanes or machine in a way that shows in a result. */
    AUTO,
    /** A block of positions at a time is laid out as a matrix ({@link Im2Col}) and multiplied. For every shape. */
    IM2COL,
    /** The same product, its left operand packed from the images themselves: no column matrix. For NHWC. */
    IMPLICIT,
    /** Kernels without a product of matrices: depthwise, few channels, up to some hundred in NCHW, and multiples of 64 in NHWC. */
    DIRECT,
    /**
     * Winograd's F(2×2, 3×3): 2.25 times fewer multiplications. Class {@link NumericClass#ACCURATE}: from 16 input channels
     * on, the root mean square of the error is as a rule 0.2 to 0.9 of the exact class's, less with more channels. Single
     * convolutions of 5 output channels in which a few channels outweigh all others were seen to have up to 1.5 times.
     */
    WINOGRAD_2X2,
    /**
     * Winograd's F(4×4, 3×3) with the points 0, ±11/16, ±3/2, ∞: 4 times fewer multiplications. Class
     * {@link NumericClass#FAST}: from 16 input channels on, the root mean square of the error is 0.7 to 2 times the exact
     * class's, 2.5 at most; with channels that differ in size by up to 4000 times 2 to 2.6 times as a rule, and up to 4.
     */
    WINOGRAD_4X4;

    /** The fastest algorithm of a class that suits the shape; never chosen by threads, lanes or machine. */
    public static ConvAlgorithm fastest(NumericClass allowed, ConvShape shape) {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(allowed, "allowed");
        boolean winograd = WinogradForward.suits(shape);
        if (allowed.compareTo(NumericClass.FAST) >= 0 && winograd && WinogradForward.paysOff(4, shape)) {
            return WINOGRAD_4X4;
        }
        if (allowed.compareTo(NumericClass.ACCURATE) >= 0 && winograd && WinogradForward.paysOff(2, shape)) {
            return WINOGRAD_2X2;
        }
        return AUTO.resolve(shape);
    }

    /** The least class that allows it. */
    public NumericClass numericClass() {
        return switch (this) {
            case AUTO, IM2COL, IMPLICIT, DIRECT -> NumericClass.EXACT;
            case WINOGRAD_2X2 -> NumericClass.ACCURATE;
            case WINOGRAD_4X4 -> NumericClass.FAST;
        };
    }

    /** The side of Winograd's tiles, or 0. */
    int tile() {
        return switch (this) {
            case AUTO, IM2COL, IMPLICIT, DIRECT -> 0;
            case WINOGRAD_2X2 -> 2;
            case WINOGRAD_4X4 -> 4;
        };
    }

    /** Whether it can compute a shape. */
    public boolean suits(ConvShape shape) {
        Objects.requireNonNull(shape, "shape");
        return switch (this) {
            case AUTO, IM2COL -> true;
            case IMPLICIT -> ImplicitForward.suits(shape);
            case DIRECT -> DirectForward.suits(shape);
            case WINOGRAD_2X2, WINOGRAD_4X4 -> WinogradForward.suits(shape);
        };
    }

    /** What is done when this is asked for. */
    ConvAlgorithm resolve(ConvShape shape) {
        if (this != AUTO) {
            if (!suits(shape)) {
                throw new IllegalArgumentException("algorithm = " + this + " does not suit " + shape
                        + ", allowed: AUTO, IM2COL" + (IMPLICIT.suits(shape) ? ", IMPLICIT" : "")
                        + (DIRECT.suits(shape) ? ", DIRECT" : "")
                        + (WINOGRAD_2X2.suits(shape) ? ", WINOGRAD_2X2, WINOGRAD_4X4" : ""));
            }
            return this;
        }
        return DIRECT.suits(shape) ? DIRECT : IMPLICIT.suits(shape) ? IMPLICIT : IM2COL;
    }

    /** Why a shape is computed like this, for people. */
    String reason(ConvShape shape) {
        return switch (this) {
            case AUTO -> resolve(shape).reason(shape);
            case IM2COL -> "blocks of a column matrix, then a product";
            case IMPLICIT ->
                shape.isPointwise()
                        ? "the images are the left operand of a product"
                        : "a product that packs its left operand from the images";
            case DIRECT -> DirectForward.of(shape).reason();
            case WINOGRAD_2X2, WINOGRAD_4X4 -> WinogradForward.reason(tile());
        };
    }
}

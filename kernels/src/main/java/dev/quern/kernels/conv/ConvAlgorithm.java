// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

/** How a convolution forward is computed. All give the same bits; they differ in speed and in the workspace they need. */
public enum ConvAlgorithm {
    /** The fastest that suits the shape; never chosen by threads, lanes or machine in a way that shows in a result. */
    AUTO,
    /** A block of positions at a time is laid out as a matrix ({@link Im2Col}) and multiplied. For every shape. */
    IM2COL,
    /** The same product, its left operand packed from the images themselves: no column matrix. For NHWC. */
    IMPLICIT,
    /** Kernels without a product of matrices: depthwise, one input channel, and up to some hundred in NCHW. */
    DIRECT;

    /** Whether it can compute a shape. */
    public boolean suits(ConvShape shape) {
        return switch (this) {
            case AUTO, IM2COL -> true;
            case IMPLICIT -> ImplicitForward.suits(shape);
            case DIRECT -> DirectForward.suits(shape);
        };
    }

    /** What is done when this is asked for. */
    ConvAlgorithm resolve(ConvShape shape) {
        if (this != AUTO) {
            if (!suits(shape)) {
                throw new IllegalArgumentException("algorithm = " + this + " does not suit " + shape
                        + ", allowed: AUTO, IM2COL" + (IMPLICIT.suits(shape) ? ", IMPLICIT" : "")
                        + (DIRECT.suits(shape) ? ", DIRECT" : ""));
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
            case DIRECT -> DirectForward.reason(shape);
        };
    }
}

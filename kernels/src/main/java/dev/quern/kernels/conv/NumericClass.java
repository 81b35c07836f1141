// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

/**
 * How far the order of a convolution's sums may go from the definition. Within a class a result has the same bits on any
 * number of threads, vector width and machine; between classes it differs by rounding. Each class allows all of the ones
 * before it.
 */
public enum NumericClass {
    /** The one FMA chain of {@link Conv2D}. The default; every algorithm has the same bits. */
    EXACT,
    /** Also {@link ConvAlgorithm#WINOGRAD_2X2}: other bits, with a root-mean-square error that is as a rule no larger than the chain's. */
    ACCURATE,
    /** Also {@link ConvAlgorithm#WINOGRAD_4X4}: as a rule up to 2.5 times the chain's error. */
    FAST
}

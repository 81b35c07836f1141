// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import java.util.function.Function;

/**
 * The families of the report. Canonical results: {@code gemm}, {@code gemv}: C, row-major; {@code packing}: the product
 * of A with the packed B, as in {@code gemm}; {@code dense}: (batch, units); {@code conv}: the destination, NHWC;
 * {@code conv-backward-data}: the source's gradient, NHWC; {@code conv-backward-weights}: HWIO; {@code im2col}: the
 * NHWC column matrix [n·oh·ow][kh·kw·c], c fastest; {@code col2im}: NHWC; {@code pooling}: NHWC; {@code activations}:
 * as the input; {@code softmax}: (rows, columns); {@code norm}: NHWC; {@code training}: all parameters after the first
 * step; {@code latency}: (batch, classes) scores as the last dense layer leaves them, without softmax.
 */
public enum Suite {
    /** C = A·B. */
    GEMM("gemm", "GFLOP/s", GemmCase::parse),
    /** C = A·B with m = 1 or n = 1. */
    GEMV("gemv", "GFLOP/s", GemmCase::parse),
    /** Packing B for a product that is computed many times. */
    PACKING("packing", "GB/s", GemmCase::parse),
    /** A dense layer with bias and ReLU. */
    DENSE("dense", "GFLOP/s", DenseCase::parse),
    /** Convolution with bias. */
    CONV("conv", "GFLOP/s", ConvCase::parse),
    /** The gradient of a convolution with respect to its source. */
    CONV_BACKWARD_DATA("conv-backward-data", "GFLOP/s", ConvCase::parse),
    /** The gradient of a convolution with respect to its weights. */
    CONV_BACKWARD_WEIGHTS("conv-backward-weights", "GFLOP/s", ConvCase::parse),
    /** The column matrix of a convolution's source. */
    IM2COL("im2col", "GB/s", ConvCase::parse),
    /** The adjoint of im2col. */
    COL2IM("col2im", "GB/s", ConvCase::parse),
    /** Maxima and averages over windows. */
    POOLING("pooling", "GB/s", PoolCase::parse),
    /** One function of each element. */
    ACTIVATIONS("activations", "GB/s", ElementCase::parse),
    /** Softmax over rows. */
    SOFTMAX("softmax", "GB/s", SoftmaxCase::parse),
    /** Batch normalisation. */
    NORM("norm", "GB/s", NormCase::parse),
    /** One step of training a network. */
    TRAINING("training", "images/s", TrainingCase::parse),
    /** One inference of a network. */
    LATENCY("latency", "images/s", NetworkCase::parse),
    /** Whole processes: load, build LeNet-5, first inference, exit. */
    STARTUP("startup", "ms", LeNetCase::parse),
    /** Cases of other suites, fresh and polluted; the case is {@code suite:case}. */
    CLIFF("cliff", "", null);

    private final String label;
    private final String unit;
    private final Function<String, Case> parser;

    Suite(String label, String unit, Function<String, Case> parser) {
        this.label = label;
        this.unit = unit;
        this.parser = parser;
    }

    /** The name in the report. */
    public String label() {
        return label;
    }

    /** The unit of its values; none for {@link #CLIFF}, whose cases have that of their own suite. */
    public String unit() {
        return unit;
    }

    /**
     * Reads a case of this suite.
     *
     * @throws IllegalArgumentException naming the text and the form it must have
     */
    public Case parse(String kase) {
        if (parser == null) {
            throw new IllegalArgumentException(label + " has no cases of its own: " + kase);
        }
        return parser.apply(kase);
    }

    /** What one call does, in this suite's unit times nanoseconds: divided by the nanoseconds it took, the value. */
    public double amount(Case kase) {
        return switch (unit) {
            case "GFLOP/s" -> kase.flops();
            case "GB/s" -> bytes(kase);
            case "images/s" -> kase.images() * 1e9;
            default -> throw new IllegalStateException(label + " is not measured by the call");
        };
    }

    /** Bytes that one call cannot help moving. */
    public double bytes(Case kase) {
        return switch (this) {
            case IM2COL, COL2IM -> ((ConvCase) kase).columnBytes();
            case PACKING -> ((GemmCase) kase).packedBytes();
            default -> kase.bytes();
        };
    }

    /**
     * The suite of a name.
     *
     * @throws IllegalArgumentException naming all suites there are
     */
    public static Suite of(String label) {
        var names = new StringBuilder();
        for (Suite suite : values()) {
            if (suite.label.equals(label)) {
                return suite;
            }
            names.append(names.isEmpty() ? "" : ", ").append(suite.label);
        }
        throw new IllegalArgumentException("suite = " + label + " but must be one of " + names);
    }

    @Override
    public String toString() {
        return label;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.ConvCase;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.tests.reference.ReferenceConv;

/**
 * A convolution or one of its gradients, NHWC; of a gradient's elements only those asked for are computed.
 *
 * @param length elements of the result
 * @param terms products of one element
 * @param value the element at an index
 * @param magnitude the same of absolute values
 */
record ExpectedConv(int length, int terms, Element value, Element magnitude) implements Expected {
    /** An element of the result. */
    private interface Element {
        float at(int index);
    }

    /** What a convolution makes of two operands at an index. */
    private interface Element2 {
        float at(float[] left, float[] right, float[] bias, int index);
    }

    static ExpectedConv forward(ConvCase kase) {
        return kase.kind() == ConvCase.Kind.TRANSPOSED ? transposed(kase) : plain(kase);
    }

    private static ExpectedConv plain(ConvCase kase) {
        ConvShape s = kase.shape(Layout.NHWC);
        return of(
                kase.destinationElements(),
                kase.weightElements() / kase.outChannels(),
                kase.src(),
                kase.weights(),
                kase.bias(),
                (x, w, bias, i) -> {
                    int position = i / s.outChannels();
                    int row = position / s.outWidth();
                    return ReferenceConv.output(
                            s,
                            x,
                            w,
                            bias,
                            row / s.outHeight(),
                            row % s.outHeight(),
                            position % s.outWidth(),
                            i % s.outChannels());
                });
    }

    /** The gradient of the adjoint's pixels, then the bias. */
    private static ExpectedConv transposed(ConvCase kase) {
        ConvShape s = kase.adjoint().shape(Layout.NHWC);
        return of(
                kase.destinationElements(),
                terms(s),
                kase.src(),
                kase.weights(),
                kase.bias(),
                (x, w, bias, i) -> pixel(s, x, w, i) + bias[i % s.channels()]);
    }

    static ExpectedConv backwardData(ConvCase kase) {
        ConvShape s = kase.shape(Layout.NHWC);
        return of(
                kase.sourceElements(),
                terms(s),
                kase.diffDst(),
                kase.weights(),
                null,
                (dy, w, bias, i) -> pixel(s, dy, w, i));
    }

    private static int terms(ConvShape s) {
        return s.kernelHeight() * s.kernelWidth() * (s.outChannels() / s.groups());
    }

    private static float pixel(ConvShape s, float[] dy, float[] weights, int index) {
        int position = index / s.channels();
        int row = position / s.width();
        return ReferenceConv.gradientOfPixel(
                s, dy, weights, row / s.height(), row % s.height(), position % s.width(), index % s.channels());
    }

    static ExpectedConv backwardWeights(ConvCase kase) {
        ConvShape s = kase.shape(Layout.NHWC);
        int perGroup = s.channels() / s.groups();
        int terms = s.batch() * s.outHeight() * s.outWidth();
        return of(kase.weightElements(), terms, kase.src(), kase.diffDst(), null, (x, dy, bias, i) -> {
            int patch = i / s.outChannels();
            int tap = patch / perGroup;
            return ReferenceConv.gradientOfWeight(
                    s, x, dy, tap / s.kernelWidth(), tap % s.kernelWidth(), patch % perGroup, i % s.outChannels());
        });
    }

    private static ExpectedConv of(int length, int terms, float[] left, float[] right, float[] bias, Element2 element) {
        float[] leftMagnitudes = Magnitudes.of(left);
        float[] rightMagnitudes = Magnitudes.of(right);
        float[] biasMagnitudes = bias == null ? null : Magnitudes.of(bias);
        return new ExpectedConv(
                length,
                terms,
                i -> element.at(left, right, bias, i),
                i -> element.at(leftMagnitudes, rightMagnitudes, biasMagnitudes, i));
    }

    @Override
    public double at(int index) {
        return value.at(index);
    }

    @Override
    public double bound(int index) {
        return Whole.chain(terms) * magnitude.at(index);
    }
}

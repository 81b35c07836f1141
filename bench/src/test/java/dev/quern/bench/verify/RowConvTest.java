// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.quern.bench.contest.ConvCase;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.tests.reference.ReferenceConv;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick loops for networks have the bits of the definition's loops. */
class RowConvTest {
    @ParameterizedTest
    @ValueSource(strings = {"3,9-5k3s1p1n2", "5,8-7k3s2p1n11", "4,8-6k1s2p0n3", "2,7-3k5s1p0n1", "16,6-16k3s1p1n9"})
    void sameBitsAsTheDefinition(String name) {
        ConvCase kase = ConvCase.parse(name);
        ConvShape shape = kase.shape(Layout.NHWC);
        float[] src = kase.src();
        float[] weights = kase.weights();
        float[] diffDst = kase.diffDst();
        var rows = new RowConv(shape, weights);

        float[] dst = new float[kase.destinationElements()];
        ReferenceConv.forward(shape, src, weights, kase.bias(), dst);
        assertArrayEquals(dst, rows.forward(src, kase.bias()));
        ReferenceConv.forward(shape, src, weights, null, dst);
        assertArrayEquals(dst, rows.forward(src, null));

        float[] diffSrc = new float[kase.sourceElements()];
        ReferenceConv.backwardData(shape, diffDst, weights, diffSrc);
        assertArrayEquals(diffSrc, rows.backwardData(diffDst));

        float[] expected = new float[kase.weightElements()];
        float[] diffWeights = new float[kase.weightElements()];
        ReferenceConv.backwardWeights(shape, src, diffDst, expected);
        rows.backwardWeights(src, diffDst, diffWeights);
        assertArrayEquals(expected, diffWeights);
    }
}

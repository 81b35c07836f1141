// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Im2Col;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.toolkit.Data;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Row 1 of the source material: convolution in NHWC with weights (KH, KW, C, K), a bias, height and width with strides
 * and paddings of their own; columns in the order (C, KH, KW). Whole numbers, so that every sum is exact and the order in
 * which a text adds makes no difference.
 */
class Row1ConvolutionInNhwcTest {
    /** The worked example: 5×5×3 and weights 3×3×3×5 with stride 2 make 2×2×5. */
    private static ConvShape example(int batch) {
        return ConvShape.of(Layout.NHWC, batch, 5, 5, 3, 5, 3, 3).withStrides(2, 2);
    }

    @Test
    void theWorkedExampleForwardAndBackward() {
        ConvShape s = example(1);
        assertEquals(2, s.outHeight());
        assertEquals(2, s.outWidth());
        assertEquals(2 * 2 * 5, s.destinationElements());
        assertFollowsTheDefinition(s);
        assertFollowsTheDefinition(example(4));
    }

    @Test
    void strideAndPaddingOfHeightAndWidthAreIndependent() {
        assertFollowsTheDefinition(
                ConvShape.of(Layout.NHWC, 2, 5, 7, 3, 5, 3, 2).withStrides(2, 3).withPadding(1, 1, 0, 0));
        assertFollowsTheDefinition(
                ConvShape.of(Layout.NHWC, 2, 6, 5, 2, 3, 2, 3).withStrides(1, 2).withPadding(0, 0, 2, 2));
    }

    private static void assertFollowsTheDefinition(ConvShape s) {
        float[] x = Data.whole(s.sourceElements(), 1);
        float[] w = Data.whole(s.weightElements(), 2);
        float[] b = Data.whole(s.outChannels(), 3);
        float[] dy = Data.whole(s.destinationElements(), 4);
        float[] y = new float[dy.length];
        float[] dx = new float[x.length];
        float[] dw = new float[w.length];
        float[] db = new float[b.length];
        for (int n = 0; n < s.batch(); n++) {
            for (int oh = 0; oh < s.outHeight(); oh++) {
                for (int ow = 0; ow < s.outWidth(); ow++) {
                    for (int k = 0; k < s.outChannels(); k++) {
                        int out = ((n * s.outHeight() + oh) * s.outWidth() + ow) * s.outChannels() + k;
                        y[out] = b[k];
                        db[k] += dy[out];
                        for (int patch = 0; patch < s.weightElements() / s.outChannels(); patch++) {
                            int in = source(s, n, oh, ow, patch);
                            int weight = patch * s.outChannels() + k;
                            if (in >= 0) {
                                y[out] += x[in] * w[weight];
                                dx[in] += dy[out] * w[weight];
                                dw[weight] += dy[out] * x[in];
                            }
                        }
                    }
                }
            }
        }
        var conv = new Convolution(s);
        assertArrayEquals(y, conv.forward(x, w, b));
        assertArrayEquals(dx, conv.diffSource(dy, w));
        assertArrayEquals(dw, conv.diffWeights(x, dy));
        assertArrayEquals(db, conv.diffBias(dy));
    }

    /** Where element (kh, kw, c) of a patch lies in the source, or -1 in the padding. */
    private static int source(ConvShape s, int n, int oh, int ow, int patch) {
        int c = patch % s.channels();
        int h = oh * s.strideHeight() - s.paddingTop() + patch / s.channels() / s.kernelWidth();
        int w = ow * s.strideWidth() - s.paddingLeft() + patch / s.channels() % s.kernelWidth();
        boolean inside = h >= 0 && h < s.height() && w >= 0 && w < s.width();
        return inside ? ((n * s.height() + h) * s.width() + w) * s.channels() + c : -1;
    }

    /** Our column (kh·KW + kw)·C + c is the text's column (c·KH + kh)·KW + kw. */
    @Test
    void theTextsColumnsAreOursPermuted() {
        ConvShape s = example(1);
        float[] x = Data.whole(s.sourceElements(), 1);
        float[] ours = new float[s.columnElements()];
        Im2Col.transform(s, x, 0, ours, 0, WorkerPool.CALLER);
        int patch = 27;
        float[] permuted = new float[ours.length];
        for (int position = 0; position < 4; position++) {
            for (int i = 0; i < patch; i++) {
                int c = i % 3;
                int kh = i / 3 / 3;
                int kw = i / 3 % 3;
                permuted[position * patch + (c * 3 + kh) * 3 + kw] = ours[position * patch + i];
            }
        }
        float[] expected = new float[ours.length];
        int at = 0;
        for (int position = 0; position < 4; position++) {
            for (int c = 0; c < 3; c++) {
                for (int kh = 0; kh < 3; kh++) {
                    for (int kw = 0; kw < 3; kw++) {
                        expected[at++] = x[((position / 2 * 2 + kh) * 5 + position % 2 * 2 + kw) * 3 + c];
                    }
                }
            }
        }
        assertArrayEquals(expected, permuted);
    }

    /**
     * The text averages the patches over the batch, and the gradients too, before it multiplies them. With one image and
     * its negative, whose output gradients are opposite too, both averages are 0; the gradients of the two images are
     * equal and add up.
     */
    @Test
    void theGradientOfABatchIsNotThatOfItsAverage() {
        ConvShape one = example(1);
        ConvShape two = example(2);
        float[] x = Data.whole(one.sourceElements(), 1);
        float[] dy = Data.whole(one.destinationElements(), 4);
        float[] gradientOfOne = new Convolution(one).diffWeights(x, dy);
        float[] gradientOfTwo = new Convolution(two).diffWeights(withNegative(x), withNegative(dy));
        float[] sum = new float[gradientOfOne.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = 2 * gradientOfOne[i];
        }
        assertArrayEquals(sum, gradientOfTwo);

        float[] averageX = averageOfTwo(withNegative(x));
        float[] averageDy = averageOfTwo(withNegative(dy));
        float[] textbook = new Convolution(one).diffWeights(averageX, averageDy);
        assertArrayEquals(new float[sum.length], textbook);
    }

    private static float[] withNegative(float[] x) {
        float[] both = Arrays.copyOf(x, 2 * x.length);
        for (int i = 0; i < x.length; i++) {
            both[x.length + i] = -x[i];
        }
        return both;
    }

    private static float[] averageOfTwo(float[] x) {
        float[] average = new float[x.length / 2];
        for (int i = 0; i < average.length; i++) {
            average[i] = (x[i] + x[average.length + i]) / 2;
        }
        return average;
    }
}

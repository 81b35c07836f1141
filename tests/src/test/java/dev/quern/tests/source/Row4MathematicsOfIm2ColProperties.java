// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.conv.Col2Im;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Im2Col;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.toolkit.Data;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Row 4 of the source material: the mathematics of im2col and col2im in NCHW, the convolution and its three derivatives
 * by index formula, for any stride, those among them that do not divide. Whole numbers, so that every sum is exact.
 *
 * <p>With u = oh·S + kh - P and v = ow·S + kw - P:
 *
 * <pre>{@code
 * y[n, k, oh, ow]   = b[k] + Σ x[n, c, u, v]·w[k, c, kh, kw]
 * dx[n, c, u, v]    = Σ dy[n, k, oh, ow]·w[k, c, kh, kw]
 * dw[k, c, kh, kw]  = Σ dy[n, k, oh, ow]·x[n, c, u, v]
 * db[k]             = Σ dy[n, k, oh, ow]
 * }</pre>
 */
class Row4MathematicsOfIm2ColProperties {
    /** The text's sizes; weights are (K, C, KH, KW) there and (KH, KW, C, K) here. */
    record Sizes(int n, int c, int h, int w, int k, int kernel, int stride, int padding) {
        ConvShape shape() {
            return ConvShape.of(Layout.NCHW, n, h, w, c, k, kernel, kernel)
                    .withStrides(stride, stride)
                    .withPadding(padding, padding, padding, padding);
        }

        int outHeight() {
            return (h + 2 * padding - kernel) / stride + 1;
        }

        int outWidth() {
            return (w + 2 * padding - kernel) / stride + 1;
        }

        int x(int image, int channel, int u, int v) {
            return u < 0 || u >= h || v < 0 || v >= w ? -1 : ((image * c + channel) * h + u) * w + v;
        }

        int y(int image, int filter, int oh, int ow) {
            return ((image * k + filter) * outHeight() + oh) * outWidth() + ow;
        }

        int weight(int filter, int channel, int kh, int kw) {
            return ((kh * kernel + kw) * c + channel) * k + filter;
        }
    }

    /** What is done for each product of the formulas. */
    private interface Term {
        void at(int y, int x, int weight);
    }

    private static void walk(Sizes s, Term term) {
        for (int i = 0; i < s.n * s.k * s.outHeight() * s.outWidth(); i++) {
            int ow = i % s.outWidth();
            int oh = i / s.outWidth() % s.outHeight();
            int filter = i / s.outWidth() / s.outHeight() % s.k;
            int image = i / s.outWidth() / s.outHeight() / s.k;
            for (int j = 0; j < s.c * s.kernel * s.kernel; j++) {
                int kw = j % s.kernel;
                int kh = j / s.kernel % s.kernel;
                int channel = j / s.kernel / s.kernel;
                int x = s.x(image, channel, oh * s.stride + kh - s.padding, ow * s.stride + kw - s.padding);
                if (x >= 0) {
                    term.at(s.y(image, filter, oh, ow), x, s.weight(filter, channel, kh, kw));
                }
            }
        }
    }

    @Property(tries = 150)
    void forwardAndTheThreeDerivatives(@ForAll("sizes") Sizes s, @ForAll long seed) {
        ConvShape shape = s.shape();
        assertEquals(s.outHeight(), shape.outHeight());
        assertEquals(s.outWidth(), shape.outWidth());
        float[] x = Data.whole(shape.sourceElements(), seed);
        float[] w = Data.whole(shape.weightElements(), seed + 1);
        float[] b = Data.whole(s.k, seed + 2);
        float[] dy = Data.whole(shape.destinationElements(), seed + 3);
        float[] y = new float[dy.length];
        float[] dx = new float[x.length];
        float[] dw = new float[w.length];
        float[] db = new float[b.length];
        for (int i = 0; i < y.length; i++) {
            int filter = i / (s.outHeight() * s.outWidth()) % s.k;
            y[i] = b[filter];
            db[filter] += dy[i];
        }
        walk(s, (out, in, weight) -> {
            y[out] += x[in] * w[weight];
            dx[in] += dy[out] * w[weight];
            dw[weight] += dy[out] * x[in];
        });
        var conv = new Convolution(shape);
        assertArrayEquals(y, conv.forward(x, w, b));
        assertArrayEquals(dx, conv.diffSource(dy, w));
        assertArrayEquals(dw, conv.diffWeights(x, dy));
        assertArrayEquals(db, conv.diffBias(dy));
    }

    /** Column (oh, ow), row (c, kh, kw) of an image in the text; here the rows are in the order (kh, kw, c). */
    @Property(tries = 150)
    void im2colIsItsIndexFormula(@ForAll("sizes") Sizes s, @ForAll long seed) {
        ConvShape shape = s.shape();
        float[] x = Data.whole(shape.sourceElements(), seed);
        float[] columns = new float[shape.columnElements()];
        Im2Col.transform(shape, x, 0, columns, 0, WorkerPool.CALLER);
        int at = 0;
        for (int image = 0; image < s.n; image++) {
            for (int row = 0; row < s.kernel * s.kernel * s.c; row++) {
                int channel = row % s.c;
                int kw = row / s.c % s.kernel;
                int kh = row / s.c / s.kernel;
                for (int oh = 0; oh < s.outHeight(); oh++) {
                    for (int ow = 0; ow < s.outWidth(); ow++) {
                        int in = s.x(image, channel, oh * s.stride + kh - s.padding, ow * s.stride + kw - s.padding);
                        assertEquals(in < 0 ? 0f : x[in], columns[at++]);
                    }
                }
            }
        }
    }

    /**
     * The text's col2im adds whole slices, {@code image[kh : kh + S·OH : S, kw : kw + S·OW : S] += …}, which reach up to
     * S - 1 beyond the padded image: that is why it makes that image {@code H + 2·P + S - 1} high. Where the stride does
     * not divide, the last rows of the image get nothing. Ours needs no such room and is equal.
     */
    @Property(tries = 150)
    void col2imIsTheTextsWithItsLargerImage(@ForAll("sizes") Sizes s, @ForAll long seed) {
        ConvShape shape = s.shape();
        float[] columns = Data.whole(shape.columnElements(), seed);
        float[] ours = new float[shape.sourceElements()];
        Col2Im.transform(shape, columns, 0, ours, 0, WorkerPool.CALLER);
        int height = s.h + 2 * s.padding + s.stride - 1;
        int width = s.w + 2 * s.padding + s.stride - 1;
        float[] texts = new float[s.n * s.c * height * width];
        int at = 0;
        for (int image = 0; image < s.n; image++) {
            for (int row = 0; row < s.kernel * s.kernel * s.c; row++) {
                int plane = (image * s.c + row % s.c) * height;
                int kw = row / s.c % s.kernel;
                int kh = row / s.c / s.kernel;
                // The slices end within the larger image.
                assertEquals(true, kh + s.stride * s.outHeight() <= height && kw + s.stride * s.outWidth() <= width);
                for (int u = kh; u < kh + s.stride * s.outHeight(); u += s.stride) {
                    for (int v = kw; v < kw + s.stride * s.outWidth(); v += s.stride) {
                        texts[(plane + u) * width + v] += columns[at++];
                    }
                }
            }
        }
        for (int i = 0; i < ours.length; i++) {
            int v = i % s.w + s.padding;
            int u = i / s.w % s.h + s.padding;
            assertEquals(texts[(i / s.w / s.h * height + u) * width + v], ours[i]);
        }
    }

    @Provide
    static Arbitrary<Sizes> sizes() {
        var small = Arbitraries.integers().between(1, 3);
        var kernels = Arbitraries.integers().between(1, 4);
        var sides = Arbitraries.integers().between(4, 9);
        return Combinators.combine(
                        small,
                        small,
                        sides,
                        sides,
                        small,
                        kernels,
                        kernels,
                        Arbitraries.integers().between(0, 2))
                .as(Sizes::new);
    }
}

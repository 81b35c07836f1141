// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

import dev.quern.kernels.conv.ConvShape;

/** The adjoint of {@link ReferenceIm2Col}: every pixel adds up its copies, from +0, in ascending (kh, kw). */
public final class ReferenceCol2Im {
    private ReferenceCol2Im() {}

    /** Fills {@code x} from {@code columns}. */
    public static void transform(ConvShape s, float[] columns, float[] x) {
        for (int n = 0; n < s.batch(); n++) {
            for (int h = 0; h < s.height(); h++) {
                for (int w = 0; w < s.width(); w++) {
                    for (int c = 0; c < s.channels(); c++) {
                        x[Plane.source(s, n, h, w, c)] = pixel(s, columns, n, h, w, c);
                    }
                }
            }
        }
    }

    private static float pixel(ConvShape s, float[] columns, int n, int h, int w, int c) {
        int perGroup = s.channels() / s.groups();
        float sum = 0;
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            for (int kw = 0; kw < s.kernelWidth(); kw++) {
                int top = h + s.paddingTop() - kh * s.dilationHeight();
                int left = w + s.paddingLeft() - kw * s.dilationWidth();
                int oh = ReferenceConv.outputOf(top, s.strideHeight(), Plane.outHeight(s));
                int ow = ReferenceConv.outputOf(left, s.strideWidth(), Plane.outWidth(s));
                if (oh >= 0 && ow >= 0) {
                    sum += columns[Columns.at(s, c / perGroup, n, oh, ow, kh, kw, c % perGroup)];
                }
            }
        }
        return sum;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

import dev.quern.kernels.conv.ConvShape;

/** Lays the patch of every output position out as a row (NHWC) or column (NCHW) of a matrix; padding is +0. */
public final class ReferenceIm2Col {
    private ReferenceIm2Col() {}

    /** Fills {@code columns} from {@code x}. */
    public static void transform(ConvShape s, float[] x, float[] columns) {
        int perGroup = s.channels() / s.groups();
        for (int n = 0; n < s.batch(); n++) {
            for (int oh = 0; oh < Plane.outHeight(s); oh++) {
                for (int ow = 0; ow < Plane.outWidth(s); ow++) {
                    for (int kh = 0; kh < s.kernelHeight(); kh++) {
                        for (int kw = 0; kw < s.kernelWidth(); kw++) {
                            for (int c = 0; c < s.channels(); c++) {
                                int h = oh * s.strideHeight() + kh * s.dilationHeight() - s.paddingTop();
                                int w = ow * s.strideWidth() + kw * s.dilationWidth() - s.paddingLeft();
                                int from = Plane.source(s, n, h, w, c);
                                int to = Columns.at(s, c / perGroup, n, oh, ow, kh, kw, c % perGroup);
                                columns[to] = from < 0 ? 0f : x[from];
                            }
                        }
                    }
                }
            }
        }
    }
}

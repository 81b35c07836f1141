// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.ConvCase;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.tests.reference.ReferenceCol2Im;
import dev.quern.tests.reference.ReferenceIm2Col;

/** The column matrix and its adjoint. */
final class ExpectedColumns {
    private ExpectedColumns() {}

    /** A copy: nobody may differ. */
    static Expected im2col(ConvCase kase) {
        float[] columns = new float[kase.columnElements()];
        ReferenceIm2Col.transform(kase.shape(Layout.NHWC), kase.src(), columns);
        return new Whole(columns, new double[1]);
    }

    static Expected col2im(ConvCase kase) {
        ConvShape s = kase.shape(Layout.NHWC);
        float[] columns = kase.columns();
        float[] image = new float[kase.sourceElements()];
        float[] magnitudes = new float[kase.sourceElements()];
        ReferenceCol2Im.transform(s, columns, image);
        ReferenceCol2Im.transform(s, Magnitudes.of(columns), magnitudes);
        double[] bounds = new double[image.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = Whole.chain(kase.kernel() * kase.kernel()) * magnitudes[i];
        }
        return new Whole(image, bounds);
    }
}

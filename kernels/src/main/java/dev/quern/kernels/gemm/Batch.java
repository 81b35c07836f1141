// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm;

import dev.quern.kernels.check.Check;
import java.util.Objects;

/** The checks of matrices that lie at constant distances. */
final class Batch {
    private Batch() {}

    static void check(int batch, int aStride, int bStride, int cStride, GemmShape shape) {
        Objects.requireNonNull(shape, "shape");
        Check.notNegative("batch", batch);
        Check.notNegative("aStride", aStride);
        Check.notNegative("bStride", bStride);
        Check.notNegative("cStride", cStride);
        if (batch > 1) {
            Check.atLeast("cStride", cStride, shape.elementsC());
        }
    }

    /** Elements from the first to the last of all matrices. */
    static long elements(int batch, int stride, int elements) {
        return batch == 0 || elements == 0 ? 0 : (batch - 1L) * stride + elements;
    }
}

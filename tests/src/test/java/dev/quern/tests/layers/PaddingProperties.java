// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Padding;
import dev.quern.layers.Sequential;
import dev.quern.layers.Tensor;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The named paddings against their formulas, put in as numbers. */
class PaddingProperties {
    @Property(tries = 200)
    void sameIsItsFormula(
            @ForAll @IntRange(min = 1, max = 12) int height,
            @ForAll @IntRange(min = 1, max = 12) int width,
            @ForAll @IntRange(min = 1, max = 5) int kernel,
            @ForAll @IntRange(min = 1, max = 3) int dilation,
            @ForAll @IntRange(min = 1, max = 4) int stride,
            @ForAll boolean lower,
            @ForAll long seed) {
        int vertical = total(height, (kernel - 1) * dilation + 1, stride);
        int horizontal = total(width, (kernel - 1) * dilation + 1, stride);
        int up = lower ? vertical - vertical / 2 : vertical / 2;
        int left = lower ? horizontal - horizontal / 2 : horizontal / 2;
        Padding numbers = Padding.of(up, vertical - up, left, horizontal - left);
        float[] x = Data.uniform(height * width * 2, seed);
        Tensor named = output(x, height, width, kernel, dilation, stride, lower ? Padding.SAME_LOWER : Padding.SAME);
        Tensor explicit = output(x, height, width, kernel, dilation, stride, numbers);
        int[] shape = {1, Math.ceilDiv(height, stride), Math.ceilDiv(width, stride), 3};
        assertArrayEquals(shape, named.shape());
        assertArrayEquals(shape, explicit.shape());
        Bits.assertEqual("output", explicit.data(), named.data());
    }

    private static int total(int size, int reach, int stride) {
        int outputs = (size + stride - 1) / stride;
        return Math.max(0, (outputs - 1) * stride + reach - size);
    }

    private static Tensor output(
            float[] x, int height, int width, int kernel, int dilation, int stride, Padding padding) {
        return new Sequential("one")
                .add(new Conv2D(3, kernel)
                        .dilation(dilation, dilation)
                        .strides(stride)
                        .padding(padding))
                .build(WorkerPool.CALLER, 1, 1, height, width, 2)
                .predict(Tensor.of(x, 1, height, width, 2));
    }

    @Test
    void namesAreShown() {
        assertEquals("same", Padding.SAME.toString());
        assertEquals("same lower", Padding.SAME_LOWER.toString());
        assertEquals("(0, 0, 0, 0)", Padding.VALID.toString());
    }
}

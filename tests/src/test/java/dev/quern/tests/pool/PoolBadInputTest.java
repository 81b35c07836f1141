// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.pool.AvgPool;
import dev.quern.kernels.pool.MaxPool;
import dev.quern.kernels.pool.PoolShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What pooling answers to bad input: which exception, and that it names the argument and the values. */
class PoolBadInputTest {
    private static final PoolShape S = PoolShape.of(Layout.NHWC, 1, 4, 4, 2, 2, 2);
    private static final WorkerPool POOL = WorkerPool.CALLER;

    @Test
    void sizesOutOfRangeAreNamed() {
        illegal(() -> shape(-1, 4, 4, 2, 2, 2), "batch = -1");
        illegal(() -> shape(1, 0, 4, 2, 2, 2), "height = 0");
        illegal(() -> shape(1, 4, 0, 2, 2, 2), "width = 0");
        illegal(() -> shape(1, 4, 4, -2, 2, 2), "channels = -2");
        illegal(() -> shape(1, 4, 4, 2, 0, 2), "windowHeight = 0");
        illegal(() -> shape(1, 4, 4, 2, 2, -1), "windowWidth = -1");
        illegal(() -> S.withStrides(0, 1), "strideHeight = 0");
        illegal(() -> S.withStrides(1, -1), "strideWidth = -1");
        fails(NullPointerException.class, () -> PoolShape.of(null, 1, 4, 4, 2, 2, 2), "layout");
    }

    @Test
    void paddingMustBeSmallerThanTheWindow() {
        illegal(() -> S.withPadding(2, 0, 0, 0), "padding top = 2", "windowHeight = 2");
        illegal(() -> S.withPadding(0, 3, 0, 0), "padding bottom = 3", "windowHeight = 2");
        illegal(() -> S.withPadding(0, 0, 2, 0), "padding left = 2", "windowWidth = 2");
        illegal(() -> S.withPadding(0, 0, 0, -1), "padding right = -1");
    }

    @Test
    void aWindowLargerThanThePaddedImageIsRefusedWithBothSizes() {
        PoolShape s = PoolShape.of(Layout.NHWC, 1, 4, 4, 2, 7, 5);
        illegal(s::outHeight, "windowHeight = 7", "padded height = 4");
        illegal(s::outWidth, "windowWidth = 5", "padded width = 4");
        illegal(() -> MaxPool.forward(s, new float[32], 0, new float[32], 0, POOL), "windowHeight = 7");
        assertTrue(s.withPadding(2, 1, 1, 0).outHeight() == 1);
    }

    @Test
    void productsAbove31BitsAreNamed() {
        illegal(() -> shape(1 << 10, 1 << 10, 1 << 10, 2, 2, 2), "batch·height·width·channels = 1024·1024·1024·2");
        illegal(() -> shape(1, 4, 4, 2, 1 << 16, 1 << 16), "windowHeight·windowWidth = 65536·65536");
    }

    @Test
    void arraysTooShortAreNamedAndNothingIsWritten() {
        float[] dst = new float[8];
        outOfBounds(() -> MaxPool.forward(S, new float[31], 0, dst, 0, POOL), "src", "32", "31");
        outOfBounds(() -> MaxPool.forward(S, new float[32], 1, dst, 0, POOL), "src: offset 1");
        outOfBounds(() -> MaxPool.forward(S, new float[32], 0, dst, 1, POOL), "dst: offset 1");
        outOfBounds(() -> MaxPool.forward(S, new float[32], -1, dst, 0, POOL), "src: offset -1");
        outOfBounds(() -> MaxPool.forward(S, new float[32], Integer.MAX_VALUE, dst, 0, POOL), "src: offset 2147483647");
        outOfBounds(() -> MaxPool.forward(S, new float[32], 0, dst, 0, new int[7], 0, POOL), "argmax", "8", "7");
        outOfBounds(() -> AvgPool.backward(S, true, new float[7], 0, new float[32], 0, POOL), "diffDst");
        outOfBounds(() -> AvgPool.backward(S, true, new float[8], 0, new float[32], 1, POOL), "diffSrc");
        outOfBounds(
                () -> MaxPool.backwardToEveryMaximum(
                        S, new float[31], 0, dst, 0, new float[8], 0, new float[32], 0, POOL),
                "src");
        assertArrayEquals(new float[8], dst);
    }

    @Test
    void nullsAreNamed() {
        float[] src = new float[32];
        float[] dst = new float[8];
        fails(NullPointerException.class, () -> MaxPool.forward(null, src, 0, dst, 0, POOL), "s");
        fails(NullPointerException.class, () -> MaxPool.forward(S, null, 0, dst, 0, POOL), "src");
        fails(NullPointerException.class, () -> MaxPool.forward(S, src, 0, null, 0, POOL), "dst");
        fails(NullPointerException.class, () -> MaxPool.forward(S, src, 0, dst, 0, null), "pool");
        fails(NullPointerException.class, () -> MaxPool.forward(S, src, 0, dst, 0, null, 0, POOL), "argmax");
        fails(NullPointerException.class, () -> MaxPool.backward(S, null, 0, dst, 0, src, 0, POOL), "argmax");
        fails(NullPointerException.class, () -> AvgPool.backward(S, true, null, 0, src, 0, POOL), "diffDst");
        fails(NullPointerException.class, () -> AvgPool.backward(S, true, dst, 0, null, 0, POOL), "diffSrc");
    }

    @Test
    void outputsMustNotOverlapInputs() {
        float[] both = new float[100];
        illegal(() -> MaxPool.forward(S, both, 0, both, 31, POOL), "output dst", "input src");
        illegal(() -> AvgPool.forward(S, true, both, 8, both, 1, POOL), "output dst", "input src");
        illegal(() -> AvgPool.backward(S, true, both, 0, both, 7, POOL), "output diffSrc", "input diffDst");
        illegal(
                () -> MaxPool.backwardToEveryMaximum(S, both, 0, new float[8], 0, new float[8], 0, both, 31, POOL),
                "output diffSrc",
                "input src");
        illegal(
                () -> MaxPool.backwardToEveryMaximum(S, new float[32], 0, both, 0, new float[8], 0, both, 7, POOL),
                "output diffSrc",
                "input dst");
        MaxPool.forward(S, both, 0, both, 32, POOL);
    }

    @Test
    void placesOutsideTheImageAreRefusedAndThoseOutsideTheWindowGetNothing() {
        float[] diffDst = {1, 1, 1, 1, 1, 1, 1, 1};
        float[] diffSrc = new float[32];
        illegal(
                () -> MaxPool.backward(S, new int[] {0, 0, 0, 16, 0, 0, 0, 0}, 0, diffDst, 0, diffSrc, 0, POOL),
                "argmax holds 16",
                "0 to 15");
        illegal(
                () -> MaxPool.backward(S, new int[] {0, 0, 0, 0, 0, 0, 0, -1}, 0, diffDst, 0, diffSrc, 0, POOL),
                "argmax holds -1");
        MaxPool.backward(S, new int[] {15, 15, 0, 0, 0, 0, 0, 0}, 0, diffDst, 0, diffSrc, 0, POOL);
        assertArrayEquals(new float[32], diffSrc);
    }

    private static PoolShape shape(int batch, int height, int width, int channels, int windowHeight, int windowWidth) {
        return PoolShape.of(Layout.NHWC, batch, height, width, channels, windowHeight, windowWidth);
    }

    private static void illegal(Executable call, String... parts) {
        fails(IllegalArgumentException.class, call, parts);
    }

    private static void outOfBounds(Executable call, String... parts) {
        fails(IndexOutOfBoundsException.class, call, parts);
    }

    private static void fails(Class<? extends Exception> type, Executable call, String... parts) {
        String message = assertThrows(type, call).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "\"" + message + "\" lacks \"" + part + "\"");
        }
    }
}

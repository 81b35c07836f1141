// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.conv.LayoutConversion;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.DoorContract;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** Conversions between the layouts against a loop over their definition. */
class LayoutConversionProperties {
    @Property(tries = 200)
    void everyElementGoesToItsPlace(
            @ForAll @IntRange(max = 3) int batch,
            @ForAll @IntRange(max = 20) int height,
            @ForAll @IntRange(max = 20) int width,
            @ForAll @IntRange(max = 70) int channels,
            @ForAll long seed) {
        float[] nhwc = Data.odd((long) batch * height * width * channels, 20, seed);
        for (WorkerPool pool : Pools.ALL) {
            assertBothWays(batch, height, width, channels, nhwc, pool);
        }
    }

    @Example
    void imagesOfSeveralTasksAreWhole() {
        for (int channels : new int[] {1, 3, 16, 64, 511}) {
            float[] nhwc = Data.uniform(2L * 71 * 67 * channels, channels);
            assertBothWays(2, 71, 67, channels, nhwc, WorkerPool.CALLER);
            assertBothWays(2, 71, 67, channels, nhwc, Pools.TWO);
        }
    }

    private static void assertBothWays(int batch, int height, int width, int channels, float[] nhwc, WorkerPool pool) {
        float[] nchw = new float[nhwc.length];
        for (int n = 0; n < batch; n++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    for (int c = 0; c < channels; c++) {
                        nchw[((n * channels + c) * height + y) * width + x] =
                                nhwc[((n * height + y) * width + x) * channels + c];
                    }
                }
            }
        }
        assertConverted(Layout.NHWC, Layout.NCHW, batch, height, width, channels, nhwc, nchw, pool);
        assertConverted(Layout.NCHW, Layout.NHWC, batch, height, width, channels, nchw, nhwc, pool);
        assertConverted(Layout.NHWC, Layout.NHWC, batch, height, width, channels, nhwc, nhwc, pool);
    }

    /** With three elements before and two after, which are left alone. */
    private static void assertConverted(
            Layout from,
            Layout to,
            int batch,
            int height,
            int width,
            int channels,
            float[] src,
            float[] expected,
            WorkerPool pool) {
        float[] whole = new float[expected.length + 5];
        Arrays.fill(whole, 7f);
        float[] got = whole.clone();
        System.arraycopy(expected, 0, whole, 3, expected.length);
        LayoutConversion.convert(from, to, batch, height, width, channels, src, 0, got, 3, pool);
        Bits.assertEqual(from + " to " + to, whole, got);
    }

    @Example
    void theDoorKeepsTheContractOfItsArrays() {
        DoorContract.of(
                        "convert",
                        "dst",
                        2 * 5 * 4 * 3,
                        (arrays, offsets) -> LayoutConversion.convert(
                                Layout.NHWC,
                                Layout.NCHW,
                                2,
                                5,
                                4,
                                3,
                                arrays[1],
                                offsets[1],
                                arrays[0],
                                offsets[0],
                                WorkerPool.CALLER))
                .reading("src", 2 * 5 * 4 * 3)
                .assertHeld();
    }

    @Example
    void sizesThatMakeNoSenseAreRefused() {
        Class<IllegalArgumentException> iae = IllegalArgumentException.class;
        Refused.with(iae, () -> convert(-1, 2, 3, 4), "batch = -1");
        Refused.with(iae, () -> convert(1, -2, 3, 4), "height = -2");
        Refused.with(iae, () -> convert(1, 2, -3, 4), "width = -3");
        Refused.with(iae, () -> convert(1, 2, 3, -4), "channels = -4");
        Refused.with(iae, () -> convert(1 << 10, 1 << 10, 1 << 10, 2), "batch·height·width·channels", "2147483647");
        Refused.with(IndexOutOfBoundsException.class, () -> convert(1, 5, 5, 5), "src", "125");
        convert(0, 1 << 20, 1 << 20, 1 << 20);
    }

    private static void convert(int batch, int height, int width, int channels) {
        float[] x = new float[100];
        WorkerPool pool = WorkerPool.CALLER;
        LayoutConversion.convert(
                Layout.NCHW, Layout.NHWC, batch, height, width, channels, x, 0, new float[100], 0, pool);
    }

    @Example
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] x = new float[2 * 40 * 40 * 32];
        float[] y = new float[x.length];
        for (Layout to : Layout.values()) {
            Layout from = to == Layout.NHWC ? Layout.NCHW : Layout.NHWC;
            Allocation.assertNone(
                    "to " + to, () -> LayoutConversion.convert(from, to, 2, 40, 40, 32, x, 0, y, 0, WorkerPool.CALLER));
        }
    }
}

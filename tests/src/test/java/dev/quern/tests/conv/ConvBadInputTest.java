// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.conv.Col2Im;
import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Im2Col;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.DoorContract;
import dev.quern.tests.toolkit.Refused;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ConvBadInputTest {
    private static final Class<IllegalArgumentException> IAE = IllegalArgumentException.class;
    private static final int MAX = Integer.MAX_VALUE;

    @Test
    void negativeSizesAreRefused() {
        Refused.with(IAE, () -> shape(-1, 5, 5, 2, 3, 3, 3), "batch = -1");
        Refused.with(IAE, () -> shape(1, -5, 5, 2, 3, 3, 3), "height = -5");
        Refused.with(IAE, () -> shape(1, 5, -5, 2, 3, 3, 3), "width = -5");
        Refused.with(IAE, () -> shape(1, 5, 5, -2, 3, 3, 3), "channels = -2");
        Refused.with(IAE, () -> shape(1, 5, 5, 2, -3, 3, 3), "outChannels = -3");
    }

    @Test
    void anImageWithoutHeightOrWidthIsRefused() {
        Refused.with(IAE, () -> shape(1, 0, 5, 2, 3, 1, 1), "height = 0");
        Refused.with(IAE, () -> shape(1, 5, 0, 2, 3, 1, 1), "width = 0");
    }

    @Test
    void kernelsStridesDilationsAndGroupsBelowOneAreRefused() {
        var good = shape(1, 5, 5, 2, 4, 3, 3);
        Refused.with(IAE, () -> shape(1, 5, 5, 2, 4, 0, 3), "kernelHeight = 0", "1 or more");
        Refused.with(IAE, () -> shape(1, 5, 5, 2, 4, 3, -1), "kernelWidth = -1", "1 or more");
        Refused.with(IAE, () -> good.withStrides(0, 1), "strideHeight = 0", "1 or more");
        Refused.with(IAE, () -> good.withStrides(1, -2), "strideWidth = -2", "1 or more");
        Refused.with(IAE, () -> good.withDilations(0, 1), "dilationHeight = 0", "1 or more");
        Refused.with(IAE, () -> good.withDilations(1, -2), "dilationWidth = -2", "1 or more");
        Refused.with(IAE, () -> good.withGroups(0), "groups = 0", "1 or more");
        Refused.with(IAE, () -> good.withGroups(-1), "groups = -1", "1 or more");
    }

    @Test
    void negativePaddingIsRefused() {
        var good = shape(1, 5, 5, 2, 4, 3, 3);
        Refused.with(IAE, () -> good.withPadding(-1, 0, 0, 0), "padding before height = -1", "0 or more");
        Refused.with(IAE, () -> good.withPadding(0, -2, 0, 0), "padding after height = -2", "0 or more");
        Refused.with(IAE, () -> good.withPadding(0, 0, -3, 0), "padding before width = -3", "0 or more");
        Refused.with(IAE, () -> good.withPadding(0, 0, 0, -4), "padding after width = -4", "0 or more");
    }

    @Test
    void channelsThatTheGroupsDoNotDivideAreRefusedWithBothNumbers() {
        Refused.with(IAE, () -> shape(1, 5, 5, 5, 4, 3, 3).withGroups(2), "channels", "5", "groups", "2");
        Refused.with(IAE, () -> shape(1, 5, 5, 4, 5, 3, 3).withGroups(2), "outChannels", "5", "groups", "2");
    }

    @Test
    void aKernelLargerThanThePaddedImageIsRefusedWithBothSizes() {
        var dilated = shape(1, 7, 8, 2, 4, 3, 3);
        Refused.with(IAE, () -> dilated.withDilations(4, 1).outHeight(), "9", "7");
        Refused.with(IAE, () -> dilated.withDilations(1, 4).outWidth(), "9", "8");
        Refused.with(IAE, () -> dilated.withDilations(MAX, 1).outHeight(), "4294967295", "7");
        Refused.with(IAE, () -> dilated.withDilations(MAX, MAX).destinationElements(), "4294967295", "7");
        Refused.with(IAE, () -> dilated.withDilations(4, 1).columnElements(), "9", "7");
    }

    @Test
    void everyDoorRefusesAKernelLargerThanThePaddedImage() {
        var s = shape(1, 5, 5, 1, 1, 3, 3).withDilations(3, 1);
        float[] x = new float[100];
        float[] y = new float[100];
        float[] z = new float[100];
        Refused.with(
                IAE,
                () -> {
                    try (var workspace = new Workspace(Conv2D.workspaceFloats(s, WorkerPool.CALLER))) {
                        Conv2D.forward(s, x, 0, y, 0, Epilogue.NONE, z, 0, workspace);
                    }
                },
                "7",
                "5");
        Refused.with(IAE, () -> Im2Col.transform(s, x, 0, z, 0, WorkerPool.CALLER), "7", "5");
        Refused.with(IAE, () -> Col2Im.transform(s, x, 0, z, 0, WorkerPool.CALLER), "7", "5");
        Refused.with(IAE, () -> Conv2D.backwardBias(s, x, 0, z, 0), "7", "5");
    }

    @Test
    void sizesThatNoArrayHoldsAreRefused() {
        Refused.with(IAE, () -> shape(1 << 12, 1 << 10, 1 << 10, 1, 1, 1, 1), "" + MAX);
        Refused.with(IAE, () -> shape(1, 1 << 14, 1 << 14, 1, 16, 1, 1), "" + MAX);
        Refused.with(IAE, () -> shape(1, 4, 4, 1 << 16, 1 << 16, 1, 1), "" + MAX);
        Refused.with(IAE, () -> shape(1, MAX, MAX, MAX, MAX, 1, 1), "" + MAX);
    }

    @Test
    void parametersNearTheLargestIntNeitherOverflowNorAllocate() {
        var good = shape(1, 5, 5, 2, 4, 3, 3);
        Refused.with(IAE, () -> good.withPadding(MAX, MAX, MAX, MAX), "" + MAX);
        assertEquals(1, good.withStrides(MAX, MAX).outHeight());
        assertEquals(1, good.withStrides(MAX, MAX).outWidth());
    }

    @Test
    void aMissingLayoutIsRefused() {
        Refused.with(NullPointerException.class, () -> ConvShape.of(null, 1, 5, 5, 2, 4, 3, 3), "layout");
    }

    @Test
    void everyDoorKeepsTheContractOfItsArrays() {
        for (Layout layout : Layout.values()) {
            var s = ConvShape.of(layout, 2, 5, 4, 2, 4, 3, 3)
                    .withPadding(1, 0, 0, 1)
                    .withGroups(2);
            int src = s.sourceElements();
            int dst = s.destinationElements();
            int weights = s.weightElements();
            int columns = s.columnElements();
            DoorContract.of(
                            "forward",
                            "dst",
                            dst,
                            (x, at) -> withWorkspace(
                                    s,
                                    ws -> Conv2D.forward(
                                            s,
                                            x[1],
                                            at[1],
                                            x[2],
                                            at[2],
                                            Epilogue.biasAlongN(x[3], at[3]),
                                            x[0],
                                            at[0],
                                            ws)))
                    .reading("src", src)
                    .reading("weights", weights)
                    .reading("bias", 4)
                    .assertHeld();
            DoorContract.of(
                            "backwardData",
                            "diffSrc",
                            src,
                            (x, at) -> withWorkspace(
                                    s, ws -> Conv2D.backwardData(s, x[1], at[1], x[2], at[2], x[0], at[0], ws)))
                    .reading("diffDst", dst)
                    .reading("weights", weights)
                    .assertHeld();
            DoorContract.of(
                            "backwardWeights",
                            "diffWeights",
                            weights,
                            (x, at) -> withWorkspace(
                                    s, ws -> Conv2D.backwardWeights(s, x[1], at[1], x[2], at[2], x[0], at[0], ws)))
                    .reading("src", src)
                    .reading("diffDst", dst)
                    .assertHeld();
            DoorContract.of("backwardBias", "diffBias", 4, (x, at) -> Conv2D.backwardBias(s, x[1], at[1], x[0], at[0]))
                    .reading("diffDst", dst)
                    .assertHeld();
            DoorContract.of(
                            "Im2Col",
                            "columns",
                            columns,
                            (x, at) -> Im2Col.transform(s, x[1], at[1], x[0], at[0], WorkerPool.CALLER))
                    .reading("src", src)
                    .assertHeld();
            DoorContract.of(
                            "Col2Im",
                            "dst",
                            src,
                            (x, at) -> Col2Im.transform(s, x[1], at[1], x[0], at[0], WorkerPool.CALLER))
                    .reading("columns", columns)
                    .assertHeld();
        }
    }

    @Test
    void aBiasAlongMIsRefused() {
        var s = shape(1, 5, 5, 2, 4, 3, 3);
        float[] dst = new float[s.destinationElements()];
        Refused.with(
                IAE,
                () -> withWorkspace(
                        s,
                        ws -> Conv2D.forward(
                                s,
                                new float[50],
                                0,
                                new float[72],
                                0,
                                Epilogue.biasAlongM(new float[100], 0),
                                dst,
                                0,
                                ws)),
                "bias");
    }

    @Test
    void aWorkspaceTooSmallOrClosedIsRefusedBeforeAnythingIsWritten() {
        for (Layout layout : Layout.values()) {
            var s = ConvShape.of(layout, 2, 5, 5, 2, 4, 3, 3)
                    .withPadding(1, 1, 1, 1)
                    .withGroups(2);
            refusesWorkspace(s, IAE, () -> new Workspace(0), "0 floats");
            refusesWorkspace(
                    s,
                    IllegalStateException.class,
                    () -> {
                        var closed = new Workspace(Conv2D.workspaceFloats(s, WorkerPool.CALLER));
                        closed.close();
                        return closed;
                    },
                    "closed");
        }
    }

    private static void refusesWorkspace(
            ConvShape s, Class<? extends Throwable> type, Supplier<Workspace> workspace, String part) {
        float[] src = new float[s.sourceElements()];
        float[] weights = new float[s.weightElements()];
        float[] dst = new float[s.destinationElements()];
        for (float[] x : new float[][] {src, weights, dst}) {
            Arrays.fill(x, 7f);
        }
        Workspace ws = workspace.get();
        Refused.with(type, () -> Conv2D.forward(s, src, 0, weights, 0, Epilogue.NONE, dst, 0, ws), part);
        Refused.with(type, () -> Conv2D.backwardData(s, dst, 0, weights, 0, src, 0, ws), part);
        Refused.with(type, () -> Conv2D.backwardWeights(s, src, 0, dst, 0, weights, 0, ws), part);
        for (float[] x : new float[][] {src, weights, dst}) {
            for (float value : x) {
                Bits.assertEqual("not written", 7f, value);
            }
        }
    }

    private static void withWorkspace(ConvShape s, Consumer<Workspace> call) {
        try (var workspace = new Workspace(Conv2D.workspaceFloats(s, WorkerPool.CALLER))) {
            call.accept(workspace);
        }
    }

    private static ConvShape shape(int batch, int height, int width, int channels, int out, int kh, int kw) {
        return ConvShape.of(Layout.NHWC, batch, height, width, channels, out, kh, kw);
    }
}

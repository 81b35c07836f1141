// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.norm;

import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.norm.BatchNorm;
import dev.quern.kernels.norm.NormShape;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.toolkit.DoorContract;
import dev.quern.tests.toolkit.Refused;
import org.junit.jupiter.api.Test;

/** What batch normalisation refuses, and how. */
class BatchNormBadInputTest {
    private static final NormShape SHAPE = NormShape.of(Layout.NHWC, 2, 3, 4);
    private static final Workspace WS = new Workspace(BatchNorm.workspaceFloats(SHAPE, WorkerPool.CALLER));

    @Test
    void shapesOutOfRangeAreRefused() {
        Layout l = Layout.NCHW;
        Refused.with(NullPointerException.class, () -> NormShape.of(null, 1, 1, 1), "layout");
        Refused.with(IllegalArgumentException.class, () -> NormShape.of(l, -1, 1, 1), "batch = -1");
        Refused.with(IllegalArgumentException.class, () -> NormShape.of(l, 1, -2, 1), "positions = -2");
        Refused.with(IllegalArgumentException.class, () -> NormShape.of(l, 1, 1, -3), "channels = -3");
        int k = 1 << 11;
        Refused.with(
                IllegalArgumentException.class,
                () -> NormShape.of(l, k, k, k),
                "batch·positions·channels",
                "2147483647");
        Refused.with(IllegalArgumentException.class, () -> NormShape.of(l, 1 << 16, 1 << 16, 0), "batch·positions");
        Refused.with(IllegalArgumentException.class, () -> NormShape.of(l, 1 << 16, 0, 1 << 16), "batch·channels");
    }

    @Test
    void inferenceKeepsTheContractOfDoors() {
        float[] src = new float[24];
        DoorContract.of(
                        "inference",
                        "dst",
                        24,
                        (a, o) -> BatchNorm.inference(
                                SHAPE, 1e-5f, src, 0, a[1], o[1], a[2], o[2], a[3], o[3], a[0], o[0], WS))
                .reading("gamma", 4)
                .reading("beta", 4)
                .reading("running", 8)
                .assertHeld();
        float[] p = new float[8];
        float[] dst = new float[30];
        Refused.with(NullPointerException.class, () -> inference(1e-5f, null, 0, p, dst, 0, WS), "src");
        Refused.with(IndexOutOfBoundsException.class, () -> inference(1e-5f, src, 1, p, dst, 0, WS), "src", "24");
        Refused.with(IllegalArgumentException.class, () -> inference(1e-5f, dst, 0, p, dst, 5, WS), "dst", "src");
    }

    @Test
    void forwardKeepsTheContractOfDoorsForEachOutput() {
        float[] p = new float[8];
        DoorContract.of(
                        "forward",
                        "dst",
                        24,
                        (a, o) -> BatchNorm.forward(
                                SHAPE, 1e-5f, 0.1f, a[1], o[1], a[2], o[2], a[3], o[3], a[4], o[4], a[0], o[0], a[5],
                                o[5], WS))
                .reading("src", 24)
                .reading("gamma", 4)
                .reading("beta", 4)
                .reading("running", 8)
                .reading("saved", 8)
                .assertHeld();
        DoorContract.of(
                        "forward",
                        "saved",
                        8,
                        (a, o) -> BatchNorm.forward(
                                SHAPE,
                                1e-5f,
                                0.1f,
                                a[1],
                                o[1],
                                a[2],
                                o[2],
                                a[3],
                                o[3],
                                a[4],
                                o[4],
                                new float[24],
                                0,
                                a[0],
                                o[0],
                                WS))
                .reading("src", 24)
                .reading("gamma", 4)
                .reading("beta", 4)
                .reading("running", 8)
                .assertHeld();
        DoorContract.of(
                        "forward",
                        "running",
                        8,
                        (a, o) -> BatchNorm.forward(
                                SHAPE,
                                1e-5f,
                                0.1f,
                                a[1],
                                o[1],
                                a[2],
                                o[2],
                                a[3],
                                o[3],
                                a[0],
                                o[0],
                                new float[24],
                                0,
                                p,
                                0,
                                WS))
                .reading("src", 24)
                .reading("gamma", 4)
                .reading("beta", 4)
                .assertHeld();
    }

    @Test
    void backwardKeepsTheContractOfDoorsForEachOutput() {
        float[] diff = new float[24];
        float[] p = new float[4];
        float[] q = new float[4];
        DoorContract.of(
                        "backward",
                        "diffSrc",
                        24,
                        (a, o) -> BatchNorm.backward(
                                SHAPE, a[1], o[1], a[2], o[2], a[3], o[3], diff, 0, a[0], o[0], a[4], o[4], a[5], o[5],
                                WS))
                .reading("src", 24)
                .reading("gamma", 4)
                .reading("saved", 8)
                .reading("diffGamma", 4)
                .reading("diffBeta", 4)
                .assertHeld();
        DoorContract.of(
                        "backward",
                        "diffGamma",
                        4,
                        (a, o) -> BatchNorm.backward(
                                SHAPE, a[1], o[1], a[2], o[2], a[3], o[3], a[4], o[4], diff, 0, a[0], o[0], a[5], o[5],
                                WS))
                .reading("src", 24)
                .reading("gamma", 4)
                .reading("saved", 8)
                .reading("diffDst", 24)
                .reading("diffBeta", 4)
                .assertHeld();
        DoorContract.of(
                        "backward",
                        "diffBeta",
                        4,
                        (a, o) -> BatchNorm.backward(
                                SHAPE, a[1], o[1], a[2], o[2], a[3], o[3], a[4], o[4], diff, 0, p, 0, a[0], o[0], WS))
                .reading("src", 24)
                .reading("gamma", 4)
                .reading("saved", 8)
                .reading("diffDst", 24)
                .assertHeld();
        Refused.with(
                IllegalArgumentException.class,
                () -> BatchNorm.backward(
                        SHAPE, diff, 0, p, 0, new float[8], 0, new float[25], 0, new float[24], 0, q, 0, q, 0, WS),
                "diffGamma",
                "diffBeta");
        float[] wide = new float[25];
        Refused.with(
                IllegalArgumentException.class,
                () -> BatchNorm.backward(SHAPE, diff, 0, p, 0, new float[8], 0, wide, 0, wide, 1, p, 0, q, 0, WS),
                "overlaps");
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        float[] x = new float[24];
        float[] p = new float[8];
        float inf = Float.POSITIVE_INFINITY;
        for (float epsilon : new float[] {0f, -1e-5f, Float.NaN, inf}) {
            Refused.with(
                    IllegalArgumentException.class,
                    () -> inference(epsilon, x, 0, p, x, 0, WS),
                    "epsilon = " + epsilon,
                    "above 0");
            Refused.with(
                    IllegalArgumentException.class, () -> forward(epsilon, 0.1f), "epsilon = " + epsilon, "above 0");
        }
        for (float momentum : new float[] {-0.1f, 1.1f, Float.NaN, inf}) {
            Refused.with(
                    IllegalArgumentException.class, () -> forward(1e-5f, momentum), "momentum = " + momentum, "0 to 1");
        }
    }

    @Test
    void aWorkspaceThatIsMissingTooSmallOrClosedIsRefused() {
        float[] x = new float[24];
        float[] p = new float[8];
        Refused.with(NullPointerException.class, () -> inference(1e-5f, x, 0, p, x, 0, null), "workspace");
        var small = new Workspace(WS.capacity() - 1);
        Refused.with(IllegalArgumentException.class, () -> inference(1e-5f, x, 0, p, x, 0, small), "" + WS.capacity());
        small.close();
        var closed = new Workspace(WS.capacity());
        closed.close();
        Refused.with(IllegalStateException.class, () -> inference(1e-5f, x, 0, p, x, 0, closed), "closed");
    }

    private static void inference(
            float epsilon, float[] src, int srcOffset, float[] p, float[] dst, int dstOffset, Workspace ws) {
        BatchNorm.inference(SHAPE, epsilon, src, srcOffset, p, 0, p, 4, new float[8], 0, dst, dstOffset, ws);
    }

    private static void forward(float epsilon, float momentum) {
        float[] p = new float[8];
        BatchNorm.forward(
                SHAPE,
                epsilon,
                momentum,
                new float[24],
                0,
                p,
                0,
                p,
                4,
                new float[8],
                0,
                new float[24],
                0,
                new float[8],
                0,
                WS);
    }
}

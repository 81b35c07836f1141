// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.ConvCase;
import dev.quern.bench.contest.Work;
import dev.quern.kernels.conv.Col2Im;
import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Im2Col;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.conv.NumericClass;
import dev.quern.kernels.conv.PreparedConv2D;
import dev.quern.kernels.elementwise.Rows;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.gemm.PackedMatrix;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;

/** Convolutions in either layout. */
final class ConvCalls {
    private ConvCalls() {}

    static Work forward(ConvCase kase, Layout layout, int threads) {
        ConvShape s = kase.shape(layout);
        Workspace workspace = workspace(s, threads);
        float[] src = source(kase, layout);
        float[] weights = kase.weights();
        float[] dst = new float[s.destinationElements()];
        Epilogue epilogue = Epilogue.biasAlongN(kase.bias(), 0);
        return new Call(
                () -> Conv2D.forward(s, src, 0, weights, 0, epilogue, dst, 0, workspace),
                () -> canonical(dst, layout, kase.batch(), kase.outChannels()),
                workspace.pool());
    }

    /** The gradient of the adjoint's pixels, then the bias, as {@link dev.quern.layers.Conv2DTranspose} computes them. */
    static Work transposed(ConvCase kase, int threads) {
        ConvShape s = kase.adjoint().shape(Layout.NHWC);
        Workspace workspace = workspace(s, threads);
        float[] src = kase.src();
        float[] weights = kase.weights();
        float[] bias = kase.bias();
        float[] dst = new float[kase.destinationElements()];
        int positions = dst.length / bias.length;
        return new Call(
                () -> {
                    Conv2D.backwardData(s, src, 0, weights, 0, dst, 0, workspace);
                    Rows.addToEach(positions, bias.length, dst, 0, bias, 0, dst, 0, workspace.pool());
                },
                () -> dst,
                workspace.pool());
    }

    /** By the fastest algorithm of a class, prepared once, in NHWC. */
    static Work prepared(ConvCase kase, NumericClass allowed, int threads) {
        ConvShape s = kase.shape(Layout.NHWC);
        var pool = new WorkerPool(threads);
        var conv = PreparedConv2D.of(
                ConvAlgorithm.fastest(allowed, s), s, kase.weights(), 0, Epilogue.biasAlongN(kase.bias(), 0));
        var workspace = new Workspace(pool, conv.workspaceFloats(pool));
        float[] src = kase.src();
        float[] dst = new float[s.destinationElements()];
        return new Call(() -> conv.forward(src, 0, dst, 0, workspace), () -> dst, pool);
    }

    static Work backwardData(ConvCase kase, Layout layout, int threads) {
        ConvShape s = kase.shape(layout);
        Workspace workspace = workspace(s, threads);
        float[] diffDst = destination(kase, layout);
        float[] weights = kase.weights();
        float[] diffSrc = new float[s.sourceElements()];
        return new Call(
                () -> Conv2D.backwardData(s, diffDst, 0, weights, 0, diffSrc, 0, workspace),
                () -> canonical(diffSrc, layout, kase.batch(), kase.channels()),
                workspace.pool());
    }

    static Work backwardWeights(ConvCase kase, Layout layout, int threads) {
        ConvShape s = kase.shape(layout);
        Workspace workspace = workspace(s, threads);
        float[] src = source(kase, layout);
        float[] diffDst = destination(kase, layout);
        float[] diffWeights = new float[s.weightElements()];
        return new Call(
                () -> Conv2D.backwardWeights(s, src, 0, diffDst, 0, diffWeights, 0, workspace),
                () -> diffWeights,
                workspace.pool());
    }

    /** The classical way: the whole column matrix, then one product with weights packed before. One group, NHWC. */
    static Work byColumns(ConvCase kase, int threads) {
        ConvShape s = kase.shape(Layout.NHWC);
        int patch = s.kernelHeight() * s.kernelWidth() * s.channels();
        GemmShape product = GemmShape.of(s.batch() * s.outHeight() * s.outWidth(), s.outChannels(), patch);
        var pool = new WorkerPool(threads);
        float[] src = kase.src();
        float[] columns = new float[s.columnElements()];
        PackedMatrix weights = PackedMatrix.pack(product, 1f, kase.weights(), 0);
        float[] dst = new float[s.destinationElements()];
        Epilogue epilogue = Epilogue.biasAlongN(kase.bias(), 0);
        return new Call(
                () -> {
                    Im2Col.transform(s, src, 0, columns, 0, pool);
                    Gemm.multiply(product, columns, 0, weights, 0f, dst, 0, epilogue, pool);
                },
                () -> dst,
                pool);
    }

    static Work im2col(ConvCase kase, int threads) {
        ConvShape s = kase.shape(Layout.NHWC);
        var pool = new WorkerPool(threads);
        float[] src = kase.src();
        float[] columns = new float[s.columnElements()];
        return new Call(() -> Im2Col.transform(s, src, 0, columns, 0, pool), () -> columns, pool);
    }

    static Work col2im(ConvCase kase, int threads) {
        ConvShape s = kase.shape(Layout.NHWC);
        var pool = new WorkerPool(threads);
        float[] columns = kase.columns();
        float[] image = new float[s.sourceElements()];
        return new Call(() -> Col2Im.transform(s, columns, 0, image, 0, pool), () -> image, pool);
    }

    private static Workspace workspace(ConvShape s, int threads) {
        var pool = new WorkerPool(threads);
        return new Workspace(pool, Conv2D.workspaceFloats(s, pool));
    }

    private static float[] source(ConvCase kase, Layout layout) {
        return layout == Layout.NHWC ? kase.src() : Layouts.channelsFirst(kase.src(), kase.batch(), kase.channels());
    }

    private static float[] destination(ConvCase kase, Layout layout) {
        return layout == Layout.NHWC
                ? kase.diffDst()
                : Layouts.channelsFirst(kase.diffDst(), kase.batch(), kase.outChannels());
    }

    private static float[] canonical(float[] values, Layout layout, int batch, int channels) {
        return layout == Layout.NHWC ? values : Layouts.channelsLast(values, batch, channels);
    }
}

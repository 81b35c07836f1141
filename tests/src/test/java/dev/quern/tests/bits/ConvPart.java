// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.bits;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.Col2Im;
import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Im2Col;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.conv.LayoutConversion;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.toolkit.Data;
import java.util.List;
import java.util.function.Consumer;

/** Convolutions and their gradients: plain, strided, dilated, in groups, depthwise, with one input channel. */
final class ConvPart {
    private ConvPart() {}

    static void addTo(Workload workload) {
        addWinograd(workload);
        for (Layout layout : Layout.values()) {
            List<ConvShape> shapes = List.of(
                    ConvShape.of(layout, 10, 9, 8, 17, 33, 3, 3).withPadding(1, 1, 1, 1),
                    ConvShape.of(layout, 3, 28, 28, 1, 6, 5, 5).withPadding(2, 2, 2, 2),
                    ConvShape.of(layout, 2, 21, 40, 3, 8, 7, 7)
                            .withPadding(3, 3, 3, 3)
                            .withStrides(2, 2),
                    ConvShape.of(layout, 9, 10, 17, 32, 16, 3, 3).withPadding(1, 1, 1, 1),
                    ConvShape.of(layout, 1, 2, 14, 64, 64, 3, 3).withPadding(1, 1, 1, 1),
                    ConvShape.of(layout, 2, 11, 16, 16, 32, 3, 3)
                            .withPadding(1, 1, 1, 1)
                            .withStrides(2, 2),
                    ConvShape.of(layout, 2, 40, 31, 6, 6, 3, 3)
                            .withPadding(1, 0, 2, 1)
                            .withStrides(2, 1)
                            .withDilations(1, 2)
                            .withGroups(3),
                    ConvShape.of(layout, 9, 9, 11, 40, 40, 3, 3)
                            .withPadding(1, 1, 1, 1)
                            .withGroups(40),
                    ConvShape.of(layout, 2, 11, 12, 56, 56, 3, 3)
                            .withPadding(1, 1, 1, 1)
                            .withStrides(2, 2)
                            .withGroups(56),
                    ConvShape.of(layout, 2, 5, 6, 256, 256, 3, 3)
                            .withPadding(1, 1, 1, 1)
                            .withGroups(256),
                    ConvShape.of(layout, 1, 7, 7, 512, 512, 3, 3)
                            .withPadding(1, 1, 1, 1)
                            .withGroups(512),
                    ConvShape.of(layout, 2, 5, 6, 768, 768, 3, 3)
                            .withPadding(1, 1, 1, 1)
                            .withStrides(2, 2)
                            .withGroups(768),
                    ConvShape.of(layout, 2, 11, 9, 19, 38, 5, 3)
                            .withPadding(2, 2, 1, 1)
                            .withStrides(2, 2)
                            .withGroups(19));
            for (ConvShape shape : shapes) {
                add(workload, shape);
            }
        }
    }

    private static void addWinograd(Workload workload) {
        ConvShape s = ConvShape.of(Layout.NHWC, 2, 10, 13, 19, 70, 3, 3).withPadding(1, 1, 1, 1);
        float[] src = Data.uniform(s.sourceElements(), 1);
        float[] weights = Data.uniform(s.weightElements(), 2);
        Epilogue epilogue = Epilogue.biasAlongN(Data.uniform(s.outChannels(), 5), 0);
        for (ConvAlgorithm algorithm : List.of(ConvAlgorithm.WINOGRAD_2X2, ConvAlgorithm.WINOGRAD_4X4)) {
            workload.add("conv forward " + algorithm, pool -> {
                float[] dst = new float[s.destinationElements()];
                try (var workspace = new Workspace(pool, Conv2D.workspaceFloats(algorithm, s, pool))) {
                    Conv2D.forward(algorithm, s, src, 0, weights, 0, epilogue, dst, 0, workspace);
                }
                return dst;
            });
        }
    }

    private static void add(Workload workload, ConvShape s) {
        String name = s.layout() + " " + s.channels() + " to " + s.outChannels();
        float[] src = Data.uniform(s.sourceElements(), 1);
        float[] weights = Data.uniform(s.weightElements(), 2);
        float[] diffDst = Data.uniform(s.destinationElements(), 3);
        float[] columns = Data.uniform(s.columnElements(), 4);
        Epilogue epilogue =
                Epilogue.biasAlongN(Data.uniform(s.outChannels(), 5), 0).then(Activation.RELU);
        workload.add("conv forward " + name, pool -> {
            float[] dst = new float[s.destinationElements()];
            with(s, pool, ws -> Conv2D.forward(s, src, 0, weights, 0, epilogue, dst, 0, ws));
            return dst;
        });
        workload.add("conv backwardData " + name, pool -> {
            float[] diffSrc = new float[s.sourceElements()];
            with(s, pool, ws -> Conv2D.backwardData(s, diffDst, 0, weights, 0, diffSrc, 0, ws));
            return diffSrc;
        });
        workload.add("conv backwardWeights " + name, pool -> {
            float[] diffWeights = new float[s.weightElements()];
            with(s, pool, ws -> Conv2D.backwardWeights(s, src, 0, diffDst, 0, diffWeights, 0, ws));
            return diffWeights;
        });
        workload.add("conv backwardBias " + name, pool -> {
            float[] diffBias = new float[s.outChannels()];
            Conv2D.backwardBias(s, diffDst, 0, diffBias, 0);
            return diffBias;
        });
        workload.add("im2col " + name, pool -> {
            float[] result = new float[s.columnElements()];
            Im2Col.transform(s, src, 0, result, 0, pool);
            return result;
        });
        workload.add("col2im " + name, pool -> {
            float[] result = new float[s.sourceElements()];
            Col2Im.transform(s, columns, 0, result, 0, pool);
            return result;
        });
        workload.add("layout conversion " + name, pool -> {
            Layout other = s.layout() == Layout.NHWC ? Layout.NCHW : Layout.NHWC;
            float[] result = new float[s.sourceElements()];
            LayoutConversion.convert(
                    s.layout(), other, s.batch(), s.height(), s.width(), s.channels(), src, 0, result, 0, pool);
            return result;
        });
    }

    private static void with(ConvShape s, WorkerPool pool, Consumer<Workspace> call) {
        try (var workspace = new Workspace(pool, Conv2D.workspaceFloats(s, pool))) {
            call.accept(workspace);
        }
    }
}

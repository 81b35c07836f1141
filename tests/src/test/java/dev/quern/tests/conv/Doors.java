// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;

/** The plainest calls. */
final class Doors {
    private Doors() {}

    static float[] forward(ConvShape shape, float[] src, float[] weights) {
        float[] dst = new float[shape.destinationElements()];
        try (var workspace = new Workspace(Conv2D.workspaceFloats(shape, WorkerPool.CALLER))) {
            Conv2D.forward(shape, src, 0, weights, 0, Epilogue.NONE, dst, 0, workspace);
        }
        return dst;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;
import java.util.Objects;

/** Refuses null among what a {@link Layer} or a {@link Merge} is given, by the names that these have for it. */
final class Given {
    private Given() {}

    static void build(Plan plan, int... inputShape) {
        Objects.requireNonNull(plan, "plan");
        Objects.requireNonNull(inputShape, "inputShape");
    }

    static void build(Plan plan, int[][] inputShapes) {
        Objects.requireNonNull(plan, "plan");
        for (int[] inputShape : Objects.requireNonNull(inputShapes, "inputShapes")) {
            Objects.requireNonNull(inputShape, "inputShapes");
        }
    }

    static void forward(Tensor src, Tensor dst, Workspace workspace) {
        Objects.requireNonNull(src, "src");
        Objects.requireNonNull(dst, "dst");
        Objects.requireNonNull(workspace, "workspace");
    }

    static void forward(Tensor[] srcs, Tensor dst, Workspace workspace) {
        for (Tensor src : Objects.requireNonNull(srcs, "srcs")) {
            Objects.requireNonNull(src, "srcs");
        }
        Objects.requireNonNull(dst, "dst");
        Objects.requireNonNull(workspace, "workspace");
    }

    static void backward(Tensor src, Tensor dst, Tensor diffDst, Workspace workspace) {
        forward(src, dst, workspace);
        Objects.requireNonNull(diffDst, "diffDst");
    }

    static void backward(Tensor[] srcs, Tensor dst, Tensor diffDst, Tensor[] diffSrcs, Workspace workspace) {
        forward(srcs, dst, workspace);
        Objects.requireNonNull(diffDst, "diffDst");
        Objects.requireNonNull(diffSrcs, "diffSrcs");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.elementwise.Rows;
import dev.quern.kernels.parallel.Workspace;
import java.util.Arrays;

/**
 * Inputs side by side along the last dimension, in their order; all other dimensions must agree. Each gets its part of
 * the gradient.
 */
public final class Concatenate implements Merge {
    private int[] columns;
    private int width;

    /** A concatenation without settings. */
    public Concatenate() {}

    @Override
    public String kind() {
        return "concatenate";
    }

    @Override
    public int[] build(Plan plan, int[][] inputShapes) {
        Given.build(plan, inputShapes);
        plan.requireNew(columns);
        int[] first = inputShapes[0];
        int last = first.length - 1;
        if (last < 0) {
            throw plan.refuse(first, "one dimension or more");
        }
        int[] lengths = new int[inputShapes.length];
        long sum = 0;
        for (int k = 0; k < lengths.length; k++) {
            int[] shape = inputShapes[k];
            if (shape.length != first.length || !Arrays.equals(shape, 0, last, first, 0, last)) {
                throw plan.refuse(
                        shape, "that of its first input, " + Shapes.text(first) + ", but for the last number");
            }
            lengths[k] = shape[last];
            sum += shape[last];
        }
        if (sum > Integer.MAX_VALUE) {
            throw plan.refuse(first, "at most " + Integer.MAX_VALUE + " in the last dimension together");
        }
        columns = lengths;
        width = (int) sum;
        int[] outputShape = first.clone();
        outputShape[last] = width;
        return outputShape;
    }

    @Override
    public void forward(Tensor[] srcs, Tensor dst, boolean training, Workspace workspace) {
        Given.forward(srcs, dst, workspace);
        int at = 0;
        for (int k = 0; k < columns.length; k++) {
            int rows = rows(dst);
            Rows.copy(rows, columns[k], srcs[k].data(), 0, columns[k], dst.data(), at, width, workspace.pool());
            at += columns[k];
        }
    }

    @Override
    public void backward(Tensor[] srcs, Tensor dst, Tensor diffDst, Tensor[] diffSrcs, Workspace workspace) {
        Given.backward(srcs, dst, diffDst, diffSrcs, workspace);
        int at = 0;
        for (int k = 0; k < columns.length; k++) {
            if (diffSrcs[k] != null) {
                float[] part = diffSrcs[k].data();
                Rows.copy(rows(dst), columns[k], diffDst.data(), at, width, part, 0, columns[k], workspace.pool());
            }
            at += columns[k];
        }
    }

    private int rows(Tensor tensor) {
        return width == 0 ? 0 : tensor.elements() / width;
    }

    /** For a plan, with so many elements an image. */
    Operation operation(int elements) {
        return new Planned(columns.clone(), width, elements);
    }

    private record Planned(int[] columns, int width, int elements) implements Operation {
        @Override
        public String text() {
            return "copies side by side";
        }

        @Override
        public Call bind(int batch) {
            int rows = width == 0 ? 0 : elements * batch / width;
            return (srcs, dst, scratch, workspace) -> {
                int at = 0;
                for (int k = 0; k < columns.length; k++) {
                    Rows.copy(rows, columns[k], srcs[k], 0, columns[k], dst, at, width, workspace.pool());
                    at += columns[k];
                }
            };
        }
    }
}

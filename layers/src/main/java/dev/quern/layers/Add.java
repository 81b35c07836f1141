// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.elementwise.ElementWise;
import dev.quern.kernels.parallel.Workspace;
import java.util.Arrays;

/**
 * The sum of inputs of one shape, the second added to the first, then the third, and so on. Each gets the gradient of the
 * output.
 */
public final class Add implements Merge {
    /** A sum without settings. */
    public Add() {}

    @Override
    public String kind() {
        return "add";
    }

    @Override
    public int[] build(Plan plan, int[][] inputShapes) {
        Given.build(plan, inputShapes);
        for (int[] shape : inputShapes) {
            if (!Arrays.equals(shape, inputShapes[0])) {
                throw plan.refuse(shape, "the shape of its first input, " + Shapes.text(inputShapes[0]));
            }
        }
        return inputShapes[0];
    }

    @Override
    public void forward(Tensor[] srcs, Tensor dst, boolean training, Workspace workspace) {
        Given.forward(srcs, dst, workspace);
        int n = dst.elements();
        float[] sum = dst.data();
        if (srcs.length == 1) {
            System.arraycopy(srcs[0].data(), 0, sum, 0, n);
        }
        for (int k = 1; k < srcs.length; k++) {
            float[] before = k == 1 ? srcs[0].data() : sum;
            ElementWise.add(n, before, 0, srcs[k].data(), 0, sum, 0, workspace.pool());
        }
    }

    @Override
    public void backward(Tensor[] srcs, Tensor dst, Tensor diffDst, Tensor[] diffSrcs, Workspace workspace) {
        Given.backward(srcs, dst, diffDst, diffSrcs, workspace);
        for (Tensor diffSrc : diffSrcs) {
            if (diffSrc != null && diffSrc.data() != diffDst.data()) {
                System.arraycopy(diffDst.data(), 0, diffSrc.data(), 0, diffDst.elements());
            }
        }
    }

    /** For a plan, of so many inputs with so many elements an image. */
    Operation operation(int count, int elements) {
        return new Planned(count, elements);
    }

    private record Planned(int count, int elements) implements Operation {
        @Override
        public String text() {
            return "sum";
        }

        @Override
        public boolean inPlace() {
            return true;
        }

        @Override
        public Call bind(int batch) {
            int n = elements * batch;
            return (srcs, dst, scratch, workspace) -> {
                if (count == 1) {
                    System.arraycopy(srcs[0], 0, dst, 0, n);
                }
                for (int k = 1; k < count; k++) {
                    float[] before = k == 1 ? srcs[0] : dst;
                    ElementWise.add(n, before, 0, srcs[k], 0, dst, 0, workspace.pool());
                }
            };
        }
    }
}

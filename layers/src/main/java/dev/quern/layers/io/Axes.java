// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import dev.quern.layers.Tensor;

/** Changes the order of a tensor's dimensions. */
final class Axes {
    private Axes() {}

    /** A new tensor whose dimension i is dimension {@code axes[i]} of the source. */
    static Tensor permuted(Tensor src, int... axes) {
        int rank = axes.length;
        int[] srcStride = new int[rank];
        int stride = 1;
        for (int i = rank - 1; i >= 0; i--) {
            srcStride[i] = stride;
            stride *= src.dimension(i);
        }
        int[] shape = new int[rank];
        int[] step = new int[rank];
        for (int i = 0; i < rank; i++) {
            shape[i] = src.dimension(axes[i]);
            step[i] = srcStride[axes[i]];
        }
        float[] dst = new float[src.elements()];
        gather(src.data(), dst, shape, step);
        return Tensor.of(dst, shape);
    }

    private static void gather(float[] src, float[] dst, int[] shape, int[] step) {
        int[] index = new int[shape.length];
        int from = 0;
        for (int i = 0; i < dst.length; i++) {
            dst[i] = src[from];
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                from += step[axis];
                if (++index[axis] < shape[axis]) {
                    break;
                }
                from -= step[axis] * shape[axis];
                index[axis] = 0;
            }
        }
    }

    /** The dimensions from last to first. */
    static Tensor reversed(Tensor src) {
        int[] axes = new int[src.rank()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = axes.length - 1 - i;
        }
        return permuted(src, axes);
    }

    static int[] reversed(int[] shape) {
        int[] reversed = new int[shape.length];
        for (int i = 0; i < shape.length; i++) {
            reversed[i] = shape[shape.length - 1 - i];
        }
        return reversed;
    }
}

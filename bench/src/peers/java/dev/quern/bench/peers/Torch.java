// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

/**
 * The tensors of one computation in PyTorch, in native memory that is given back when it is closed.
 *
 * @param manager DJL's owner of them
 */
record Torch(PtNDManager manager) implements AutoCloseable {
    /** Loads PyTorch, where that has not happened, and fixes its number of threads. */
    static Torch open(int threads) throws PeerUnavailableException {
        try {
            var manager = (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
            JniUtils.setNumThreads(threads);
            return new Torch(manager);
        } catch (EngineException | LinkageError e) {
            throw new PeerUnavailableException("pytorch", e);
        }
    }

    /** A contiguous tensor. */
    PtNDArray tensor(float[] values, long... shape) {
        return (PtNDArray) manager.create(values, new Shape(shape));
    }

    /** Class indices. */
    PtNDArray indices(long[] values, long... shape) {
        return (PtNDArray) manager.create(values, new Shape(shape));
    }

    /**
     * Images that are NHWC here, as the (n, c, h, w) tensor that PyTorch wants.
     *
     * @param channelsLast whether it lies in memory as NHWC, PyTorch's memory format "channels last", or as NCHW
     */
    PtNDArray images(float[] nhwc, boolean channelsLast, int n, int h, int w, int c) {
        return channelsLast
                ? tensor(nhwc, n, h, w, c).transpose(0, 3, 1, 2)
                : tensor(Relayout.transpose(nhwc, n, h * w, c), n, c, h, w);
    }

    /** Weights that are HWIO here, as an (o, i, h, w) tensor in either memory format. */
    PtNDArray weights(float[] hwio, boolean channelsLast, int kernel, int in, int out) {
        int taps = kernel * kernel;
        return channelsLast
                ? tensor(Relayout.transpose(hwio, 1, taps * in, out), out, kernel, kernel, in)
                        .transpose(0, 3, 1, 2)
                : tensor(Relayout.hwioToOihw(hwio, taps, in, out), out, in, kernel, kernel);
    }

    /** The numbers of (n, c, h, w) images, NHWC. */
    static float[] nhwc(NDArray images) {
        Shape s = images.getShape();
        int area = (int) (s.get(2) * s.get(3));
        return Relayout.transpose(images.toFloatArray(), (int) s.get(0), (int) s.get(1), area);
    }

    /** The numbers of (o, i, h, w) weights, HWIO. */
    static float[] hwio(NDArray weights) {
        Shape s = weights.getShape();
        int taps = (int) (s.get(2) * s.get(3));
        return Relayout.oihwToHwio(weights.toFloatArray(), taps, (int) s.get(1), (int) s.get(0));
    }

    /** A square. */
    static Shape square(long size) {
        return new Shape(size, size);
    }

    @Override
    public void close() {
        manager.close();
    }
}

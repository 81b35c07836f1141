// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.BatchNorm;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Conv2DTranspose;
import dev.quern.layers.Dense;
import dev.quern.layers.DepthwiseConv2D;
import dev.quern.layers.Flatten;
import dev.quern.layers.Layer;
import dev.quern.layers.Sequential;
import dev.quern.layers.Tensor;
import dev.quern.layers.io.WeightOrder;
import dev.quern.layers.io.Weights;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Small worked examples; and whole numbers through a layer give what the other framework's formula gives. */
class WeightOrderTest {
    @Test
    void pyTorchConvolution() {
        // Filter k, channel c, row h, column w has the value kchw: two filters, two channels, kernels of 1×3.
        Tensor theirs = Tensor.of(new float[] {0, 1, 2, 100, 101, 102, 1000, 1001, 1002, 1100, 1101, 1102}, 2, 2, 1, 3);
        Tensor ours = Tensor.of(new float[] {0, 1000, 100, 1100, 1, 1001, 101, 1101, 2, 1002, 102, 1102}, 1, 3, 2, 2);
        Disk.assertSame(ours, WeightOrder.fromPyTorchConv(theirs));
        Disk.assertSame(theirs, WeightOrder.toPyTorchConv(ours));
    }

    @Test
    void pyTorchDepthwise() {
        // Two channels, two filters each, kernels of 2×1: filter k, row h has the value 10k + h.
        Tensor theirs = Tensor.of(new float[] {0, 1, 10, 11, 20, 21, 30, 31}, 4, 1, 2, 1);
        Tensor ours = Tensor.of(new float[] {0, 10, 20, 30, 1, 11, 21, 31}, 2, 1, 1, 4);
        Disk.assertSame(ours, WeightOrder.fromPyTorchConv(theirs));
    }

    @Test
    void pyTorchLinear() {
        Tensor theirs = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Tensor ours = Tensor.of(new float[] {1, 4, 2, 5, 3, 6}, 3, 2);
        Disk.assertSame(ours, WeightOrder.fromPyTorchLinear(theirs));
        Disk.assertSame(theirs, WeightOrder.toPyTorchLinear(ours));
    }

    @Test
    void kerasDepthwise() {
        // Row h, column w, channel c, multiple m has the value hwcm: one row, two columns, two channels, three
        // multiples.
        float[] values = {0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112};
        Tensor theirs = Tensor.of(values, 1, 2, 2, 3);
        Tensor ours = Tensor.of(values, 1, 2, 1, 6);
        Disk.assertSame(ours, WeightOrder.fromKerasDepthwise(theirs));
        Disk.assertSame(theirs, WeightOrder.toKerasDepthwise(ours, 2));
    }

    @Test
    void channelsFirst() {
        // Input (c, h, w), unit u has the value chwu: two channels, one row, three columns, two units.
        Tensor theirs = Tensor.of(new float[] {0, 1, 10, 11, 20, 21, 1000, 1001, 1010, 1011, 1020, 1021}, 6, 2);
        Tensor ours = Tensor.of(new float[] {0, 1, 1000, 1001, 10, 11, 1010, 1011, 20, 21, 1020, 1021}, 6, 2);
        Disk.assertSame(ours, WeightOrder.fromChannelsFirst(theirs, 2, 1, 3));
        Disk.assertSame(theirs, WeightOrder.toChannelsFirst(ours, 2, 1, 3));
    }

    @Test
    void runningStatistics() {
        Tensor mean = Tensor.of(new float[] {1, 2, 9}, 2);
        Tensor variance = Tensor.of(new float[] {3, 4}, 2);
        Disk.assertSame(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2), WeightOrder.running(mean, variance));
    }

    @Test
    void aConvolutionGivesWhatPyTorchsFormulaGives() {
        int height = 4, width = 3, channels = 4, filters = 6, groups = 2, kernelHeight = 3, kernelWidth = 2;
        Tensor theirs = counted(filters, channels / groups, kernelHeight, kernelWidth);
        Tensor images = counted(1, channels, height, width);
        var layer = new Conv2D(filters, kernelHeight, kernelWidth).groups(groups);
        float[] actual = output(layer, WeightOrder.fromPyTorchConv(theirs), channelsLast(images), "conv2d_1");
        int outHeight = height - kernelHeight + 1, outWidth = width - kernelWidth + 1;
        float[] expected = new float[outHeight * outWidth * filters];
        for (int k = 0; k < filters; k++) {
            for (int y = 0; y < outHeight; y++) {
                for (int x = 0; x < outWidth; x++) {
                    float sum = 0;
                    for (int c = 0; c < channels / groups; c++) {
                        int channel = k / (filters / groups) * (channels / groups) + c;
                        for (int h = 0; h < kernelHeight; h++) {
                            for (int w = 0; w < kernelWidth; w++) {
                                sum += at(theirs, k, c, h, w) * at(images, 0, channel, y + h, x + w);
                            }
                        }
                    }
                    expected[(y * outWidth + x) * filters + k] = sum;
                }
            }
        }
        assertArrayEquals(expected, actual);
    }

    @Test
    void aTransposedConvolutionGivesWhatPyTorchsFormulaGives() {
        int size = 3, channels = 2, filters = 3, kernelHeight = 2, kernelWidth = 3, stride = 2;
        Tensor theirs = counted(channels, filters, kernelHeight, kernelWidth);
        Tensor images = counted(1, channels, size, size);
        var layer = new Conv2DTranspose(filters, kernelHeight, kernelWidth).strides(stride);
        float[] actual = output(layer, WeightOrder.fromPyTorchConv(theirs), channelsLast(images), "conv2d_transpose_1");
        int outHeight = (size - 1) * stride + kernelHeight, outWidth = (size - 1) * stride + kernelWidth;
        float[] expected = new float[outHeight * outWidth * filters];
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < size * size; i++) {
                for (int k = 0; k < filters * kernelHeight * kernelWidth; k++) {
                    int w = k % kernelWidth, h = k / kernelWidth % kernelHeight, f = k / (kernelWidth * kernelHeight);
                    int y = i / size * stride + h, x = i % size * stride + w;
                    expected[(y * outWidth + x) * filters + f] +=
                            at(images, 0, c, i / size, i % size) * at(theirs, c, f, h, w);
                }
            }
        }
        assertArrayEquals(expected, actual);
    }

    @Test
    void batchNormalisationTakesRunningStatistics() {
        Sequential model = new Sequential("net").add(new BatchNorm().epsilon(1)).build(WorkerPool.CALLER, 1, 1, 2);
        Map<String, Tensor> values = new HashMap<>(Weights.tensors(model));
        Tensor mean = Tensor.of(new float[] {10, 20}, 2);
        Tensor variance = Tensor.of(new float[] {3, 15}, 2);
        values.put("batch_norm_1/running", WeightOrder.running(mean, variance));
        Weights.set(model, values);
        // (x - mean) / √(variance + epsilon)
        assertArrayEquals(
                new float[] {2, -1},
                model.predict(Tensor.of(new float[] {14, 16}, 1, 2)).data());
    }

    @Test
    void aDepthwiseConvolutionGivesWhatKerassFormulaGives() {
        int size = 3, channels = 3, multiplier = 2, kernel = 2;
        Tensor theirs = counted(kernel, kernel, channels, multiplier);
        Tensor images = counted(1, size, size, channels);
        var layer = new DepthwiseConv2D(kernel).multiplier(multiplier);
        float[] actual = output(layer, WeightOrder.fromKerasDepthwise(theirs), images, "depthwise_conv2d_1");
        int out = size - kernel + 1;
        float[] expected = new float[out * out * channels * multiplier];
        for (int i = 0; i < expected.length; i++) {
            int m = i % multiplier, c = i / multiplier % channels;
            int x = i / (multiplier * channels) % out, y = i / (multiplier * channels * out);
            for (int h = 0; h < kernel; h++) {
                for (int w = 0; w < kernel; w++) {
                    expected[i] += at(theirs, h, w, c, m) * at(images, 0, y + h, x + w, c);
                }
            }
        }
        assertArrayEquals(expected, actual);
    }

    @Test
    void aDenseLayerAfterFlattenGivesWhatPyTorchsFormulaGives() {
        int channels = 3, height = 2, width = 2, units = 5;
        Tensor theirs = counted(units, channels * height * width);
        Tensor images = counted(1, channels, height, width);
        Tensor ours = WeightOrder.fromChannelsFirst(WeightOrder.fromPyTorchLinear(theirs), channels, height, width);
        float[] actual = output(new Dense(units), ours, channelsLast(images), "dense_1");
        float[] expected = new float[units];
        for (int u = 0; u < units; u++) {
            for (int i = 0; i < images.elements(); i++) {
                expected[u] += theirs.data()[u * images.elements() + i] * images.data()[i];
            }
        }
        assertArrayEquals(expected, actual);
    }

    @Test
    void otherShapesAreRefused() {
        Tensor cube = Tensor.zeros(2, 3, 4);
        illegal(() -> WeightOrder.fromPyTorchConv(cube), "[2, 3, 4]", "(filters, channels, height, width)");
        illegal(() -> WeightOrder.toPyTorchConv(cube), "[2, 3, 4]");
        illegal(() -> WeightOrder.fromPyTorchLinear(cube), "(units, inputs)");
        illegal(() -> WeightOrder.toPyTorchLinear(cube), "(inputs, units)");
        illegal(() -> WeightOrder.fromKerasDepthwise(cube), "(height, width, channels, multiplier)");
        illegal(() -> WeightOrder.fromKerasDepthwise(Tensor.zeros(0, 1, 65536, 65536)), "4294967296 filters");
        illegal(() -> WeightOrder.toKerasDepthwise(Tensor.zeros(1, 1, 2, 4), 2), "[1, 1, 2, 4]", "channels = 2");
        illegal(() -> WeightOrder.toKerasDepthwise(Tensor.zeros(1, 1, 1, 4), 3), "channels = 3");
        illegal(() -> WeightOrder.toKerasDepthwise(Tensor.zeros(1, 1, 1, 4), 0), "channels = 0");
        illegal(() -> WeightOrder.fromChannelsFirst(cube, 1, 1, 2), "(inputs, units)");
        illegal(() -> WeightOrder.fromChannelsFirst(Tensor.zeros(12, 2), 3, 2, 3), "12 inputs", "3, 2 and 3");
        illegal(() -> WeightOrder.toChannelsFirst(Tensor.zeros(0, 2), 0, 2, 3), "0 inputs");
        illegal(() -> WeightOrder.fromChannelsFirst(Tensor.zeros(12, 2), 1 << 30, 1 << 30, 16), "12 inputs");
        illegal(() -> WeightOrder.running(Tensor.zeros(2), Tensor.zeros(3)), "[2]", "[3]");
        illegal(() -> WeightOrder.running(Tensor.zeros(2, 1), Tensor.zeros(2)), "[2, 1]", "(channels)");
        Disk.refusedCall(NullPointerException.class, () -> WeightOrder.running(cube, null), "variance");
        Disk.refusedCall(NullPointerException.class, () -> WeightOrder.fromPyTorchLinear(null), "weights");
    }

    private static void illegal(Executable call, String... parts) {
        Disk.refusedCall(IllegalArgumentException.class, call, parts);
    }

    /** Small whole numbers, no two neighbours alike, whose sums are exact in any order. */
    private static Tensor counted(int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.elements(); i++) {
            tensor.data()[i] = i * 37 % 101 - 50;
        }
        return tensor;
    }

    private static float at(Tensor tensor, int... index) {
        int offset = 0;
        for (int axis = 0; axis < index.length; axis++) {
            offset = offset * tensor.dimension(axis) + index[axis];
        }
        return tensor.data()[offset];
    }

    /** (1, C, H, W) to (1, H, W, C). */
    private static Tensor channelsLast(Tensor images) {
        int channels = images.dimension(1), height = images.dimension(2), width = images.dimension(3);
        Tensor result = Tensor.zeros(1, height, width, channels);
        for (int i = 0; i < result.elements(); i++) {
            int c = i % channels, w = i / channels % width, h = i / (channels * width);
            result.data()[i] = at(images, 0, c, h, w);
        }
        return result;
    }

    /** What a layer with these weights and no bias makes of an image. */
    private static float[] output(Layer layer, Tensor weights, Tensor image, String name) {
        var model = new Sequential("net");
        if (layer instanceof Dense) {
            model.add(new Flatten());
        }
        model.add(layer).build(WorkerPool.CALLER, 1, 1, image.dimension(1), image.dimension(2), image.dimension(3));
        Tensor bias = Tensor.zeros(model.parameters().get(1).value().elements());
        Weights.set(model, Map.of(name + "/weights", weights, name + "/bias", bias));
        return model.predict(image).data();
    }
}

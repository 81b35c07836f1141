// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import java.util.ArrayList;
import java.util.List;

/**
 * Networks that are convolutions one after the other, then the average of each channel and a dense layer; which
 * convolutions, as data. Images have three channels. Each convolution has as much padding on all sides as keeps the size
 * at stride 1, and ReLU behind it, but for the last of a block and its short cut, which are added first.
 */
public enum ConvStack {
    /** K. He, X. Zhang, S. Ren, J. Sun: Deep residual learning for image recognition, CVPR 2016, section 4.2; option B. */
    RESNET20("resnet20", 32, 10, resNet20()),
    /** The same, section 4.1, with the strides of a block in its convolution of 3×3, which is called version 1.5. */
    RESNET50("resnet50", 224, 1000, resNet50()),
    /** A. Howard and others: MobileNets, arXiv 1704.04861, table 1. */
    MOBILENET1("mobilenet1", 224, 1000, mobileNet1());

    /** Channels of an image. */
    public static final int CHANNELS = 3;

    private final String label;
    private final int side;
    private final int classes;
    private final List<Block> blocks;

    ConvStack(String label, int side, int classes, List<Block> blocks) {
        this.label = label;
        this.side = side;
        this.classes = classes;
        this.blocks = blocks;
    }

    /** What follows a block. */
    private enum After {
        NOTHING,
        /** What went into the block is added: itself, or a convolution of 1×1 of it where the block changes the shape. */
        SUM,
        /** Maxima over 3×3, every second. */
        POOL
    }

    private record Filter(int kernel, int filters, int stride, boolean depthwise) {}

    private record Block(After after, List<Filter> filters) {
        Block(After after, Filter... filters) {
            this(after, List.of(filters));
        }
    }

    private static Filter conv(int kernel, int filters, int stride) {
        return new Filter(kernel, filters, stride, false);
    }

    private static List<Block> resNet20() {
        var blocks = new ArrayList<Block>();
        blocks.add(new Block(After.NOTHING, conv(3, 16, 1)));
        for (int i = 0; i < 9; i++) {
            int filters = 16 << i / 3;
            int stride = i == 3 || i == 6 ? 2 : 1;
            blocks.add(new Block(After.SUM, conv(3, filters, stride), conv(3, filters, 1)));
        }
        return blocks;
    }

    private static List<Block> resNet50() {
        var blocks = new ArrayList<Block>();
        blocks.add(new Block(After.POOL, conv(7, 64, 2)));
        int[] stages = {3, 4, 6, 3};
        for (int stage = 0; stage < stages.length; stage++) {
            int filters = 64 << stage;
            for (int i = 0; i < stages[stage]; i++) {
                int stride = i == 0 && stage > 0 ? 2 : 1;
                blocks.add(
                        new Block(After.SUM, conv(1, filters, 1), conv(3, filters, stride), conv(1, 4 * filters, 1)));
            }
        }
        return blocks;
    }

    private static List<Block> mobileNet1() {
        var blocks = new ArrayList<Block>();
        blocks.add(new Block(After.NOTHING, conv(3, 32, 2)));
        int[] filters = {32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024};
        for (int i = 1; i < filters.length; i++) {
            // Where the filters become more the image becomes smaller, but for the first time.
            int stride = i > 1 && filters[i] > filters[i - 1] ? 2 : 1;
            blocks.add(new Block(After.NOTHING, new Filter(3, filters[i - 1], stride, true), conv(1, filters[i], 1)));
        }
        return blocks;
    }

    /**
     * A convolution.
     *
     * @param index counts from 0
     * @param side height and width of its source
     * @param depthwise whether every channel has a filter of its own
     * @param relu whether ReLU follows at once
     */
    public record Convolution(
            int index, int side, int channels, int filters, int kernel, int stride, boolean depthwise, boolean relu) {
        /** On each side. */
        public int padding() {
            return kernel / 2;
        }

        /** Height and width of its destination. */
        public int outSide() {
            return side / stride;
        }

        /** As many as channels for a depthwise one, else 1. */
        public int groups() {
            return depthwise ? channels : 1;
        }

        /** Inputs that one output is made of. */
        public int terms() {
            return kernel * kernel * (channels / groups());
        }

        /** The same alone, as a case of the suites of convolutions. */
        public ConvCase alone(int batch) {
            var kind = depthwise ? ConvCase.Kind.DEPTHWISE : ConvCase.Kind.PLAIN;
            return new ConvCase(kind, channels, side, filters, kernel, stride, padding(), 1, batch);
        }

        /** What the kernels call it, NHWC. */
        public ConvShape shape(int batch) {
            return alone(batch).shape(Layout.NHWC);
        }
    }

    /**
     * What is made of each layer.
     *
     * @param <T> stands for the images on their way
     */
    public interface Layers<T> {
        /** A convolution with what belongs to it. */
        T convolution(T src, Convolution layer);

        /** The sum of a block and its short cut, through ReLU. */
        T sum(T block, T shortcut);

        /** Maxima; only ResNet-50 has them. */
        default T pool(T src, PoolCase window) {
            throw new UnsupportedOperationException(window + " on the way of a network that has no pooling there");
        }

        /** The average of each channel over side·side pixels, then the dense layer: the scores. */
        T scores(T src, int side, int channels);
    }

    /** Goes through the network from the images to the scores. */
    public <T> T walk(T images, Layers<T> layers) {
        var way = new Way<>(layers, images, side);
        blocks.forEach(way::block);
        return layers.scores(way.x, way.side, way.channels);
    }

    /** Where a walk has come to. */
    private static final class Way<T> {
        private final Layers<T> layers;
        private T x;
        private int side;
        private int channels = CHANNELS;
        private int index;

        private Way(Layers<T> layers, T images, int side) {
            this.layers = layers;
            x = images;
            this.side = side;
        }

        private void block(Block block) {
            T from = x;
            int fromSide = side;
            int fromChannels = channels;
            boolean summed = block.after == After.SUM;
            for (int i = 0; i < block.filters.size(); i++) {
                Filter f = block.filters.get(i);
                boolean relu = !summed || i < block.filters.size() - 1;
                var layer = new Convolution(index++, side, channels, f.filters, f.kernel, f.stride, f.depthwise, relu);
                x = layers.convolution(x, layer);
                side = layer.outSide();
                channels = f.filters;
            }
            if (summed && (side != fromSide || channels != fromChannels)) {
                from = layers.convolution(
                        from,
                        new Convolution(index++, fromSide, fromChannels, channels, 1, fromSide / side, false, false));
            }
            switch (block.after) {
                case NOTHING -> {}
                case SUM -> x = layers.sum(x, from);
                case POOL -> {
                    x = layers.pool(x, new PoolCase(false, PoolCase.Kind.MAX, 3, 2, 1, channels, side, side));
                    side /= 2;
                }
            }
        }
    }

    /** All convolutions, in the order of their indices. */
    public List<Convolution> convolutions() {
        Layers<List<Convolution>> collect = new Layers<>() {
            @Override
            public List<Convolution> convolution(List<Convolution> src, Convolution layer) {
                src.add(layer);
                return src;
            }

            @Override
            public List<Convolution> sum(List<Convolution> block, List<Convolution> shortcut) {
                return block;
            }

            @Override
            public List<Convolution> pool(List<Convolution> src, PoolCase window) {
                return src;
            }

            @Override
            public List<Convolution> scores(List<Convolution> src, int side, int channels) {
                return src;
            }
        };
        return walk(new ArrayList<>(), collect);
    }

    /** Of the convolutions, forward, for one image. */
    public double flops() {
        double flops = 0;
        for (Convolution c : convolutions()) {
            flops += c.alone(1).flops();
        }
        return flops;
    }

    /** Channels before the dense layer. */
    public int features() {
        return blocks.getLast().filters().getLast().filters();
    }

    /** What its name in cases begins with. */
    public String label() {
        return label;
    }

    /** Height and width of an image. */
    public int side() {
        return side;
    }

    /** Scores of an image. */
    public int classes() {
        return classes;
    }
}

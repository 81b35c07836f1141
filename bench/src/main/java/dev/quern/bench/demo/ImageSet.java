// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/**
 * Images to learn from and images to be tested on, 28×28 grey, of ten classes.
 *
 * @param name what to call it in the output
 * @param classes the ten names, by class
 * @param train what the network learns from
 * @param test what it has never seen
 */
record ImageSet(String name, List<String> classes, LabelledImages train, LabelledImages test) {
    /** Height and width of every image. */
    static final int SIDE = 28;

    /** The names of the four files of MNIST and of Fashion-MNIST. */
    static final String TRAIN_IMAGES = "train-images-idx3-ubyte.gz";

    static final String TRAIN_LABELS = "train-labels-idx1-ubyte.gz";
    static final String TEST_IMAGES = "t10k-images-idx3-ubyte.gz";
    static final String TEST_LABELS = "t10k-labels-idx1-ubyte.gz";

    static final List<String> DIGITS =
            IntStream.range(0, 10).mapToObj(Integer::toString).toList();

    /** The classes of Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017), from its README. */
    private static final List<String> CLOTHES = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    /** CRC-32 of Fashion-MNIST's 10,000 test labels: IDX files name neither themselves nor their classes. */
    private static final long CLOTHES_LABELS = 0x242BC73FL;

    /**
     * Reads the four IDX files of a directory.
     *
     * @throws IOException as {@link IdxFile#read} throws it
     */
    static ImageSet read(Path directory) throws IOException {
        var train = IdxFile.read(directory.resolve(TRAIN_IMAGES), directory.resolve(TRAIN_LABELS), SIDE, SIDE);
        var test = IdxFile.read(directory.resolve(TEST_IMAGES), directory.resolve(TEST_LABELS), SIDE, SIDE);
        boolean clothes = checksum(test) == CLOTHES_LABELS;
        return new ImageSet(clothes ? "Fashion-MNIST" : "IDX files", clothes ? CLOTHES : DIGITS, train, test);
    }

    private static long checksum(LabelledImages images) {
        var crc = new CRC32();
        for (int i = 0; i < images.count(); i++) {
            crc.update(images.label(i));
        }
        return crc.getValue();
    }
}

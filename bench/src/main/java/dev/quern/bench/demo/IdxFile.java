// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads gzipped IDX files, the format of MNIST (LeCun, Cortes and Burges). Uncompressed, all big-endian:
 *
 * <pre>
 * images: 00 00 08 03 | count | rows | columns | count · rows · columns bytes
 * labels: 00 00 08 01 | count | count bytes
 * </pre>
 *
 * <p>Anything else is an {@link IOException} with the file and the byte offset; the offset counts bytes of the
 * uncompressed data unless the message says otherwise. A header is not believed: memory is taken as data arrives.
 */
final class IdxFile {
    private static final int IMAGES = 0x803;
    private static final int LABELS = 0x801;
    private static final int CLASSES = 10;

    /** No DEFLATE stream unpacks to more than this many times its length (258 bytes from two bits, about). */
    private static final long MOST_EXPANSION = 1032;

    private static final int GZIP_TRAILER = 8;

    private final Path path;
    private final Unpacker in;

    private IdxFile(Path path) throws IOException {
        this.path = path;
        byte[] packed;
        try {
            packed = Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw failure("there is no such file to read", 0, e);
        } catch (IOException e) {
            throw failure("cannot be read (" + e + ")", 0, e);
        } catch (OutOfMemoryError e) {
            throw failure("is too large to be an IDX file of images or labels", 0, e);
        }
        try {
            in = new Unpacker(packed);
        } catch (EOFException | ZipException e) {
            throw failure("is not a gzip file (" + e.getMessage() + ")", 0, e);
        }
    }

    /**
     * Reads a file of images and the file of their labels.
     *
     * @throws IOException when either is missing, cut short, damaged, of another format or longer than it says, when the
     *     images are not {@code height} × {@code width}, when the counts differ, or when a label is above 9
     */
    static LabelledImages read(Path images, Path labels, int height, int width) throws IOException {
        byte[] pixels = new IdxFile(images).images(height, width);
        byte[] classes = new IdxFile(labels).labels(pixels.length / (height * width), images);
        int[] widened = new int[classes.length];
        for (int i = 0; i < widened.length; i++) {
            widened[i] = classes[i];
        }
        return new LabelledImages(height, width, pixels, widened);
    }

    private byte[] images(int height, int width) throws IOException {
        magic(IMAGES, "images");
        long count = size("images");
        long rows = size("rows");
        long columns = size("columns");
        if (rows != height || columns != width) {
            throw failure(
                    "images of " + rows + "x" + columns + " pixels where " + height + "x" + width + " are needed", 8);
        }
        return rest(count * rows * columns);
    }

    private byte[] labels(int images, Path imageFile) throws IOException {
        magic(LABELS, "labels");
        long count = size("labels");
        if (count != images) {
            throw failure(count + " labels for the " + images + " images of " + imageFile, 4);
        }
        byte[] labels = rest(count);
        for (int i = 0; i < labels.length; i++) {
            int label = labels[i] & 0xFF;
            if (label >= CLASSES) {
                throw failure("label " + label + " where 0 to " + (CLASSES - 1) + " are allowed", 8L + i);
            }
        }
        return labels;
    }

    private void magic(int wanted, String what) throws IOException {
        long magic = word("the magic number");
        if (magic != wanted) {
            throw failure(String.format("magic number %08x where %s have %08x", magic, what, wanted), 0);
        }
    }

    private long size(String what) throws IOException {
        long size = word("the number of " + what);
        if (size == 0) {
            throw failure("0 " + what, in.position - 4);
        }
        return size;
    }

    private long word(String what) throws IOException {
        long start = in.position;
        byte[] bytes = take(4);
        if (bytes.length < 4) {
            throw failure("cut short: " + what + " starts at byte " + start + " but the file ends", in.position);
        }
        return (bytes[0] & 0xFFL) << 24 | (bytes[1] & 0xFF) << 16 | (bytes[2] & 0xFF) << 8 | bytes[3] & 0xFF;
    }

    /** Reads what the header promises, and nothing may follow it. */
    private byte[] rest(long promised) throws IOException {
        long header = in.position;
        if (promised > Integer.MAX_VALUE - 8 || promised > in.packedLength * MOST_EXPANSION) {
            throw failure(
                    "sizes that promise " + promised + " bytes, which a file of " + in.packedLength
                            + " bytes cannot hold" + " or an array cannot,",
                    4);
        }
        byte[] bytes = take((int) promised);
        if (bytes.length < promised) {
            throw failure("cut short: " + (header + promised) + " bytes promised but the file ends", in.position);
        }
        if (take(1).length > 0) {
            throw failure(
                    "bytes left over after the promised " + (header + promised) + ", the first", header + promised);
        }
        if (in.left() < 0) {
            throw failure("cut short: the data is whole but the end of the gzip file is missing", in.position);
        }
        if (in.left() > 0) {
            throw new IOException(
                    path + ": " + in.left() + " bytes left over after the end of the gzip data, the first at" + " byte "
                            + (in.packedLength - in.left()) + " of the compressed file");
        }
        return bytes;
    }

    /** Reads so many bytes, fewer at the end of the data. */
    private byte[] take(int n) throws IOException {
        try {
            return in.readNBytes(n);
        } catch (EOFException e) {
            return new byte[0];
        } catch (ZipException e) {
            throw failure("damaged gzip data (" + e.getMessage() + ")", in.position, e);
        }
    }

    private IOException failure(String what, long offset) {
        return failure(what, offset, null);
    }

    private IOException failure(String what, long offset, Throwable cause) {
        return new IOException(path + ": " + what + " at byte " + offset + " of the uncompressed data", cause);
    }

    /** Counts what it unpacks, and knows what is left of a file that is its buffer as a whole. */
    private static final class Unpacker extends GZIPInputStream {
        private final long packedLength;
        private long position;

        Unpacker(byte[] packed) throws IOException {
            super(new ByteArrayInputStream(packed), Math.max(1, packed.length));
            packedLength = packed.length;
        }

        @Override
        public int read(byte[] dst, int offset, int length) throws IOException {
            int n = super.read(dst, offset, length);
            position += Math.max(0, n);
            return n;
        }

        /** Once the end is reached: how many bytes of the file follow the gzip trailer. */
        int left() {
            return inf.getRemaining() - GZIP_TRAILER;
        }
    }
}

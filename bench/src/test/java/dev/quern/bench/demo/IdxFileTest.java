// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFileTest {
    private static final int IMAGES = 20;

    @TempDir
    Path directory;

    private Path images;
    private Path labels;

    @BeforeEach
    void writeGoodFiles() throws IOException {
        images = directory.resolve("images.gz");
        labels = directory.resolve("labels.gz");
        Files.write(images, IdxData.gzip(IdxData.images(IMAGES, 28, 28)));
        Files.write(labels, IdxData.gzip(IdxData.labels(IMAGES)));
    }

    private void fails(Path file, String words) {
        var thrown = assertThrows(IOException.class, () -> IdxFile.read(images, labels, 28, 28));
        String message = thrown.getMessage();
        assertTrue(message.startsWith(file + ": ") && message.contains(words), message);
        assertTrue(!message.contains("\n"), message);
    }

    private void imagesFail(byte[] uncompressed, String words) throws IOException {
        Files.write(images, IdxData.gzip(uncompressed));
        fails(images, words);
    }

    private void labelsFail(byte[] uncompressed, String words) throws IOException {
        Files.write(labels, IdxData.gzip(uncompressed));
        fails(labels, words);
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        LabelledImages read = IdxFile.read(images, labels, 28, 28);
        byte[] written = IdxData.images(IMAGES, 28, 28);
        assertEquals(IMAGES, read.count());
        assertEquals(28, read.height());
        assertEquals(28, read.width());
        for (int image = 0; image < IMAGES; image++) {
            assertEquals(image % 10, read.label(image));
            for (int pixel = 0; pixel < 784; pixel++) {
                assertEquals(written[16 + image * 784 + pixel] & 0xFF, read.pixel(image, pixel / 28, pixel % 28));
            }
        }
    }

    @Test
    void aBatchHoldsTheImagesAskedForScaledToOne() throws IOException {
        LabelledImages read = IdxFile.read(images, labels, 28, 28);
        float[] batch = new float[3 * 784];
        Arrays.fill(batch, Float.NaN);
        int[] classes = read.gather(new int[] {5, 13, 7}, 1, 2, batch);
        assertEquals(3, classes[0]);
        assertEquals(7, classes[1]);
        for (int pixel = 0; pixel < 784; pixel++) {
            assertEquals(read.pixel(13, pixel / 28, pixel % 28) / 255f, batch[pixel], 1e-7f);
            assertEquals(read.pixel(7, pixel / 28, pixel % 28) / 255f, batch[784 + pixel], 1e-7f);
        }
        assertTrue(Float.isNaN(batch[2 * 784]));
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        Files.delete(labels);
        fails(labels, "no such file to read at byte 0");
        Files.delete(images);
        fails(images, "no such file to read at byte 0");
    }

    @Test
    void aFileThatIsNotGzipIsRefused() throws IOException {
        for (byte[] bytes : new byte[][] {{}, {0x1f}, "no gzip at all, but some text".getBytes("US-ASCII")}) {
            Files.write(images, bytes);
            fails(images, "is not a gzip file");
        }
    }

    @Test
    void dataCutShortIsReportedWhereItEnds() throws IOException {
        byte[] whole = IdxData.images(IMAGES, 28, 28);
        for (int cut : new int[] {0, 1, 3, 4, 7, 8, 11, 12, 15, 16, 17, 783, whole.length - 1}) {
            imagesFail(Arrays.copyOf(whole, cut), "the file ends at byte " + cut + " of the uncompressed data");
        }
        writeGoodFiles();
        byte[] classes = IdxData.labels(IMAGES);
        for (int cut : new int[] {0, 3, 4, 7, 8, 9, classes.length - 1}) {
            labelsFail(Arrays.copyOf(classes, cut), "the file ends at byte " + cut + " of the uncompressed data");
        }
    }

    @Test
    void aGzipFileCutAnywhereIsRefused() throws IOException {
        byte[] packed = IdxData.gzip(IdxData.images(IMAGES, 28, 28));
        for (int length = 0;
                length < packed.length;
                length = length < 40 || length > packed.length - 40 ? length + 1 : length + 97) {
            Files.write(images, Arrays.copyOf(packed, length));
            fails(images, " of the uncompressed data");
        }
    }

    @Test
    void aDamagedGzipFileIsRefused() throws IOException {
        byte[] packed = IdxData.gzip(IdxData.images(IMAGES, 28, 28));
        packed[packed.length - 6] ^= 1;
        Files.write(images, packed);
        fails(images, "damaged gzip data");
    }

    @Test
    void aWrongMagicNumberIsShown() throws IOException {
        imagesFail(IdxData.labels(IMAGES), "magic number 00000801 where images have 00000803 at byte 0");
        writeGoodFiles();
        labelsFail(IdxData.images(1, 28, 28), "magic number 00000803 where labels have 00000801 at byte 0");
    }

    @Test
    void imagesOfAnotherSizeAreRefused() throws IOException {
        imagesFail(IdxData.images(IMAGES, 32, 28), "images of 32x28 pixels where 28x28 are needed at byte 8");
        imagesFail(IdxData.words(0x803, 0, 28, 28), "0 images at byte 4");
        imagesFail(IdxData.words(0x803, 1, -1, -1), "images of 4294967295x4294967295 pixels");
        imagesFail(IdxData.words(0x803, 1, 28, 0), "0 columns at byte 12");
    }

    @Test
    void sizesThatOverflowAreRefusedWithoutTakingMemory() throws IOException {
        var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int count : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 5_478_275, 2_739_137, 100_000}) {
            Files.write(images, IdxData.gzip(IdxData.words(0x803, count, 28, 28)));
            long before = bean.getCurrentThreadAllocatedBytes();
            fails(images, Integer.toUnsignedLong(count) * 784 + " bytes");
            assertTrue(bean.getCurrentThreadAllocatedBytes() - before < 10_000_000);
        }
    }

    @Test
    void bytesLeftOverAreRefused() throws IOException {
        byte[] whole = IdxData.images(IMAGES, 28, 28);
        imagesFail(
                Arrays.copyOf(whole, whole.length + 1),
                "left over after the promised 15696, the first at byte 15696 of the uncompressed data");
        writeGoodFiles();
        labelsFail(Arrays.copyOf(IdxData.labels(IMAGES), 8 + IMAGES + 5), "the first at byte 28");
    }

    @Test
    void bytesAfterTheGzipDataAreRefused() throws IOException {
        byte[] packed = IdxData.gzip(IdxData.images(IMAGES, 28, 28));
        for (int extra : new int[] {1, 8, 18, 19, 40, 5000}) {
            Files.write(images, Arrays.copyOf(packed, packed.length + extra));
            fails(
                    images,
                    extra + " bytes left over after the end of the gzip data, the first at byte " + packed.length
                            + " of the compressed file");
        }
        var twice = new ByteArrayOutputStream();
        twice.write(packed);
        twice.write(packed);
        Files.write(images, twice.toByteArray());
        fails(images, "bytes left over");
    }

    @Test
    void labelsMustBeAsManyAsImages() throws IOException {
        labelsFail(IdxData.labels(IMAGES - 1), "19 labels for the 20 images of " + images + " at byte 4");
        labelsFail(IdxData.labels(IMAGES + 1), "21 labels for the 20 images of " + images + " at byte 4");
    }

    @Test
    void aLabelAboveNineIsRefused() throws IOException {
        byte[] classes = IdxData.labels(IMAGES);
        classes[8 + 7] = 10;
        labelsFail(classes, "label 10 where 0 to 9 are allowed at byte 15");
        classes[8 + 7] = -1;
        labelsFail(classes, "label 255 where 0 to 9 are allowed at byte 15");
    }

    @Test
    void aDirectoryOfFourFilesIsASet() throws IOException {
        IdxData.write(directory, 30, 10);
        ImageSet set = ImageSet.read(directory);
        assertEquals(30, set.train().count());
        assertEquals(10, set.test().count());
        assertEquals(ImageSet.DIGITS, set.classes());
    }
}

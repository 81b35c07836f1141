// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * Fetches files into a directory. A file is there under its name only once its digest was right: it is written beside
 * it as {@code .part} and moved when whole. Nothing is resumed, no failed answer is asked for again, and what is thrown
 * away is said. (One thing the JDK's client does by itself and cannot be kept from: where a server hangs up before the
 * first byte of its answer, it sends the request once more.)
 */
final class Download {
    /**
     * One file.
     *
     * @param name its name, at the publisher's and here
     * @param md5 its digest as published
     */
    record Item(String name, String md5) {}

    /**
     * Fashion-MNIST with the digests its README states (github.com/zalandoresearch/fashion-mnist). The addresses given
     * there have no HTTPS; the same files lie in the publisher's repository, which has.
     */
    static final List<Item> FASHION_MNIST = List.of(
            new Item(ImageSet.TRAIN_IMAGES, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
            new Item(ImageSet.TRAIN_LABELS, "25c81989df183df01b3e8a0aad5dffbe"),
            new Item(ImageSet.TEST_IMAGES, "bef4ecab320f06d8554ea6380940ec79"),
            new Item(ImageSet.TEST_LABELS, "bb300cfdad3c16e7a12a480ee83cd310"));

    static final URI PUBLISHER =
            URI.create("https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/");

    /** Told of a file's bytes as they come. */
    @FunctionalInterface
    interface Watcher {
        /** So many bytes of so many ({@code -1} when the server does not say) have arrived. */
        void arrived(String name, long bytes, long of);
    }

    private static final int TIMEOUT_MILLIS = 20_000;

    /** No file of Fashion-MNIST has a tenth of this: what is longer is something else and need not be waited for. */
    private static final long MOST_BYTES = 256L << 20;

    private final URI base;
    private final Path directory;
    private final Consumer<String> log;
    private final Watcher watcher;

    /**
     * Prepares to fetch.
     *
     * @param base what the names are resolved against, ending in a slash
     * @param directory where the files go; made if need be
     * @param log told in a sentence of everything fetched, found and thrown away
     */
    Download(URI base, Path directory, Consumer<String> log, Watcher watcher) {
        this.base = base;
        this.directory = directory;
        this.log = log;
        this.watcher = watcher;
    }

    /**
     * Makes sure that every file is there with its digest, fetching those that are not.
     *
     * @throws IOException with the address, when a file does not come whole and right
     */
    void fetch(List<Item> items) throws IOException {
        Files.createDirectories(directory);
        for (Item item : items) {
            if (!present(item)) {
                fetch(item);
            }
        }
    }

    private boolean present(Item item) throws IOException {
        Path file = directory.resolve(item.name);
        if (!Files.exists(file)) {
            return false;
        }
        String md5;
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = md5();
            in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            md5 = hex(digest);
        }
        if (md5.equals(item.md5)) {
            log.accept(file + " is there and has the right digest");
            return true;
        }
        log.accept(file + " has MD5 " + md5 + " instead of " + item.md5 + ": thrown away");
        Files.delete(file);
        return false;
    }

    private void fetch(Item item) throws IOException {
        Path file = directory.resolve(item.name);
        Path part = directory.resolve(item.name + ".part");
        if (Files.deleteIfExists(part)) {
            log.accept(part + " was left by a run that did not finish: thrown away");
        }
        URI address = base.resolve(item.name);
        log.accept("fetching " + address);
        try {
            String md5 = copy(address, item.name, part);
            if (!md5.equals(item.md5)) {
                throw new IOException("what came has MD5 " + md5 + " instead of " + item.md5);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            // Of the JDK's own exceptions the message alone may be no more than a host or a path.
            String reason = e.getClass() == IOException.class ? e.getMessage() : e.toString();
            String rest = Files.deleteIfExists(part) ? "; the partial file was thrown away" : "";
            throw new IOException(address + ": " + reason + rest, e);
        }
    }

    /** Writes what an address answers to a file, and returns its digest. */
    private String copy(URI address, String name, Path part) throws IOException {
        var connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        // Redirects are followed, but by this class of the JDK never from HTTPS to HTTP.
        connection.setInstanceFollowRedirects(true);
        try {
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) {
                throw new IOException("the server answered " + status + " instead of 200");
            }
            try (InputStream in = connection.getInputStream();
                    OutputStream out = Files.newOutputStream(part)) {
                return copy(in, out, name, connection.getContentLengthLong());
            }
        } finally {
            connection.disconnect();
        }
    }

    private String copy(InputStream in, OutputStream out, String name, long length) throws IOException {
        MessageDigest digest = md5();
        byte[] buffer = new byte[1 << 16];
        long arrived = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
            digest.update(buffer, 0, n);
            arrived += n;
            if (arrived > MOST_BYTES) {
                throw new IOException("more than " + MOST_BYTES + " bytes came, which is no file of this data set");
            }
            watcher.arrived(name, arrived, length);
        }
        if (length >= 0 && arrived != length) {
            throw new IOException("cut short after " + arrived + " of " + length + " bytes");
        }
        return hex(digest);
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has MD5", e);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}

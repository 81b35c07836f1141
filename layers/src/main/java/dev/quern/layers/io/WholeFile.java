// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes a file as a whole or not at all. Writing over a file in place would also change it under those who have it
 * mapped.
 */
final class WholeFile {
    private WholeFile() {}

    @FunctionalInterface
    interface Content {
        void write(OutputStream out) throws IOException;
    }

    static void write(Path path, Content content) throws IOException {
        Path part = path.resolveSibling(path.getFileName() + ".part");
        OutputStream opened = Files.newOutputStream(part);
        try {
            try (OutputStream out = new BufferedOutputStream(opened)) {
                content.write(out);
            }
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (Throwable e) {
            Files.deleteIfExists(part);
            throw e;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.toolkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A main class run to its end in a JVM of its own, of the same Java and class path as this one but none of its flags.
 *
 * @param exit exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record ForkedJvm(int exit, String out, String err) {
    private static final int SECONDS = 120;

    /** Runs {@code main} with these JVM flags. */
    public static ForkedJvm run(Class<?> main, List<String> flags, String... arguments) {
        Path out = null;
        Path err = null;
        try {
            out = Files.createTempFile("forked", ".out");
            err = Files.createTempFile("forked", ".err");
            int exit = await(start(main, flags, List.of(arguments), out, err));
            return new ForkedJvm(exit, Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new AssertionError("no child JVM", e);
        } finally {
            delete(out);
            delete(err);
        }
    }

    private static Process start(Class<?> main, List<String> flags, List<String> arguments, Path out, Path err)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        // Flags from the surroundings would change what is under test.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        return builder.start();
    }

    private static int await(Process process) {
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("child JVM did not end within " + SECONDS + " s");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new AssertionError("could not delete " + file, e);
        }
    }
}

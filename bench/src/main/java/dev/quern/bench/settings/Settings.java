// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Reads options from system properties; an empty one counts as absent. What is not allowed is an {@link
 * IllegalArgumentException} naming the option, the value given and what is allowed.
 */
public final class Settings {
    private Settings() {}

    /** The value without blanks around it; empty when absent. */
    public static String text(Properties properties, String name) {
        return properties.getProperty(name, "").strip();
    }

    /** A path. */
    public static Path path(Properties properties, String name, Path otherwise) {
        String text = text(properties, name);
        try {
            return text.isEmpty() ? otherwise : Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(name + " = " + text + " is no path: " + e.getReason(), e);
        }
    }

    /** True or false; absent is false. */
    public static boolean flag(Properties properties, String name) {
        String text = text(properties, name);
        return switch (text) {
            case "", "false" -> false;
            case "true" -> true;
            default -> throw new IllegalArgumentException(name + " = " + text + " but must be true or false");
        };
    }

    /** A whole number within bounds. */
    public static long number(Properties properties, String name, long otherwise, long least, long most) {
        String text = text(properties, name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The same sentence serves: it says which numbers are allowed.
        }
        throw new IllegalArgumentException(
                name + " = " + text + " but must be a whole number from " + least + " to " + most);
    }
}

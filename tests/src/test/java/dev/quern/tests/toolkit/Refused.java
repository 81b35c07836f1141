// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.toolkit;

/** Checks how a door refuses bad input. */
public final class Refused {
    private Refused() {}

    /** Fails unless the call throws exactly this type with a message that contains every one of the parts. */
    public static void with(Class<? extends Throwable> type, Runnable call, String... parts) {
        Throwable thrown = null;
        try {
            call.run();
        } catch (Throwable t) {
            thrown = t;
        }
        if (thrown == null) {
            throw new AssertionError("accepted, expected " + type.getSimpleName());
        }
        if (thrown.getClass() != type) {
            throw new AssertionError("refused with " + thrown + ", expected " + type.getSimpleName(), thrown);
        }
        for (String part : parts) {
            if (thrown.getMessage() == null || !thrown.getMessage().contains(part)) {
                throw new AssertionError("message lacks \"" + part + "\": " + thrown.getMessage(), thrown);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

/** A peer that cannot take part; the message is the one sentence that the report prints. */
final class PeerUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    PeerUnavailableException(String reason) {
        super(reason);
    }

    /** The library does not load. */
    PeerUnavailableException(String impl, Throwable cause) {
        super(impl + " does not load here: " + firstLine(cause) + ".", cause);
    }

    private static String firstLine(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = root.getMessage() == null ? "" : ": " + root.getMessage().strip();
        int end = text.indexOf('\n');
        return root.getClass().getSimpleName() + (end < 0 ? text : text.substring(0, end));
    }
}

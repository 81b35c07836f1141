// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Walks through the text of a header: the tokens that JSON and Python's literals share, and the strings and objects of
 * JSON (RFC 8259). No method calls itself, so nesting costs no stack.
 */
final class TextCursor {
    private static final int MAX_RANK = 64;

    private final Bytes file;
    private final byte[] text;
    private final long start;
    private final long[] list = new long[MAX_RANK];
    private int at;

    /** Reads one member of an object; its name and the colon are behind the cursor. */
    @FunctionalInterface
    interface Member {
        void read(String name) throws IOException;
    }

    /** Over part of a file, which is copied: its length has been compared with the file's. */
    TextCursor(Bytes file, long start, int length) {
        this.file = file;
        this.start = start;
        text = file.copy(start, length);
    }

    /** The byte of the file that comes next. */
    long position() {
        return start + at;
    }

    IOException bad(String what) {
        return file.bad(position(), what);
    }

    /** The next byte, or -1 at the end. */
    int peek() {
        return at < text.length ? text[at] & 0xFF : -1;
    }

    /** Takes the next byte, whatever it is. */
    void skip() {
        at++;
    }

    void skipSpace() {
        while (at < text.length && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
            at++;
        }
    }

    /** Takes this character if it comes next, after white space. */
    boolean accept(char wanted) {
        skipSpace();
        boolean found = peek() == wanted;
        at += found ? 1 : 0;
        return found;
    }

    void expect(char wanted) throws IOException {
        if (!accept(wanted)) {
            throw bad("'" + wanted + "' wanted, " + next() + " found");
        }
    }

    /** Takes this word if it comes next, after white space. */
    boolean accept(String word) {
        skipSpace();
        byte[] wanted = word.getBytes(StandardCharsets.US_ASCII);
        boolean found = Arrays.equals(text, at, Math.min(text.length, at + wanted.length), wanted, 0, wanted.length);
        at += found ? wanted.length : 0;
        return found;
    }

    /** Refuses anything but white space from here on. */
    void expectEnd() throws IOException {
        skipSpace();
        if (at < text.length) {
            throw bad("the end of the header wanted, " + next() + " found");
        }
    }

    String next() {
        int next = peek();
        return next < 0 ? "the end of the header" : next > ' ' && next < 127 ? "'" + (char) next + "'" : "byte " + next;
    }

    /** A whole number of 0 to 2⁶³-1 in decimal digits, without leading zeros. */
    long number() throws IOException {
        skipSpace();
        int first = at;
        long value = 0;
        while (at < text.length && text[at] >= '0' && text[at] <= '9') {
            int digit = text[at] - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                throw bad("a number above 2^63-1");
            }
            value = value * 10 + digit;
            at++;
        }
        if (at == first || text[first] == '0' && at > first + 1) {
            at = first;
            throw bad("a whole number of 0 or more without leading zeros wanted, " + next() + " found");
        }
        return value;
    }

    /**
     * Numbers between brackets, separated by commas.
     *
     * @param commaAtEnd as in Python: {@code (2,)} has one number, where {@code (2)} is none of these lists
     */
    long[] numbers(char open, char close, boolean commaAtEnd) throws IOException {
        expect(open);
        int count = 0;
        boolean comma = true;
        while (!accept(close)) {
            if (!comma) {
                throw bad("',' or '" + close + "' wanted, " + next() + " found");
            }
            if (count == MAX_RANK) {
                throw bad("more than " + MAX_RANK + " numbers");
            }
            list[count++] = number();
            comma = accept(',');
            if (comma && !commaAtEnd) {
                skipSpace();
                if (peek() == close) {
                    throw bad("a number wanted, '" + close + "' found");
                }
            }
        }
        if (commaAtEnd && count == 1 && !comma) {
            throw bad("',' missing after the only number");
        }
        return Arrays.copyOf(list, count);
    }

    /** The members of a JSON object. No two may have the same name. */
    void object(Member member) throws IOException {
        expect('{');
        if (accept('}')) {
            return;
        }
        Set<String> names = new HashSet<>();
        do {
            skipSpace();
            long nameAt = position();
            String name = string();
            if (!names.add(name)) {
                throw file.bad(nameAt, "the name " + Bytes.quote(name) + " a second time");
            }
            expect(':');
            member.read(name);
        } while (accept(','));
        expect('}');
    }

    /** A JSON string. */
    String string() throws IOException {
        expect('"');
        String first = run();
        if (peek() == '"') {
            at++;
            return first;
        }
        var value = new StringBuilder(first);
        while (peek() == '\\') {
            escape(value);
            value.append(run());
        }
        if (peek() != '"') {
            throw bad("'\"' wanted, " + next() + " found");
        }
        at++;
        return value.toString();
    }

    /** The characters of a string up to its end or the next escape, or what must not be in one. */
    private String run() throws IOException {
        int first = at;
        while (at < text.length && text[at] != '"' && text[at] != '\\' && (text[at] & 0xFF) >= ' ') {
            at++;
        }
        return file.utf8(text, first, at, start + first);
    }

    private void escape(StringBuilder value) throws IOException {
        at++;
        int kind = "\"\\/bfnrtu".indexOf(peek());
        if (kind < 0) {
            throw bad("an escape that JSON does not have: " + next());
        }
        at++;
        if (kind < 8) {
            value.append("\"\\/\b\f\n\r\t".charAt(kind));
            return;
        }
        char unit = hex();
        value.append(unit);
        if (Character.isHighSurrogate(unit) && at + 1 < text.length && text[at] == '\\' && text[at + 1] == 'u') {
            at += 2;
            char low = hex();
            value.append(low);
            unit = Character.isLowSurrogate(low) ? 0 : unit;
        }
        if (Character.isSurrogate(unit)) {
            throw bad("half of a surrogate pair");
        }
    }

    private char hex() throws IOException {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(Math.max(0, peek()), 16);
            if (digit < 0) {
                throw bad("a hexadecimal digit wanted, " + next() + " found");
            }
            unit = unit << 4 | digit;
            at++;
        }
        return (char) unit;
    }
}

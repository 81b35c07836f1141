// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The JSON files of a report. Reading is strict, and everything that is wrong with a file is one sentence: an
 * {@link IOException} that names the file and the place in it.
 */
public final class ReportJson {
    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private static final List<String> TEXTS = List.of("suite", "case", "impl", "mode", "unit");
    private static final List<String> NUMBERS = List.of("threads", "value", "p10", "p90", "share_of_limit");

    private ReportJson() {}

    /** What {@code machine.json} holds: all that is not a row. */
    public record MachineFile(
            Machine machine, List<Limit> limits, List<Absent> absent, List<Ratio> ratios, List<Ratio> nativeRatios) {}

    /** One row a line, so that two reports can be compared with line tools. */
    static void writeRows(List<Row> rows, Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Row row : rows) {
            lines.add(MAPPER.writeValueAsString(row));
        }
        Files.writeString(file, "[\n" + String.join(",\n", lines) + "\n]\n");
    }

    /** Rows of a {@code report.json}. */
    public static List<Row> readRows(Path file) throws IOException {
        JsonNode array = tree(file);
        if (!array.isArray()) {
            throw new IOException(file + " is not a report: an array of rows is expected");
        }
        List<Row> rows = new ArrayList<>();
        Set<Row.Key> keys = new HashSet<>();
        for (JsonNode node : array) {
            String where = file + ", row " + (rows.size() + 1) + ": ";
            Row row = row(node, where);
            if (!keys.add(row.key())) {
                throw new IOException(where + row.key() + " appears twice");
            }
            rows.add(row);
        }
        return rows;
    }

    static void writeMachine(Report r, Path file) throws IOException {
        var content = new MachineFile(r.machine(), r.limits(), r.absent(), r.ratios(), r.nativeRatios());
        Files.writeString(file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n");
    }

    /** A {@code machine.json}. */
    public static MachineFile readMachine(Path file) throws IOException {
        try {
            return MAPPER.treeToValue(tree(file), MachineFile.class);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not a machine.json: " + sentence(e), e);
        }
    }

    private static Row row(JsonNode node, String where) throws IOException {
        if (!node.isObject()) {
            throw new IOException(where + "an object is expected");
        }
        for (String key : TEXTS) {
            require(node.path(key).isTextual(), where, key, "a text");
        }
        for (String key : NUMBERS) {
            require(node.path(key).isNumber(), where, key, "a number");
        }
        require(node.path("threads").isInt() && node.path("threads").asInt() > 0, where, "threads", "1 or more");
        require(node.path("verified").isBoolean(), where, "verified", "true or false");
        try {
            return MAPPER.treeToValue(node, Row.class);
        } catch (JsonProcessingException e) {
            throw new IOException(where + sentence(e), e);
        }
    }

    private static void require(boolean holds, String where, String key, String expected) throws IOException {
        if (!holds) {
            throw new IOException(where + "\"" + key + "\" must be there and be " + expected);
        }
    }

    private static JsonNode tree(Path file) throws IOException {
        // readTree of a mapper ignores the check of trailing tokens; that of a reader does not.
        ObjectReader reader = MAPPER.readerFor(JsonNode.class);
        try {
            JsonNode node = reader.readTree(Files.readString(file));
            if (node.isMissingNode()) {
                throw new IOException(file + " is empty");
            }
            return node;
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not JSON: " + sentence(e), e);
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new IOException(file + " is not JSON: it is not UTF-8 text", e);
        }
    }

    private static String sentence(JsonProcessingException e) {
        String first = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
        var at = e.getLocation();
        return at == null || at.getLineNr() < 1
                ? first
                : first + " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }
}

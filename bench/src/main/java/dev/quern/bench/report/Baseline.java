// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** An earlier report, to hold a new one against. */
public final class Baseline {
    /** Share of its speed that a case may lose unless another is stated. */
    public static final double DEFAULT_SHARE = 0.10;

    private final Map<Row.Key, Row> rows = new HashMap<>();

    private Baseline(List<Row> rows) {
        rows.forEach(row -> this.rows.put(row.key(), row));
    }

    /**
     * Reads a {@code report.json}.
     *
     * @throws IOException in one sentence, when it is not one
     */
    public static Baseline read(Path file) throws IOException {
        return new Baseline(ReportJson.readRows(file));
    }

    static Baseline none() {
        return new Baseline(List.of());
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** How many times as fast as then; empty where the baseline has no such row. Above 1 is better, for times too. */
    public OptionalDouble against(Row row) {
        Row then = rows.get(row.key());
        return then == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(Ratios.quotient(row.unit(), row.value(), then.value()));
    }

    /** A case that is slower than it was. */
    public record Loss(Row.Key key, double against) {
        @Override
        public String toString() {
            return String.format(java.util.Locale.ROOT, "%s: %.2f of the baseline", key, against);
        }
    }

    /**
     * Our own rows that lost more than a share of their speed. A peer's loss is the machine's, not ours, and a case
     * that only one of the reports has cannot lose.
     */
    public List<Loss> losses(List<Row> now, double share) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("share = " + share + ", allowed: 0 to less than 1");
        }
        return now.stream()
                .filter(row -> Peers.ours(row.impl()) && against(row).orElse(1) < 1 - share)
                .map(row -> new Loss(row.key(), against(row).getAsDouble()))
                .toList();
    }
}

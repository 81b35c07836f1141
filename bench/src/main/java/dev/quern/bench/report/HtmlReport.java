// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The report as one HTML file that needs no network: style, script and data are put into a template. */
final class HtmlReport {
    private final Report report;
    private final Baseline baseline;

    HtmlReport(Report report, Baseline baseline) {
        this.report = report;
        this.baseline = baseline;
    }

    String html() throws IOException {
        return resource("report.html")
                .replace("{{css}}", resource("report.css"))
                .replace("{{js}}", resource("report-charts.js") + resource("report.js"))
                .replace("{{data}}", embedded(ReportJson.MAPPER.writeValueAsString(data())));
    }

    /** JSON that cannot end the script element that it stands in. */
    static String embedded(String json) {
        return json.replace("<", "\\u003c");
    }

    private ObjectNode data() {
        ObjectNode data = ReportJson.MAPPER.createObjectNode();
        data.set("machine", ReportJson.MAPPER.valueToTree(report.machine()));
        data.set("limits", ReportJson.MAPPER.valueToTree(report.limits()));
        data.set("points", ReportJson.MAPPER.valueToTree(report.points()));
        data.set("absent", ReportJson.MAPPER.valueToTree(report.absent()));
        data.set("means", ReportJson.MAPPER.valueToTree(Ratios.means(report.nativeRatios())));
        data.put("baseline", !baseline.isEmpty());
        data.set("impls", impls());
        data.set("rows", rows());
        return data;
    }

    private ArrayNode impls() {
        ArrayNode impls = ReportJson.MAPPER.createArrayNode();
        report.rows().stream()
                .map(Row::impl)
                .distinct()
                .sorted(Comparator.comparingInt(Peers::order))
                .forEach(impls::add);
        return impls;
    }

    private ArrayNode rows() {
        Map<Row.Key, Ratio> ratios = report.ratios().stream()
                .collect(Collectors.toMap(
                        r -> new Row.Key(r.suite(), r.kase(), r.impl(), r.threads(), r.mode(), r.unit()),
                        Function.identity()));
        ArrayNode rows = ReportJson.MAPPER.createArrayNode();
        for (Row row : report.rows()) {
            ObjectNode node = ReportJson.MAPPER.valueToTree(row);
            node.put("lower", row.lowerIsBetter());
            Optional.ofNullable(ratios.get(row.key()))
                    .ifPresent(r -> node.put("ratio", r.ratio()).put("peer", r.peer()));
            baseline.against(row).ifPresent(quotient -> node.put("against", quotient));
            rows.add(node);
        }
        return rows;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the resource " + name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

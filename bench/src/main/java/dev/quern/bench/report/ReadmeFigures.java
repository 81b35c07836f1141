// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the figures of a README from the raw results that it names, so that none is typed by hand.
 *
 * <p>A block stands between {@code <!-- figures:begin file=bench/results/NAME.json -->} and
 * {@code <!-- figures:end -->}. {@code NAME.json} is a {@code report.json}; {@code NAME-machine.json} beside it is the
 * {@code machine.json} of the same run. Several files, with commas between them, become one as {@link Runs} says.
 * {@code cases=gemm,conv} in the first marker adds a table with every case of these suites.
 */
public final class ReadmeFigures {
    private static final Pattern BLOCK = Pattern.compile(
            "(<!-- figures:begin file=(\\S+?\\.json)(?: cases=(\\S+))? -->\\n)(.*?)(<!-- figures:end -->)",
            Pattern.DOTALL);

    private ReadmeFigures() {}

    /** {@code [--check|--write] [FOLDER]}: the folder that holds README.md, by default the current one. */
    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    static int run(String[] arguments, PrintStream out, PrintStream err) {
        boolean option = arguments.length > 0 && arguments[0].startsWith("--");
        if (option && !List.of("--check", "--write").contains(arguments[0])) {
            err.println("unknown option " + arguments[0] + ", allowed: --check, --write");
            return 2;
        }
        boolean check = option && arguments[0].equals("--check");
        int folders = option ? 1 : 0;
        Path folder = Path.of(arguments.length > folders ? arguments[folders] : "");
        Path readme = folder.resolve("README.md");
        try {
            String before = Files.readString(readme);
            String after = regenerated(before, folder);
            if (after.equals(before)) {
                out.println(readme + " agrees with the raw results");
                return 0;
            }
            if (check) {
                err.println(readme + " differs from the raw results; run this command without --check");
                return 1;
            }
            Files.writeString(readme, after);
            out.println(readme + " rewritten from the raw results");
            return 0;
        } catch (IOException e) {
            err.println(e.getMessage());
            return 2;
        }
    }

    static boolean hasBlocks(String text) {
        return text.contains("<!-- figures:begin");
    }

    /** The same text with every block's figures made anew. */
    static String regenerated(String text, Path folder) throws IOException {
        Matcher blocks = BLOCK.matcher(text);
        var result = new StringBuilder();
        int found = 0;
        while (blocks.find()) {
            found++;
            List<Path> files = Arrays.stream(blocks.group(2).split(","))
                    .map(folder::resolve)
                    .toList();
            String suites = blocks.group(3) == null ? "" : blocks.group(3);
            var figures = new FigureTables(Runs.read(files));
            String block = blocks.group(1) + figures.markdown(suites) + blocks.group(5);
            blocks.appendReplacement(result, Matcher.quoteReplacement(block));
        }
        long begun = text.lines().filter(ReadmeFigures::hasBlocks).count();
        if (begun != found) {
            throw new IOException("README.md has " + begun + " lines with figures:begin but " + found
                    + " blocks of the form <!-- figures:begin file=NAME.json --> … <!-- figures:end -->");
        }
        return blocks.appendTail(result).toString();
    }
}

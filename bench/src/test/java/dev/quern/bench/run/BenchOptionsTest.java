// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quern.bench.contest.Suite;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchOptionsTest {
    private static BenchOptions options(String... pairs) {
        var properties = new Properties();
        for (int i = 0; i < pairs.length; i += 2) {
            properties.setProperty(pairs[i], pairs[i + 1]);
        }
        return BenchOptions.of(properties);
    }

    @Test
    void givenOnesAreTaken() {
        BenchOptions o =
                options("suite", "gemm, conv", "case", "512", "impl", "blas", "threads", "1,2,1", "quick", "true");
        assertEquals(List.of(Suite.GEMM, Suite.CONV), o.suites());
        assertEquals(List.of(1, 2), o.threads());
        assertEquals("512", o.cases().pattern());
        assertEquals("blas", o.impls().pattern());
        assertEquals(5, o.rounds());
        assertEquals(0.1, o.loss());
    }

    @Test
    void absentOnesMeanEverything() {
        assertEquals(List.of(Suite.values()), options("suite", "").suites());
        assertEquals(List.of(1), options("quick", "true").threads());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "suite   | gem  | suite = gem but must be one of gemm, gemv, packing",
                "case    | [    | case = [ is no regular expression",
                "impl    | *    | impl = * is no regular expression",
                "threads | 0    | threads = 0 but must be a whole number from 1 to 1024",
                "threads | 1,   | threads = 1, but must be like 1,2",
                "quick   | yes  | quick = yes but must be true or false",
                "rounds  | 0    | rounds = 0 but must be a whole number from 1 to 1000",
                "loss    | 1    | loss = 1 but must be a number from 0 to below 1",
                "loss    | NaN  | loss = NaN but must be a number from 0 to below 1",
            })
    void whatIsNotAllowedIsOneSentence(String name, String value, String sentence) {
        var e = assertThrows(IllegalArgumentException.class, () -> options(name, value));
        assertEquals(
                sentence,
                e.getMessage()
                        .substring(0, Math.min(sentence.length(), e.getMessage().length())));
        assertEquals(1, e.getMessage().lines().count());
    }
}

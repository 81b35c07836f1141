// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.bench.run.Tables;
import dev.quern.kernels.conv.Layout;
import org.junit.jupiter.api.Test;

class CaseNamesTest {
    @Test
    void everyEntryOfEveryTableParsesAndPrintsBack() {
        for (Suite suite : Suite.values()) {
            for (boolean quick : new boolean[] {true, false}) {
                for (String name : Tables.cases(suite, quick)) {
                    int colon = name.indexOf(':');
                    Suite own = colon < 0 ? suite : Suite.of(name.substring(0, colon));
                    String kase = name.substring(colon + 1);
                    assertEquals(kase, own.parse(kase).toString());
                }
            }
        }
    }

    @Test
    void everyCaseHasWorkInItsUnit() {
        for (Suite suite : Suite.values()) {
            if (!suite.unit().isEmpty() && suite != Suite.STARTUP) {
                for (String name : Tables.cases(suite, false)) {
                    assertTrue(suite.amount(suite.parse(name)) > 0, suite + " " + name);
                }
            }
        }
    }

    @Test
    void transposesAndPrefixesPrintBack() {
        assertEquals("2x3x4-tt", GemmCase.parse("2x3x4-tt").toString());
        assertEquals("2x3x4-nt", GemmCase.parse("2x3x4-nt").toString());
        assertEquals("2x3x4-tn", GemmCase.parse("2x3x4-tn").toString());
        assertEquals("2x3x4-ld7", GemmCase.parse("2x3x4-ld7").toString());
        assertEquals("2x3x4-tt-ld7", GemmCase.parse("2x3x4-tt-ld7").toString());
        assertEquals("t8,7-4k4s2p1n2", ConvCase.parse("t8,7-4k4s2p1n2").toString());
        assertEquals("8,7-4k3s1p2d2n1", ConvCase.parse("8,7-4k3s1p2d2n1").toString());
        assertEquals(8, ConvCase.parse("dw8,7-8k3s1p1n1").groups());
    }

    @Test
    void sizesAgreeWithTheKernelsShapes() {
        for (String name : Tables.cases(Suite.CONV, false)) {
            ConvCase kase = ConvCase.parse(name);
            if (kase.kind() == ConvCase.Kind.TRANSPOSED) {
                var shape = kase.adjoint().shape(Layout.NHWC);
                assertEquals(shape.sourceElements(), kase.destinationElements(), name);
                assertEquals(shape.destinationElements(), kase.sourceElements(), name);
                assertEquals(shape.weightElements(), kase.weightElements(), name);
            } else {
                var shape = kase.shape(Layout.NHWC);
                assertEquals(shape.destinationElements(), kase.destinationElements(), name);
                assertEquals(shape.weightElements(), kase.weightElements(), name);
                assertEquals(shape.columnElements(), kase.columnElements(), name);
            }
        }
    }

    @Test
    void aNameThatDoesNotParseIsAnsweredWithTheFormItMustHave() {
        var e = assertThrows(IllegalArgumentException.class, () -> GemmCase.parse("512x512"));
        assertTrue(e.getMessage().contains("512x512") && e.getMessage().contains("512x512x512, with -tn"));
        for (String name : new String[] {"", "1x2x3-nn", "1x2x3-tt-tt", "ax2x3"}) {
            assertThrows(IllegalArgumentException.class, () -> GemmCase.parse(name), name);
        }
        assertThrows(IllegalArgumentException.class, () -> ElementCase.parse("exp-backward-10"));
        assertThrows(IllegalArgumentException.class, () -> PoolCase.parse("min2s2-1x1x1"));
    }

    @Test
    void namesOfContestantsAreTheirOwn() {
        var names = Contestants.all().stream().map(Contestant::impl).toList();
        assertEquals(names.size(), names.stream().distinct().count());
        assertTrue(names.contains("quern") && names.contains("naive"));
    }
}

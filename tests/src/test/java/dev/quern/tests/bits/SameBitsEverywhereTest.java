// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quern.tests.toolkit.ForkedJvm;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The headline promise: the same bits from every kernel whatever the vector width, the compiler and the threads. Each
 * test runs the same workload in a JVM of its own and fails when the width that it is about was not active. They take
 * minutes, and other tests run beside them.
 */
@Execution(ExecutionMode.CONCURRENT)
class SameBitsEverywhereTest {
    private static final String MODULE = "--add-modules=jdk.incubator.vector";
    private static final String LOG = "scalar kernels in use (same results, slower): ";

    private static List<String> expected;
    private static int widest;

    @BeforeAll
    static void runWithTheWidestVectors() {
        ForkedJvm jvm = run(MODULE);
        widest = Integer.parseInt(lines(jvm).getFirst().substring("lanes=".length()));
        assertTrue(widest > 1, "no vectors: the tests need the incubator module, C2 and a CPU with FMA");
        assertEquals(0, logLines(jvm), jvm.err());
        expected = crcs(jvm);
        assertTrue(expected.size() > 50, "a workload, not " + expected.size() + " lines");
    }

    @Test
    void eightLanesOnTheInstructionsOfAvx2() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "no AVX2 on this architecture");
        assertSame(8, MODULE, "-XX:UseAVX=2");
    }

    @Test
    void fourLanesOnVectorsOf128Bits() {
        assertSame(4, MODULE, "-XX:MaxVectorSize=16");
    }

    @Test
    void eightLanesByProperty() {
        assertSame(8, MODULE, "-Ddev.quern.lanes=8");
    }

    @Test
    void fourLanesByProperty() {
        assertSame(4, MODULE, "-Ddev.quern.lanes=4");
    }

    @Test
    void oneLaneByPropertyIsTheScalarTwinWithoutALogLine() {
        ForkedJvm jvm = assertSame(1, MODULE, "-Ddev.quern.lanes=1");
        assertEquals(0, logLines(jvm), jvm.err());
    }

    @Test
    void theScalarTwinWithoutTheModuleNamesTheFlagOnce() {
        ForkedJvm jvm = assertSame(1);
        assertEquals(1, logLines(jvm), jvm.err());
        assertTrue(jvm.err().contains(LOG + "start Java with --add-modules jdk.incubator.vector"), jvm.err());
    }

    @Test
    void theScalarTwinWithoutC2SaysSoOnce() {
        ForkedJvm jvm = assertSame(1, MODULE, "-XX:TieredStopAtLevel=1");
        assertEquals(1, logLines(jvm), jvm.err());
        assertTrue(jvm.err().contains("C2 compiler is off"), jvm.err());
    }

    private static ForkedJvm assertSame(int lanes, String... flags) {
        assumeTrue(
                lanes <= widest,
                () -> lanes + " lanes cannot be tested here: this machine's widest vector has " + widest);
        ForkedJvm jvm = run(flags);
        assertEquals("lanes=" + lanes, lines(jvm).getFirst(), "the width under test was not active");
        assertEquals(String.join("\n", expected), String.join("\n", crcs(jvm)));
        return jvm;
    }

    private static ForkedJvm run(String... flags) {
        ForkedJvm jvm = ForkedJvm.run(BitsMain.class, List.of(flags));
        assertEquals(0, jvm.exit(), () -> jvm.out() + jvm.err());
        return jvm;
    }

    private static List<String> lines(ForkedJvm jvm) {
        return jvm.out().lines().toList();
    }

    private static List<String> crcs(ForkedJvm jvm) {
        return lines(jvm).subList(1, lines(jvm).size());
    }

    private static int logLines(ForkedJvm jvm) {
        return jvm.err().split(Pattern.quote(LOG), -1).length - 1;
    }
}

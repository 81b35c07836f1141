// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quern.bench.contest.Suite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JavaLibrariesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gemm 33x17x65",
                "gemm 33x17x65-tn",
                "gemm 33x17x65-nt",
                "gemm 33x17x65-tt",
                "gemm 1x17x65",
                "gemv 1x17x65-nt",
                "gemv 33x1x65",
                "gemv 33x1x65-tn"
            })
    void agree(String line) throws Exception {
        Agreement.check(new NetlibContestant(), line, 1);
        Agreement.check(new EjmlContestant(), line, 1);
        Agreement.check(new EjmlContestant(), line, 2);
        Agreement.check(new OjAlgoContestant(), line, 1);
        Agreement.check(new OjAlgoContestant(), line, 2);
    }

    @Test
    void onlyNetlibTakesMatricesWithGaps() throws Exception {
        for (String kase : new String[] {"33x17x65-tn-ld70", "1x17x65-ld70", "33x1x65-ld70"}) {
            Agreement.check(new NetlibContestant(), "gemm " + kase, 1);
            assertFalse(new EjmlContestant().offers(Suite.GEMM, kase));
            assertFalse(new OjAlgoContestant().offers(Suite.GEMM, kase));
        }
    }

    @Test
    void netlibRefusesMoreThanOneThread() {
        assertThrows(
                PeerUnavailableException.class, () -> new NetlibContestant().prepare(Suite.GEMM, "8x8x8", 2));
    }
}

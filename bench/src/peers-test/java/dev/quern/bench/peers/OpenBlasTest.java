// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenBlasTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gemm 33x17x65",
                "gemm 33x17x65-tn",
                "gemm 33x17x65-nt",
                "gemm 33x17x65-tt",
                "gemm 33x17x65-tn-ld70",
                "gemm 1x17x65-ld70",
                "gemm 1x17x65",
                "gemv 1x17x65-nt",
                "gemv 33x1x65",
                "gemv 33x1x65-tn"
            })
    void agrees(String line) throws Exception {
        Agreement.check(new OpenBlasContestant(), line, 1);
        Agreement.check(new OpenBlasContestant(), line, 2);
    }
}

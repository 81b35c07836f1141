// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.Contestants;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegistrationTest {
    @Test
    void oursAndAllPeersAreFound() {
        List<String> found = Contestants.all().stream().map(Contestant::impl).toList();
        assertTrue(
                found.containsAll(
                        List.of("quern", "naive", "openblas", "mkl", "netlib", "ejml", "ojalgo", "onnxruntime", "pytorch")),
                found::toString);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.bench.contest.Contestant;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class RegistrationTest {
    @Test
    void allPeersAreFoundWithoutLoadingThem() {
        List<String> found = ServiceLoader.load(Contestant.class).stream()
                .map(provider -> provider.get().impl())
                .toList();
        assertTrue(
                found.containsAll(
                        List.of("openblas", "mkl", "netlib", "ejml", "ojalgo", "onnxruntime", "pytorch")),
                found::toString);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChildProcessTest {
    @Test
    void peersRunAsDeliveredWhateverTheUsersVariablesSay() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PATH", "/bin",
                "OPENBLAS_CORETYPE", "Haswell",
                "OPENBLAS_NUM_THREADS", "8",
                "MKL_CBWR", "COMPATIBLE",
                "OMP_WAIT_POLICY", "PASSIVE",
                "KMP_AFFINITY", "none",
                "DNNL_MAX_CPU_ISA", "AVX2",
                "ATEN_CPU_CAPABILITY", "default"));

        ChildProcess.settle(environment, 2);

        environment.remove("GLIBC_TUNABLES");
        assertEquals(
                Map.of(
                        "PATH", "/bin",
                        "OMP_NUM_THREADS", "2",
                        "MKL_NUM_THREADS", "2",
                        "OPENBLAS_NUM_THREADS", "2"),
                environment);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.tests.toolkit.ForkedJvm;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {
    @Test
    void theErrorReachesTheCallerAndTheNextCallIsRight() {
        var child = ForkedJvm.run(
                OutOfMemoryMain.class, List.of("--add-modules", "jdk.incubator.vector", "-Xmx64m", "-XX:+UseSerialGC"));
        assertEquals("went on", child.out().strip(), child.err());
        assertEquals(0, child.exit(), child.err());
    }
}

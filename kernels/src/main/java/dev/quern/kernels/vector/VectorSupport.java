// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

/**
 * Decides once whether the vector kernels or their scalar twins serve this process. Both give the same bits, so the
 * choice shows in speed only. This class must not name a vector type: the incubator module may be absent.
 */
public final class VectorSupport {
    /** System property that asks for a lane count: {@code 1} (the scalar twin), {@code 4}, {@code 8} or {@code 16}. */
    public static final String LANES_PROPERTY = "dev.quern.lanes";

    /** True when the vector kernels serve. */
    public static final boolean ENABLED = decide();

    private VectorSupport() {}

    private static boolean decide() {
        String reason = whyScalar();
        if (reason != null) {
            System.getLogger("dev.quern.kernels")
                    .log(System.Logger.Level.WARNING, "scalar kernels in use (same results, slower): {0}", reason);
            return false;
        }
        return !"1".equals(System.getProperty(LANES_PROPERTY));
    }

    private static String whyScalar() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return "start Java with --add-modules jdk.incubator.vector";
        }
        String mode = System.getProperty("java.vm.info", "");
        if (mode.contains("interpreted mode")) {
            return "the JVM only interprets; start it without -Xint";
        }
        if (mode.contains("emulated-client")) {
            return "the C2 compiler is off; start Java without -XX:TieredStopAtLevel and -client";
        }
        if (!fmaInHardware()) {
            return "no FMA instructions; start Java without -XX:-UseFMA or -XX:UseAVX below 2, on a CPU that has them";
        }
        return null;
    }

    /**
     * Without the instruction {@link Math#fma} goes through {@code BigDecimal}, some hundred times slower even in the
     * interpreter; the shortest of several short runs tells the two apart, whatever else the machine does meanwhile.
     */
    private static boolean fmaInHardware() {
        long shortest = Long.MAX_VALUE;
        float sum = 1.5f;
        for (int run = 0; run < 8; run++) {
            long start = System.nanoTime();
            for (int i = 0; i < 16; i++) {
                sum = Math.fma(sum, 0.75f, 0.1f);
            }
            shortest = Math.min(shortest, System.nanoTime() - start);
        }
        return sum > 0 && shortest < 16 * 1_000;
    }
}

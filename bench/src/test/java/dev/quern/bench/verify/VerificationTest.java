// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.Contestants;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import dev.quern.kernels.storage.Storage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerificationTest {
    /** Small cases of each suite; awkward sizes among them. */
    private static final Map<Suite, List<String>> SMALL = Map.ofEntries(
            Map.entry(
                    Suite.GEMM,
                    List.of("17x19x23", "17x19x23-tn", "17x19x23-nt", "17x19x23-tt", "70x90x31", "17x19x23-ld29")),
            Map.entry(Suite.GEMV, List.of("1x37x41", "37x1x41")),
            Map.entry(Suite.PACKING, List.of("5x37x41")),
            Map.entry(Suite.DENSE, List.of("3x10x21")),
            Map.entry(Suite.CONV, List.of("3,9-5k3s2p1n2", "dw6,7-6k3s1p1n1", "4,9-5k3s1p2d2n1", "t4,5-3k4s2p1n2")),
            Map.entry(Suite.CONV_BACKWARD_DATA, List.of("3,9-5k3s2p1n2", "dw6,7-6k3s1p1n1")),
            Map.entry(Suite.CONV_BACKWARD_WEIGHTS, List.of("3,9-5k3s2p1n2", "dw6,7-6k3s1p1n1")),
            Map.entry(Suite.IM2COL, List.of("3,9-5k3s2p1n2")),
            Map.entry(Suite.COL2IM, List.of("3,9-5k3s2p1n2")),
            Map.entry(Suite.POOLING, List.of("max3s2p1-3x9x9", "avg2s2-3x8x8", "avg3s2p1-3x9x9", "global-3x9x9")),
            Map.entry(
                    Suite.ACTIVATIONS,
                    List.of(
                            "relu-100",
                            "sigmoid-100",
                            "tanh-100",
                            "tanh-backward-100",
                            "exp-100",
                            "gelu-100",
                            "add-100")),
            Map.entry(Suite.SOFTMAX, List.of("3x50")),
            Map.entry(Suite.NORM, List.of("inference-3x5x5", "training-3x5x5")),
            Map.entry(Suite.TRAINING, List.of("lenet5-2", "resnet20-2")),
            Map.entry(Suite.LATENCY, List.of("lenet5-1", "lenet5-3", "resnet20-1", "mobilenet1-1", "resnet50-1")));

    private record Wrong(Contestant right, int element) implements Contestant {
        @Override
        public String impl() {
            return "broken";
        }

        @Override
        public boolean exact() {
            return right.exact();
        }

        @Override
        public boolean offers(Suite suite, String kase) {
            return true;
        }

        @Override
        public Work prepare(Suite suite, String kase, int threads) throws Exception {
            Work work = right.prepare(suite, kase, threads);
            return new Work() {
                @Override
                public void run() throws Exception {
                    work.run();
                }

                @Override
                public float[] result() throws Exception {
                    float[] result = work.result();
                    result[element] = Math.nextUp(result[element]);
                    return result;
                }

                @Override
                public void close() {
                    work.close();
                }
            };
        }
    }

    private static void check(Contestant contestant, Suite suite, String kase) throws Exception {
        try (Work work = contestant.prepare(suite, kase, 1)) {
            work.run();
            Verification.check(contestant, suite, kase, work);
        }
    }

    @Test
    void ourContestantsGiveTheReferencesBits() throws Exception {
        for (Contestant contestant : Contestants.all()) {
            if (contestant.exact()) {
                for (var entry : SMALL.entrySet()) {
                    for (String kase : entry.getValue()) {
                        if (contestant.offers(entry.getKey(), kase)) {
                            check(contestant, entry.getKey(), kase);
                        }
                    }
                }
            }
        }
    }

    @Test
    void otherOrdersOfSumsStayWithinTheBound() throws Exception {
        for (String impl : List.of("quern-accurate", "quern-fast")) {
            assertTrue(Contestants.named(impl).offers(Suite.LATENCY, "resnet50-1"), impl);
            check(Contestants.named(impl), Suite.LATENCY, "resnet20-1");
            assertFalse(Contestants.named(impl).offers(Suite.LATENCY, "mobilenet1-1"), impl);
            check(Contestants.named(impl), Suite.CONV, "32,14-32k3s1p1n1");
        }
        check(Contestants.named("quern-fast"), Suite.LATENCY, "resnet50-1");
    }

    @Test
    void oneWrongBitIsRefusedByName() {
        for (var entry : SMALL.entrySet()) {
            String kase = entry.getValue().get(0);
            var broken = new Wrong(Contestants.named("quern"), 2);
            var e = assertThrows(
                    IllegalStateException.class,
                    () -> check(broken, entry.getKey(), kase),
                    entry.getKey().label());
            assertTrue(e.getMessage().startsWith(entry.getKey() + " " + kase + " by broken: element 2 is "));
            assertTrue(e.getMessage().contains("the reference gives"));
        }
    }

    @Test
    void roundedWeightsAreNoAnswerOfWholeOnes() {
        Contestant half = Contestants.named("quern-bf16");
        assertEquals(Storage.BFLOAT16, half.weights());
        // The wrapper says float32, as every contestant does that says nothing.
        var e = assertThrows(
                Verification.WrongResultException.class, () -> check(new Wrong(half, 36), Suite.GEMV, "1x37x41"));
        assertTrue(e.getMessage().contains(": element 0 is "), e.getMessage());
    }

    @Test
    void thoseWhoAddInAnotherOrderAreAllowedASmallBound() {
        Expected product = Expectations.of(Suite.GEMM, "17x19x23", Storage.FLOAT32);
        double scale = Math.abs(product.at(2));
        assertTrue(product.bound(2) > 0 && product.bound(2) < 1e-5 * Math.max(1, scale));
        assertEquals(
                0,
                Expectations.of(Suite.IM2COL, "3,9-5k3s2p1n2", Storage.FLOAT32).bound(0));
    }

    @Test
    void aSampleVisitsEnoughAndEveryColumn() {
        for (int length : new int[] {1, 4095, 4096, 9999, 1 << 20, 3136 * 64, 784 * 512}) {
            int step = Verification.step(length);
            assertTrue(Math.ceilDiv(length, step) >= Math.min(length, Verification.SAMPLE), "length " + length);
        }
        assertDoesNotThrow(() -> check(Contestants.named("quern"), Suite.GEMM, "65x127x9"));
    }
}

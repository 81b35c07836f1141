// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.bench.contest.Suite;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The full tables have the shapes that the library is to be measured on, here as they were asked for. */
class TablesTest {
    private static void complete(Suite suite, List<String> wanted) {
        List<String> missing = new ArrayList<>(wanted);
        missing.removeAll(Tables.cases(suite, false));
        assertEquals(List.of(), missing, suite.label());
    }

    @Test
    void noTableHasACaseTwice() {
        for (Suite suite : Suite.values()) {
            for (boolean quick : new boolean[] {true, false}) {
                List<String> cases = Tables.cases(suite, quick);
                assertEquals(cases.size(), new HashSet<>(cases).size(), suite.label());
            }
        }
    }

    @Test
    void products() {
        List<String> wanted = new ArrayList<>();
        String squares = "8 16 24 32 48 64 96 128 192 256 384 512 768 1024 1536 2048 4096 63 255 1023";
        for (String n : squares.split(" ")) {
            wanted.add(n + "x" + n + "x" + n);
        }
        String lists = "3136 64 576; 784 128 1152; 196 256 2304; 49 512 4608; 12544 64 147; "
                + "3136 64 64; 3136 64 256; 3136 256 64; 784 128 128; 784 128 512; 784 512 128; 196 256 256; "
                + "196 256 1024; 196 1024 256; 49 512 512; 49 512 2048; 49 2048 512; "
                + "12544 64 27; 12544 64 64; 3136 128 64; 3136 128 128; 784 256 128; 784 256 256; 196 512 256; "
                + "196 512 512; 49 1024 512; 49 1024 1024";
        for (String sizes : lists.split("; ")) {
            wanted.add(sizes.replace(' ', 'x'));
        }
        for (String m : "2 4 8 16 32 128".split(" ")) {
            for (String layer : "1000x2048 4096x4096 120x400 84x120 10x84".split(" ")) {
                wanted.add(m + "x" + layer);
            }
        }
        for (String square : List.of("256x256x256", "1024x1024x1024")) {
            wanted.addAll(List.of(square + "-tn", square + "-nt", square + "-tt"));
        }
        wanted.addAll(List.of("256x256x256-ld1024", "256x256x256-ld4096"));
        complete(Suite.GEMM, wanted);
    }

    @Test
    void productsWithVectorsAndDenseLayers() {
        List<String> layers = List.of("1000x2048", "4096x4096", "120x400", "84x120", "10x84");
        List<String> wanted = new ArrayList<>(List.of("1000x1x2048", "4096x1x4096"));
        layers.forEach(layer -> wanted.add("1x" + layer));
        complete(Suite.GEMV, wanted);
        List<String> dense = new ArrayList<>();
        for (String batch : "1 2 4 8 16 32 128".split(" ")) {
            layers.forEach(layer -> dense.add(batch + "x" + layer));
        }
        complete(Suite.DENSE, dense);
    }

    /** As they are written there: {@code 3,224→64 k7 s2 p3}; a stride of 1 and no padding need not be said. */
    private static String name(String text, int batch) {
        String[] words = text.split(" ");
        String stride = "s1";
        String padding = "p0";
        String dilation = "";
        for (String word : words) {
            stride = word.startsWith("s") ? word : stride;
            padding = word.startsWith("p") ? word : padding;
            dilation = word.startsWith("d") ? word : dilation;
        }
        return words[0].replace("→", "-") + words[1] + stride + padding + dilation + "n" + batch;
    }

    private static final String RESNET50 =
            "3,224→64 k7 s2 p3 | 64,56→64 k1 | 64,56→64 k3 p1 | 64,56→256 k1 | 256,56→64 k1"
                    + " | 256,56→128 k1 | 128,56→128 k3 s2 p1 | 128,28→128 k3 p1 | 128,28→512 k1 | 512,28→128 k1"
                    + " | 256,56→512 k1 s2 | 512,28→256 k1 | 256,28→256 k3 s2 p1 | 256,14→256 k3 p1 | 256,14→1024 k1"
                    + " | 1024,14→256 k1 | 512,28→1024 k1 s2 | 1024,14→512 k1 | 512,14→512 k3 s2 p1 | 512,7→512 k3 p1"
                    + " | 512,7→2048 k1 | 2048,7→512 k1 | 1024,14→2048 k1 s2";

    /** Side, stride and channels. */
    private static final String DEPTHWISE = "112 s1 32 | 112 s2 64 | 56 s1 128 | 56 s2 128 | 28 s1 256 | 28 s2 256"
            + " | 14 s1 512 | 14 s2 512 | 7 s1 1024 | 112 s2 96 | 56 s1 144 | 56 s2 144 | 28 s1 192 | 28 s2 192"
            + " | 14 s1 384 | 14 s1 576 | 14 s2 576 | 7 s1 960";

    private static final String OTHERS =
            "3,224→32 k3 s2 p1 | 64,224→64 k3 p1 | 512,14→512 k3 p1 | 256,28→256 k3 p2 d2" + " | t64,14→32 k4 s2 p1";

    /** MobileNet V1's of one by one: side, channels and filters. */
    private static final String POINTWISE = "112 32 64 | 56 64 128 | 56 128 128 | 28 128 256 | 28 256 256 | 14 256 512"
            + " | 14 512 512 | 7 512 1024 | 7 1024 1024";

    private static List<String> resNet50() {
        List<String> wanted = new ArrayList<>();
        for (int batch : new int[] {1, 8}) {
            for (String text : RESNET50.split(" \\| ")) {
                wanted.add(name(text, batch));
            }
        }
        return wanted;
    }

    private static List<String> leNet() {
        List<String> wanted = new ArrayList<>();
        for (int batch : new int[] {1, 32, 128}) {
            wanted.add(name("1,28→6 k5 p2", batch));
            wanted.add(name("6,14→16 k5", batch));
        }
        return wanted;
    }

    @Test
    void convolutions() {
        List<String> wanted = new ArrayList<>(resNet50());
        wanted.addAll(leNet());
        for (int batch : new int[] {1, 8}) {
            for (String text : OTHERS.split(" \\| ")) {
                wanted.add(name(text, batch));
            }
            for (String text : DEPTHWISE.split(" \\| ")) {
                String[] words = text.split(" ");
                wanted.add("dw%1$s,%2$s-%1$sk3%3$sp1n%4$d".formatted(words[2], words[0], words[1], batch));
            }
            for (String text : POINTWISE.split(" \\| ")) {
                String[] words = text.split(" ");
                wanted.add("%s,%s-%sk1s1p0n%d".formatted(words[1], words[0], words[2], batch));
            }
        }
        complete(Suite.CONV, wanted);
    }

    @Test
    void gradientsOfConvolutions() {
        List<String> wanted = new ArrayList<>(resNet50());
        wanted.addAll(leNet());
        complete(Suite.CONV_BACKWARD_DATA, wanted);
        complete(Suite.CONV_BACKWARD_WEIGHTS, wanted);
    }

    @Test
    void elementsAndTheRest() {
        List<String> wanted = new ArrayList<>();
        for (String function : "relu sigmoid tanh exp gelu add".split(" ")) {
            wanted.addAll(List.of(function + "-1024", function + "-65536", function + "-16777216"));
        }
        complete(Suite.ACTIVATIONS, wanted);
        complete(Suite.SOFTMAX, List.of("1x1000", "64x1000", "16384x1000"));
        complete(Suite.NORM, List.of("inference-64x56x56", "training-64x56x56"));
        complete(
                Suite.POOLING,
                List.of("max2s2-64x112x112", "max3s2p1-64x112x112", "avg2s2-64x112x112", "global-64x112x112"));
        complete(Suite.LATENCY, List.of("lenet5-1", "lenet5-64", "resnet20-1", "resnet50-1", "mobilenet1-1"));
    }
}

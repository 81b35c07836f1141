// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import dev.quern.bench.contest.ConvStack;
import dev.quern.bench.contest.Suite;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The shapes, in the one place where they are listed: of every suite a full table and a quick one. */
public final class Tables {
    private static final String SQUARE = "256x256x256";
    private static final String ROW = "1x1000x2048";
    private static final String TANH = "tanh-65536";
    private static final String STAGE2 = "64,56-64k3s1p1n1";
    private static final String STAGE3 = "128,28-128k3s1p1n1";
    private static final String STAGE4 = "256,14-256k3s1p1n1";
    private static final String STAGE5 = "512,7-512k3s1p1n1";
    private static final String STEM = "3,224-64k7s2p3n1";
    private static final String POINTWISE = "256,56-64k1s1p0n1";
    private static final String DEPTHWISE = "dw32,112-32k3s1p1n1";
    private static final int[] IMAGE_BATCHES = {1, 8};
    private static final List<String> MOBILENET2_DEPTHWISE = List.of(
            "dw96,112-96k3s2p1",
            "dw144,56-144k3s1p1",
            "dw144,56-144k3s2p1",
            "dw192,28-192k3s1p1",
            "dw192,28-192k3s2p1",
            "dw384,14-384k3s1p1",
            "dw576,14-576k3s1p1",
            "dw576,14-576k3s2p1",
            "dw960,7-960k3s1p1");
    /** Of VGG, a dilated one, a transposed one. */
    private static final List<String> OTHER_CONVOLUTIONS =
            List.of("64,224-64k3s1p1", "512,14-512k3s1p1", "256,28-256k3s1p2d2", "t64,14-32k4s2p1");
    /** Units and inputs. */
    private static final List<String> DENSE_LAYERS = List.of("1000x2048", "4096x4096", "120x400", "84x120", "10x84");

    private static final List<Integer> DENSE_BATCHES = List.of(1, 2, 4, 8, 16, 32, 128);
    /** Of the source material's shallow network: its table is naive, im2col and a framework side by side. */
    static final String SHALLOW = "1,6-1k3s1p0n1";

    private Tables() {}

    /** The cases of a suite. */
    public static List<String> cases(Suite suite, boolean quick) {
        return quick ? quick(suite) : full(suite);
    }

    private static List<String> quick(Suite suite) {
        return switch (suite) {
            case GEMM -> List.of("64x64x64", SQUARE, "512x512x512", "1024x1024x1024", "3136x64x576");
            case GEMV -> List.of(ROW, "1000x1x2048");
            case PACKING -> List.of();
            case DENSE -> List.of("1x1000x2048", "32x1000x2048");
            case CONV -> List.of(STEM, STAGE2, STAGE5, POINTWISE, DEPTHWISE);
            case CONV_BACKWARD_DATA, CONV_BACKWARD_WEIGHTS -> List.of(STAGE2, STAGE4);
            case IM2COL, COL2IM -> List.of(STAGE2);
            case POOLING -> List.of("max3s2p1-64x112x112");
            case ACTIVATIONS -> List.of("relu-65536", "sigmoid-65536", TANH, "gelu-65536", "tanh-backward-65536");
            case SOFTMAX -> List.of("1x1000", "64x1000");
            case NORM -> List.of("training-64x56x56");
            case TRAINING -> List.of("lenet5-32");
            case LATENCY -> List.of("lenet5-1", "lenet5-64");
            case STARTUP -> List.of("lenet5-1");
            case CLIFF -> List.of("conv:" + STAGE2);
        };
    }

    /** The cases of a quick run for those who are {@link dev.quern.bench.contest.Contestant#forScale}. */
    static List<String> forScale(Suite suite) {
        return switch (suite) {
            case GEMM -> List.of(SQUARE);
            case DENSE -> List.of(ROW);
            case CONV -> List.of(DEPTHWISE);
            case ACTIVATIONS -> List.of(TANH);
            default -> List.of();
        };
    }

    private static List<String> full(Suite suite) {
        return switch (suite) {
            case GEMM -> fullGemm();
            case GEMV -> fullGemv();
            case PACKING -> List.of("64x64x64", "512x512x512", "1024x1024x1024", "784x128x1152", "512x512x512-nt");
            case DENSE -> products(DENSE_BATCHES, DENSE_LAYERS);
            case CONV -> fullConv();
            case CONV_BACKWARD_DATA, CONV_BACKWARD_WEIGHTS -> fullConvBackward();
            case IM2COL, COL2IM -> List.of(STEM, STAGE2, STAGE3, STAGE4, STAGE5, "128,56-128k3s2p1n1");
            case POOLING ->
                List.of(
                        "max2s2-64x112x112",
                        "max3s2p1-64x112x112",
                        "avg2s2-64x112x112",
                        "global-64x112x112",
                        "max2s2-backward-64x112x112",
                        "max3s2p1-backward-64x112x112",
                        "avg2s2-backward-64x112x112",
                        "global-backward-64x112x112");
            case ACTIVATIONS -> fullActivations();
            case SOFTMAX -> List.of("1x1000", "64x1000", "1024x1000", "16384x1000", "backward-64x1000");
            case NORM -> List.of("inference-64x56x56", "training-64x56x56", "backward-64x56x56");
            case TRAINING -> List.of("lenet5-32", "lenet5-128", "resnet20-32");
            case LATENCY -> List.of("lenet5-1", "lenet5-64", "resnet20-1", "resnet20-64", "resnet50-1", "mobilenet1-1");
            case STARTUP -> List.of("lenet5-1");
            case CLIFF ->
                List.of(
                        "gemm:64x64x64",
                        "gemm:512x512x512",
                        "gemm:3136x64x576",
                        "gemv:1x1000x2048",
                        "conv:" + STAGE2,
                        "conv:" + STAGE5,
                        "conv-backward-data:" + STAGE2,
                        "conv-backward-weights:" + STAGE2,
                        "activations:tanh-65536",
                        "softmax:64x1000",
                        "training:lenet5-32",
                        "latency:lenet5-1");
        };
    }

    private static List<String> fullGemm() {
        List<String> cases = new ArrayList<>();
        for (int n : new int[] {8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 4096}) {
            cases.add("%1$dx%1$dx%1$d".formatted(n));
        }
        cases.addAll(List.of("63x63x63", "255x255x255", "1023x1023x1023"));
        for (String transposes : List.of("-tn", "-nt", "-tt")) {
            cases.add(SQUARE + transposes);
            cases.add("1024x1024x1024" + transposes);
        }
        cases.addAll(List.of("256x256x256-ld1024", "512x512x512-ld1024", "256x256x256-ld4096", "512x512x512-ld4096"));
        // Convolutions of three by three and one of seven by seven, as one product.
        cases.addAll(List.of("3136x64x576", "784x128x1152", "196x256x2304", "49x512x4608", "12544x64x147"));
        // XNNPACK's lists of ResNet-50 and of MobileNet V1.
        cases.addAll(List.of("3136x64x64", "3136x64x256", "3136x256x64", "784x128x128", "784x128x512", "784x512x128"));
        cases.addAll(List.of("196x256x256", "196x256x1024", "196x1024x256", "49x512x512", "49x512x2048"));
        cases.addAll(List.of("49x2048x512", "12544x64x27", "12544x64x64", "3136x128x64", "3136x128x128"));
        cases.addAll(List.of("784x256x128", "784x256x256", "196x512x256", "196x512x512", "49x1024x512"));
        cases.add("49x1024x1024");
        cases.addAll(products(DENSE_BATCHES.subList(1, DENSE_BATCHES.size()), DENSE_LAYERS));
        return cases;
    }

    private static List<String> fullGemv() {
        List<String> cases = new ArrayList<>(products(List.of(1), DENSE_LAYERS));
        cases.addAll(List.of("1000x1x2048", "4096x1x4096"));
        return cases;
    }

    /** Every number of rows with every size of the right-hand side. */
    private static List<String> products(List<Integer> rows, List<String> rightHandSides) {
        List<String> cases = new ArrayList<>();
        for (String side : rightHandSides) {
            rows.forEach(m -> cases.add(m + "x" + side));
        }
        return cases;
    }

    private static List<String> fullConv() {
        Set<String> cases = new LinkedHashSet<>();
        for (int batch : IMAGE_BATCHES) {
            addConvolutions(cases, ConvStack.RESNET50, batch);
            addConvolutions(cases, ConvStack.MOBILENET1, batch);
            for (String shape : MOBILENET2_DEPTHWISE) {
                cases.add(shape + "n" + batch);
            }
            for (String shape : OTHER_CONVOLUTIONS) {
                cases.add(shape + "n" + batch);
            }
        }
        addLeNet(cases);
        cases.add(SHALLOW);
        return List.copyOf(cases);
    }

    private static List<String> fullConvBackward() {
        Set<String> cases = new LinkedHashSet<>();
        for (int batch : IMAGE_BATCHES) {
            addConvolutions(cases, ConvStack.RESNET50, batch);
        }
        addLeNet(cases);
        cases.add(DEPTHWISE);
        return List.copyOf(cases);
    }

    private static void addConvolutions(Set<String> cases, ConvStack stack, int batch) {
        stack.convolutions().forEach(c -> cases.add(c.alone(batch).toString()));
    }

    private static void addLeNet(Set<String> cases) {
        for (int batch : new int[] {1, 32, 128}) {
            cases.add("1,28-6k5s1p2n" + batch);
            cases.add("6,14-16k5s1p0n" + batch);
        }
    }

    private static List<String> fullActivations() {
        List<String> cases = new ArrayList<>();
        for (String function : List.of("relu", "sigmoid", "tanh", "exp", "gelu", "add")) {
            for (int n : new int[] {1024, 65536, 16777216}) {
                cases.add(function + "-" + n);
            }
        }
        for (String function : List.of("relu", "sigmoid", "tanh", "gelu")) {
            cases.add(function + "-backward-65536");
        }
        return cases;
    }
}

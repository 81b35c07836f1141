// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import dev.quern.bench.contest.Suite;
import java.util.List;

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
            case GEMV -> List.of("1x1000x2048", "1x4096x4096", "1x120x400", "1x84x120", "1000x1x2048", "4096x1x4096");
            case PACKING -> List.of("64x64x64", "512x512x512", "1024x1024x1024", "784x128x1152", "512x512x512-nt");
            case DENSE ->
                List.of(
                        "1x1000x2048",
                        "2x1000x2048",
                        "4x1000x2048",
                        "8x1000x2048",
                        "32x1000x2048",
                        "128x1000x2048",
                        "1x4096x4096",
                        "32x4096x4096",
                        "32x120x400",
                        "32x84x120",
                        "32x10x84");
            case CONV -> fullConv();
            case CONV_BACKWARD_DATA, CONV_BACKWARD_WEIGHTS ->
                List.of(
                        STEM,
                        STAGE2,
                        STAGE3,
                        STAGE4,
                        STAGE5,
                        "64,56-64k3s1p1n8",
                        "128,56-128k3s2p1n1",
                        POINTWISE,
                        "1,28-6k5s1p2n32",
                        "6,14-16k5s1p0n32",
                        DEPTHWISE);
            case IM2COL, COL2IM -> List.of(STEM, STAGE2, STAGE3, STAGE4, STAGE5, "128,56-128k3s2p1n1");
            case POOLING ->
                List.of("max2s2-64x112x112", "max3s2p1-64x112x112", "avg2s2-64x112x112", "global-64x112x112");
            case ACTIVATIONS -> fullActivations();
            case SOFTMAX -> List.of("1x1000", "64x1000", "1024x1000");
            case NORM -> List.of("inference-64x56x56", "training-64x56x56");
            case TRAINING -> List.of("lenet5-32", "lenet5-128", "resnet20-32");
            case LATENCY -> List.of("lenet5-1", "lenet5-64", "resnet20-1", "resnet20-64");
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
        return List.of(
                "8x8x8",
                "16x16x16",
                "24x24x24",
                "32x32x32",
                "48x48x48",
                "64x64x64",
                "96x96x96",
                "128x128x128",
                "192x192x192",
                "256x256x256",
                "384x384x384",
                "512x512x512",
                "768x768x768",
                "1024x1024x1024",
                "1536x1536x1536",
                "2048x2048x2048",
                "63x63x63",
                "255x255x255",
                "1023x1023x1023",
                "256x256x256-tn",
                "256x256x256-nt",
                "256x256x256-tt",
                "1024x1024x1024-tn",
                "1024x1024x1024-nt",
                "3136x64x576",
                "784x128x1152",
                "196x256x2304",
                "49x512x4608",
                "12544x64x147",
                "3136x64x64",
                "3136x256x64",
                "784x128x512",
                "196x1024x256",
                "49x512x2048",
                "12544x64x27",
                "784x256x128",
                "2x1000x2048",
                "8x1000x2048",
                "32x1000x2048");
    }

    private static List<String> fullConv() {
        return List.of(
                STEM,
                "64,56-64k1s1p0n1",
                STAGE2,
                "64,56-256k1s1p0n1",
                POINTWISE,
                "128,56-128k3s2p1n1",
                STAGE3,
                "512,28-128k1s1p0n1",
                STAGE4,
                "256,14-1024k1s1p0n1",
                STAGE5,
                "2048,7-512k1s1p0n1",
                "64,56-64k3s1p1n8",
                "512,7-512k3s1p1n8",
                DEPTHWISE,
                "dw64,112-64k3s2p1n1",
                "dw144,56-144k3s2p1n1",
                "dw512,14-512k3s1p1n1",
                "3,224-32k3s2p1n1",
                "1,28-6k5s1p2n32",
                "6,14-16k5s1p0n32",
                SHALLOW,
                "512,14-512k3s1p1n1",
                "256,28-256k3s1p2d2n1",
                "t64,14-32k4s2p1n1");
    }

    private static List<String> fullActivations() {
        return List.of(
                "relu-1024",
                "relu-65536",
                "relu-16777216",
                "sigmoid-1024",
                "sigmoid-65536",
                "tanh-1024",
                "tanh-65536",
                "tanh-16777216",
                "exp-1024",
                "exp-65536",
                "gelu-1024",
                "gelu-65536",
                "add-1024",
                "add-65536",
                "add-16777216",
                "relu-backward-65536",
                "sigmoid-backward-65536",
                "tanh-backward-65536");
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import java.util.List;

/** Whose contestant is whose, by name. */
final class Peers {
    static final List<String> NATIVE = List.of("openblas", "mkl", "onnxruntime", "pytorch");
    static final List<String> ALL = List.of("openblas", "mkl", "onnxruntime", "pytorch", "netlib", "ejml", "ojalgo");

    /** Ours by default first, then our variants, peers, and whatever else there is. */
    private static final List<String> ORDER = List.of(
            "quern",
            "quern-prepacked",
            "quern-bf16",
            "quern-accurate",
            "quern-fast",
            "quern-nchw",
            "quern-im2col",
            "openblas",
            "mkl",
            "onnxruntime",
            "pytorch",
            "netlib",
            "ejml",
            "ojalgo",
            "quern-scalar",
            "naive");

    private Peers() {}

    static boolean ours(String impl) {
        return impl.startsWith("quern");
    }

    static int order(String impl) {
        int place = ORDER.indexOf(impl);
        return place < 0 ? ORDER.size() : place;
    }
}

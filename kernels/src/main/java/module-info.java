// SPDX-License-Identifier: Apache-2.0
/** Vectorised CPU kernels on float arrays: arrays in, arrays out; knows nothing of layers. */
module dev.quern.kernels {
    requires jdk.incubator.vector;

    exports dev.quern.kernels.activation;
    exports dev.quern.kernels.conv;
    exports dev.quern.kernels.dense;
    exports dev.quern.kernels.elementwise;
    exports dev.quern.kernels.gemm;
    exports dev.quern.kernels.loss;
    exports dev.quern.kernels.norm;
    exports dev.quern.kernels.optimizer;
    exports dev.quern.kernels.parallel;
    exports dev.quern.kernels.pool;
    exports dev.quern.kernels.random;
    exports dev.quern.kernels.storage;
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.bits;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.dense.Dense;
import dev.quern.kernels.dense.DenseShape;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.tests.toolkit.Data;

/** The fully connected layer and its gradients. */
final class DensePart {
    private DensePart() {}

    static void addTo(Workload workload) {
        add(workload, new DenseShape(33, 120, 84));
        add(workload, new DenseShape(1100, 20, 10));
        add(workload, new DenseShape(1, 300, 200));
    }

    private static void add(Workload workload, DenseShape s) {
        String name = s.batch() + "x" + s.inputs() + "x" + s.units();
        float[] src = Data.uniform((long) s.batch() * s.inputs(), 1);
        float[] weights = Data.uniform((long) s.inputs() * s.units(), 2);
        float[] diffDst = Data.uniform((long) s.batch() * s.units(), 3);
        Epilogue epilogue = Epilogue.biasAlongN(Data.uniform(s.units(), 4), 0).then(Activation.SIGMOID);
        workload.add("dense forward " + name, pool -> {
            float[] dst = new float[diffDst.length];
            Dense.forward(s, src, 0, weights, 0, epilogue, dst, 0, pool);
            return dst;
        });
        workload.add("dense backwardData " + name, pool -> {
            float[] diffSrc = new float[src.length];
            Dense.backwardData(s, diffDst, 0, weights, 0, diffSrc, 0, pool);
            return diffSrc;
        });
        workload.add("dense backwardWeights " + name, pool -> {
            float[] diffWeights = new float[weights.length];
            Dense.backwardWeights(s, src, 0, diffDst, 0, diffWeights, 0, pool);
            return diffWeights;
        });
        workload.add("dense backwardBias " + name, pool -> {
            float[] diffBias = new float[s.units()];
            Dense.backwardBias(s, diffDst, 0, diffBias, 0);
            return diffBias;
        });
    }
}

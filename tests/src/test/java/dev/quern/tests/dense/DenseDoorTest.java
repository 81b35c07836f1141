// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.dense;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.dense.Dense;
import dev.quern.kernels.dense.DenseShape;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.DoorContract;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DenseDoorTest {
    private static final Class<IllegalArgumentException> IAE = IllegalArgumentException.class;

    @Test
    void sizesThatMakeNoSenseAreRefused() {
        Refused.with(IAE, () -> new DenseShape(-1, 2, 3), "batch = -1");
        Refused.with(IAE, () -> new DenseShape(1, -2, 3), "inputs = -2");
        Refused.with(IAE, () -> new DenseShape(1, 2, -3), "units = -3");
        Refused.with(IAE, () -> new DenseShape(1, 1 << 16, 1 << 16), "65536", "" + Integer.MAX_VALUE);
        Refused.with(IAE, () -> new DenseShape(1 << 16, 1 << 16, 1), "65536", "" + Integer.MAX_VALUE);
        Refused.with(IAE, () -> new DenseShape(1 << 16, 1, 1 << 16), "65536", "" + Integer.MAX_VALUE);
    }

    @Test
    void everyDoorKeepsTheContractOfItsArrays() {
        var s = new DenseShape(3, 4, 5);
        DoorContract.of(
                        "forward",
                        "dst",
                        15,
                        (x, at) -> Dense.forward(
                                s,
                                x[1],
                                at[1],
                                x[2],
                                at[2],
                                Epilogue.biasAlongN(x[3], at[3]),
                                x[0],
                                at[0],
                                WorkerPool.CALLER))
                .reading("src", 12)
                .reading("weights", 20)
                .reading("bias", 5)
                .assertHeld();
        DoorContract.of(
                        "backwardData",
                        "diffSrc",
                        12,
                        (x, at) -> Dense.backwardData(s, x[1], at[1], x[2], at[2], x[0], at[0], WorkerPool.CALLER))
                .reading("diffDst", 15)
                .reading("weights", 20)
                .assertHeld();
        DoorContract.of(
                        "backwardWeights",
                        "diffWeights",
                        20,
                        (x, at) -> Dense.backwardWeights(s, x[1], at[1], x[2], at[2], x[0], at[0], WorkerPool.CALLER))
                .reading("src", 12)
                .reading("diffDst", 15)
                .assertHeld();
        DoorContract.of("backwardBias", "diffBias", 5, (x, at) -> Dense.backwardBias(s, x[1], at[1], x[0], at[0]))
                .reading("diffDst", 15)
                .assertHeld();
    }

    @Test
    void aBiasAlongTheBatchIsRefused() {
        var s = new DenseShape(3, 4, 5);
        Refused.with(
                IAE,
                () -> Dense.forward(
                        s,
                        new float[12],
                        0,
                        new float[20],
                        0,
                        Epilogue.biasAlongM(new float[3], 0),
                        new float[15],
                        0,
                        WorkerPool.CALLER),
                "bias along M");
    }

    @Test
    @Tag("allocation")
    void noDoorAllocatesOnOneThread() {
        doors(new DenseShape(32, 84, 10), WorkerPool.CALLER).forEach(Allocation::assertNone);
    }

    @Test
    @Tag("allocation")
    void noDoorAllocatesAKibibyteOnSeveralThreads() {
        doors(new DenseShape(64, 128, 128), Pools.TWO)
                .forEach((door, call) -> Allocation.assertLessThan(door, 1024, call));
    }

    private static Map<String, Runnable> doors(DenseShape s, WorkerPool pool) {
        float[] src = new float[s.batch() * s.inputs()];
        float[] weights = new float[s.inputs() * s.units()];
        float[] dst = new float[s.batch() * s.units()];
        float[] bias = new float[s.units()];
        Epilogue epilogue = Epilogue.biasAlongN(bias, 0).then(Activation.RELU);
        var doors = new LinkedHashMap<String, Runnable>();
        doors.put("forward", () -> Dense.forward(s, src, 0, weights, 0, epilogue, dst, 0, pool));
        doors.put("backwardData", () -> Dense.backwardData(s, dst, 0, weights, 0, src, 0, pool));
        doors.put("backwardWeights", () -> Dense.backwardWeights(s, src, 0, dst, 0, weights, 0, pool));
        doors.put("backwardBias", () -> Dense.backwardBias(s, dst, 0, bias, 0));
        return doors;
    }
}

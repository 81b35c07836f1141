// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.quern.bench.contest.Work;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A call that returns a new tensor, as calls of PyTorch do. The tensor of the run before is given back first, so that its
 * memory is at hand for the next.
 */
final class TorchWork implements Work {
    private final Torch torch;
    private final Supplier<NDArray> call;
    private final Function<NDArray, float[]> toCanonical;
    private NDArray last;

    TorchWork(Torch torch, Supplier<NDArray> call, Function<NDArray, float[]> toCanonical) {
        this.torch = torch;
        this.call = call;
        this.toCanonical = toCanonical;
    }

    @Override
    public void run() {
        // A setting of the thread, and who prepares need not be who runs.
        JniUtils.setGradMode(false);
        if (last != null) {
            last.close();
        }
        last = call.get();
    }

    @Override
    public float[] result() {
        return toCanonical.apply(last);
    }

    @Override
    public void close() {
        torch.close();
    }
}

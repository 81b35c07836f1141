// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What one thread predicts with: an {@link InferencePlan} and the memory for its calls, taken once. The first call with
 * each size of batch makes a few small objects; later ones allocate nothing. To be used by one thread at a time.
 */
public final class InferenceSession {
    private final InferencePlan plan;
    private final int atOnce;
    private final float[][] buffers;
    /** Some of the images of a batch that is cut; null where none is. */
    private final float[] part;
    /** Of each batch that is cut, what comes of all its images, in one array; null where none is cut. */
    private final Tensor[] whole;

    private final Workspace workspace;
    private final Bound[] bound;
    private final AtomicBoolean busy = new AtomicBoolean();

    /** The plan's operations for one size of batch. */
    private static final class Bound {
        final Operation.Call[] calls;
        final float[][][] srcs;
        Tensor output;

        Bound(int steps) {
            calls = new Operation.Call[steps];
            srcs = new float[steps][][];
        }
    }

    InferenceSession(InferencePlan plan, WorkerPool pool) {
        this.plan = plan;
        atOnce = plan.atOnce(pool);
        buffers = plan.buffers(pool).stream()
                .map(floats -> new float[Math.toIntExact(floats)])
                .toArray(float[][]::new);
        workspace = new Workspace(pool, plan.workspaceFloats(pool));
        bound = new Bound[plan.largestBatch() + 1];
        boolean cut = atOnce < plan.largestBatch();
        part = cut ? new float[atOnce * Shapes.elements(plan.inputShape())] : null;
        whole = cut ? new Tensor[plan.largestBatch() + 1] : null;
        if (cut) {
            whole[plan.largestBatch()] = Tensor.zeros(Shapes.withBatch(plan.largestBatch(), plan.outputShape()));
            bound(plan.largestBatch() % atOnce);
        }
        bound(atOnce);
    }

    private Bound bound(int batch) {
        if (bound[batch] == null) {
            bound[batch] = bind(batch);
        }
        return bound[batch];
    }

    private Bound bind(int batch) {
        List<PlannedStep> steps = plan.steps();
        var made = new Bound(steps.size());
        for (int i = 0; i < steps.size(); i++) {
            int[] inputs = steps.get(i).inputs();
            made.calls[i] = steps.get(i).operation().bind(batch);
            made.srcs[i] = new float[inputs.length][];
            for (int k = 0; k < inputs.length; k++) {
                made.srcs[i][k] = inputs[k] < 0 ? null : buffers[inputs[k]];
            }
        }
        made.output = Tensor.of(buffers[steps.getLast().output()], Shapes.withBatch(batch, plan.outputShape()));
        return made;
    }

    /**
     * The model's output.
     *
     * @param images (batch, …) with at most the plan's largest batch
     * @return a tensor in the session's own memory: valid until the next call
     * @throws NullPointerException when images are null
     * @throws IllegalArgumentException when they have another shape than the model's input, or lie in this session's memory
     * @throws IllegalStateException when another thread is in a call, or the pool is closed
     */
    public Tensor predict(Tensor images) {
        check(images);
        if (!busy.compareAndSet(false, true)) {
            throw new IllegalStateException(plan.model() + ": this session is in use by another call");
        }
        try {
            return run(images);
        } finally {
            busy.set(false);
        }
    }

    private void check(Tensor images) {
        boolean fits = Objects.requireNonNull(images, "images").holds(plan.inputShape());
        if (!fits || images.dimension(0) > plan.largestBatch()) {
            throw new IllegalArgumentException(plan.model() + " got images of shape " + Shapes.text(images.shape())
                    + ", wanted " + Shapes.text(Shapes.withBatch(plan.largestBatch(), plan.inputShape()))
                    + " or fewer images");
        }
        boolean own = whole != null && images.data() == whole[plan.largestBatch()].data();
        for (float[] buffer : buffers) {
            own |= buffer == images.data();
        }
        if (own) {
            throw new IllegalArgumentException(
                    plan.model() + " got images in this session's own memory, allowed: a copy of them");
        }
    }

    private Tensor run(Tensor images) {
        int batch = images.dimension(0);
        if (batch <= atOnce) {
            return run(images.data(), batch);
        }
        if (whole[batch] == null) {
            whole[batch] = whole[plan.largestBatch()].first(batch);
        }
        int image = images.elements() / batch;
        int result = whole[batch].elements() / batch;
        for (int done = 0; done < batch; done += atOnce) {
            int some = Math.min(atOnce, batch - done);
            System.arraycopy(images.data(), done * image, part, 0, some * image);
            System.arraycopy(run(part, some).data(), 0, whole[batch].data(), done * result, some * result);
        }
        return whole[batch];
    }

    private Tensor run(float[] images, int batch) {
        Bound now = bound(batch);
        List<PlannedStep> steps = plan.steps();
        for (int i = 0; i < now.calls.length; i++) {
            PlannedStep step = steps.get(i);
            float[][] srcs = now.srcs[i];
            for (int k = 0; k < srcs.length; k++) {
                if (step.inputs()[k] < 0) {
                    srcs[k] = images;
                }
            }
            float[] scratch = step.scratch() < 0 ? null : buffers[step.scratch()];
            now.calls[i].run(srcs, buffers[step.output()], scratch, workspace);
        }
        return now.output;
    }
}

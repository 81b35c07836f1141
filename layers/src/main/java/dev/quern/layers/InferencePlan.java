// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.NumericClass;
import dev.quern.kernels.parallel.WorkerPool;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A trained model made ready for prediction alone: immutable, shared by any number of threads. Each thread predicts
 * through an {@link InferenceSession} of its own, which has all the memory that a call needs.
 *
 * <pre>{@code
 * InferencePlan plan = InferencePlan.of(model, 8);
 * InferenceSession session = plan.newSession();   // one for each thread
 * Tensor scores = session.predict(images);        // 1 to 8 images
 * }</pre>
 *
 * <p>All numbers are copied and put into the order in which the kernels read them: training the model further does not
 * show. {@link Dropout}, {@link Flatten} and {@link Reshape} go. An activation, and the sum {@link Add} makes of two
 * values, become part of the convolution or dense layer (the sum: of the convolution) before them where nothing else
 * uses what that makes. Arrays are used again once nothing reads them any more. A session with one thread takes a large batch
 * some images at a time, as many as a second-level cache holds, where that saves more memory traffic than reading the weights
 * again costs; it changes no bit.
 *
 * <p>Bits: those of {@link Model#predict} from {@link #exact}. From {@link #of(Model, int)} not where a {@link BatchNorm} directly
 * follows a convolution or a dense layer without an activation: there it becomes part of the weights. Of output channel k
 * with gamma γ, beta β, running mean μ and variance σ²,
 *
 * <pre>{@code
 * scale      = γ / √(σ² + epsilon)                     in double
 * weights'   = weights · scale                         in double, rounded once to float
 * bias'      = (β - μ·scale) + bias · scale            in double, rounded once to float
 * }</pre>
 *
 * What comes of it is the same everywhere too, on any number of threads, but differs from {@code predict} by roundings.
 *
 * <p>A plan made with a {@link NumericClass} beyond {@code EXACT} computes convolutions by {@link
 * ConvAlgorithm#fastest}, chosen by the shape with the largest batch: the bits are then the same for every number of images
 * in a call, every thread and machine, but another largest batch may have others. The errors are told at
 * {@link ConvAlgorithm}.
 */
public final class InferencePlan {
    /** Floats of all arrays up to which a batch is not cut, 4 MB. */
    private static final long MANY_FLOATS = 1 << 20;

    /** Floats of arrays that stay in a second-level cache, 1.5 MB. */
    private static final long CACHED_FLOATS = 3 << 17;

    private final String model;
    private final int largestBatch;
    private final int[] inputShape;
    private final int[] outputShape;
    private final List<PlannedStep> steps;
    private final List<Long> buffers;
    private final int atOnce;
    private final List<Long> buffersAtOnce;

    private InferencePlan(Model model, int largestBatch, boolean exact, NumericClass allowed) {
        Objects.requireNonNull(model, "model").requireBuilt(true);
        Objects.requireNonNull(allowed, "allowed");
        this.largestBatch = Shapes.positive("largestBatch", largestBatch);
        this.model = model.name();
        inputShape = model.valueShape(0).clone();
        outputShape = model.valueShape(model.steps().size()).clone();
        var planned = new BufferPlan(largestBatch, allowed);
        steps = planned.plan(new Lowering(model, exact));
        buffers = planned.floats(largestBatch);
        atOnce = atOnce(buffers.stream().mapToLong(Long::longValue).sum(), planned.written());
        buffersAtOnce = planned.floats(atOnce);
        for (long floats : buffers) {
            if (floats > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("largestBatch = " + largestBatch + ": " + model.name() + " needs "
                        + floats + " floats in one array, allowed: at most " + Integer.MAX_VALUE);
            }
        }
    }

    /** Images that go through all steps together, where the arrays of all of them are beyond the caches. */
    private int atOnce(long floats, long written) {
        if (floats <= MANY_FLOATS) {
            return largestBatch;
        }
        int fit = (int) Math.max(1, CACHED_FLOATS / Math.ceilDiv(floats, largestBatch));
        if (fit >= largestBatch || Float.BYTES * written * fit < weightBytes()) {
            return largestBatch;
        }
        return Math.ceilDiv(largestBatch, Math.ceilDiv(largestBatch, fit));
    }

    /**
     * A plan with batch normalisation folded into weights.
     *
     * @param model built; not to be trained meanwhile
     * @param largestBatch the most images one call will bring; weights are laid out for so many
     * @throws NullPointerException when the model is null
     * @throws IllegalArgumentException when {@code largestBatch < 1} or too large for an array, or the model has a layer
     *     that is not this library's
     * @throws IllegalStateException when the model is not built
     */
    public static InferencePlan of(Model model, int largestBatch) {
        return of(model, largestBatch, NumericClass.EXACT);
    }

    /**
     * As {@link #of(Model, int)}, with convolutions of a numeric class.
     *
     * @param allowed how far the order of a convolution's sums may go from its definition, to be faster
     * @throws NullPointerException when the model or the class is null
     */
    public static InferencePlan of(Model model, int largestBatch, NumericClass allowed) {
        return new InferencePlan(model, largestBatch, false, allowed);
    }

    /** As {@link #of(Model, int)}, but nothing is folded: the bits are those of {@link Model#predict}. */
    public static InferencePlan exact(Model model, int largestBatch) {
        return new InferencePlan(model, largestBatch, true, NumericClass.EXACT);
    }

    /** Memory for calls in one thread at a time, which do all the work in that thread. */
    public InferenceSession newSession() {
        return newSession(WorkerPool.CALLER);
    }

    /** Memory for calls in one thread at a time, which share the work among a pool's threads. */
    public InferenceSession newSession(WorkerPool pool) {
        return new InferenceSession(this, Objects.requireNonNull(pool, "pool"));
    }

    /** The most images one call may bring. */
    public int largestBatch() {
        return largestBatch;
    }

    /** Bytes of the copied numbers, once for all sessions; without what packing adds to fill whole vectors of dense layers. */
    public long weightBytes() {
        return steps.stream().mapToLong(step -> step.operation().weightBytes()).sum();
    }

    /** Bytes of a session that works in its caller's thread, for the largest batch: all that it will ever take. */
    public long peakBytes() {
        return peakBytes(WorkerPool.CALLER);
    }

    /** As {@link #peakBytes()}, with a pool. */
    public long peakBytes(WorkerPool pool) {
        Objects.requireNonNull(pool, "pool");
        long floats = buffers(pool).stream().mapToLong(Long::longValue).sum();
        if (atOnce(pool) < largestBatch) {
            floats += (long) atOnce(pool) * Shapes.elements(inputShape)
                    + (long) largestBatch * Shapes.elements(outputShape);
        }
        return Float.BYTES * (floats + workspaceFloats(pool));
    }

    /** Enough for any number of images. */
    long workspaceFloats(WorkerPool pool) {
        long most = 0;
        for (PlannedStep step : steps) {
            // Fewer images may be cut into other blocks, and need more.
            for (int batch = 1; batch <= atOnce(pool); batch++) {
                most = Math.max(most, step.operation().workspaceFloats(batch, pool));
            }
        }
        return most;
    }

    String model() {
        return model;
    }

    int[] inputShape() {
        return inputShape;
    }

    int[] outputShape() {
        return outputShape;
    }

    List<PlannedStep> steps() {
        return steps;
    }

    /** Images that a session works on together: a thread alone keeps to its cache, several want enough for all. */
    int atOnce(WorkerPool pool) {
        return pool.threads() == 1 ? atOnce : largestBatch;
    }

    List<Long> buffers(WorkerPool pool) {
        return pool.threads() == 1 ? buffersAtOnce : buffers;
    }

    /**
     * A table of the steps: the layers that each does the work of, how, its bytes of weights, and the buffers that it
     * reads and writes; then the bytes of all.
     */
    public String summary() {
        var text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: plan for %d images of %s%s%n  %-44s %-24s %12s  %s%n",
                model,
                largestBatch,
                Shapes.text(inputShape),
                atOnce < largestBatch ? ", " + atOnce + " at a time in one thread" : "",
                "layers",
                "computed as",
                "weight bytes",
                "buffers"));
        for (PlannedStep step : steps) {
            String from = Arrays.stream(step.inputs())
                    .mapToObj(buffer -> buffer < 0 ? "input" : "#" + buffer)
                    .collect(Collectors.joining(", "));
            text.append(String.format(
                    Locale.ROOT,
                    "  %-44s %-24s %,12d  %s -> #%d%n",
                    step.name(),
                    step.operation().text(),
                    step.operation().weightBytes(),
                    from,
                    step.output()));
        }
        return text.append(String.format(
                        Locale.ROOT,
                        "  %,d bytes of weights, %,d bytes a session in %d buffers and workspace",
                        weightBytes(),
                        peakBytes(),
                        buffers.size()))
                .toString();
    }

    @Override
    public String toString() {
        return summary();
    }
}

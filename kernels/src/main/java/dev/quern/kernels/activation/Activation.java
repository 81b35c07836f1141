// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.activation;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.vector.ScalarGate;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Objects;

/**
 * A function applied to each element. Immutable; the bits of every result are given by these formulas, in which each
 * operation rounds once and fma rounds once in all:
 *
 * <table>
 * <caption>forward and backward</caption>
 * <tr><th>value</th><th>y =</th><th>dx =</th></tr>
 * <tr><td>{@link #IDENTITY}</td><td>x</td><td>dy</td></tr>
 * <tr><td>{@link #RELU}</td><td>x ≤ 0 ? +0 : x, so -0 gives +0 and NaN stays</td><td>y &gt; 0 ? dy : +0</td></tr>
 * <tr><td>{@link #leakyRelu}</td><td>x ≤ 0 ? slope·x : x</td><td>y &gt; 0 ? dy : slope·dy</td></tr>
 * <tr><td>{@link #clip}, {@link #RELU6}</td><td>x ≤ low ? low : x ≥ high ? high : x</td>
 *     <td>low &lt; y &lt; high ? dy : +0</td></tr>
 * <tr><td>{@link #elu}</td><td>x ≥ 0 ? x : alpha·(eˣ - 1), eˣ - 1 within 0.95 ulp</td><td>y &gt; 0 ? dy : dy·(y + alpha)</td></tr>
 * <tr><td>{@link #SIGMOID}</td><td>1 / (1 + e⁻ˣ), within 1.75 ulp</td><td>dy·fma(-y, y, y)</td></tr>
 * <tr><td>{@link #TANH}</td><td>tanh x, within 1.75 ulp</td><td>dy·fma(-y, y, 1)</td></tr>
 * <tr><td>{@link #SOFTPLUS}</td><td>ln(1 + eˣ), within 1.93 ulp</td><td>dy·(1 - e⁻ʸ)</td></tr>
 * <tr><td>{@link #HARD_SWISH}</td><td>x ≤ -3 ? +0 : x ≥ 3 ? x : (x·(x + 3))·⅙, within 2.25 ulp</td>
 *     <td>x ≤ -3 ? +0 : x ≥ 3 ? dy : dy·fma(x, ⅓, ½)</td></tr>
 * <tr><td>{@link #SILU}</td><td>x·sigmoid(x), within 1.96 ulp or 6e-8</td><td>dy·(s + x·s·(1 - s)), s = sigmoid(x)</td></tr>
 * <tr><td>{@link #GELU}</td><td>x·Φ(x), within 1.35 ulp or 6e-8</td><td>dy·(Φ(x) + x·φ(x))</td></tr>
 * <tr><td>{@link #GELU_TANH}</td><td>½x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), within 2.15 ulp or 7e-8</td><td>dy·y′(x)</td></tr>
 * </table>
 *
 * <p>Errors are the largest over all floats.
 *
 * <p>The last four are not monotonic, so that y does not tell x: their gradient is taken from the input, see
 * {@link #needsInput}. At -∞ they give their limit, a zero. What is no plain arithmetic is this library's own
 * polynomials, the same bits on every machine.
 */
public final class Activation {
    /** y = x. */
    public static final Activation IDENTITY = new Activation(Kind.IDENTITY, 0f, 0f);

    /** y = max(x, 0). */
    public static final Activation RELU = new Activation(Kind.RELU, 0f, 0f);

    /** y = x, but at least 0 and at most 6. */
    public static final Activation RELU6 = clip(0f, 6f);

    /** y = 1 / (1 + e⁻ˣ). */
    public static final Activation SIGMOID = new Activation(Kind.SIGMOID, 0f, 0f);

    /** y = tanh x. */
    public static final Activation TANH = new Activation(Kind.TANH, 0f, 0f);

    /** y = ln(1 + eˣ). */
    public static final Activation SOFTPLUS = new Activation(Kind.SOFTPLUS, 0f, 0f);

    /** y = x·relu6(x + 3)/6. */
    public static final Activation HARD_SWISH = new Activation(Kind.HARD_SWISH, 0f, 0f);

    /** y = x / (1 + e⁻ˣ), also called swish. */
    public static final Activation SILU = new Activation(Kind.GATE, 1f, 0f);

    /** y = x·Φ(x) = ½x·(1 + erf(x/√2)). */
    public static final Activation GELU = new Activation(Kind.GELU, 0f, 0f);

    /** The approximation of {@link #GELU} by tanh, for networks that were trained with it. */
    public static final Activation GELU_TANH = new Activation(Kind.GATE, ScalarGate.GELU_LINEAR, ScalarGate.GELU_CUBIC);

    /** Elements of one task of a pool: 64 KB in and out, some microseconds. */
    private static final int TASK = 1 << 14;

    enum Kind {
        IDENTITY,
        RELU,
        LEAKY_RELU,
        CLIP,
        ELU,
        SIGMOID,
        TANH,
        SOFTPLUS,
        HARD_SWISH,
        GATE,
        GELU
    }

    private final Kind kind;

    /** Slope, alpha, lower bound or linear term, for the kinds that have one. */
    private final float first;

    /** Upper bound or cubic term. */
    private final float second;

    private Activation(Kind kind, float first, float second) {
        this.kind = kind;
        this.first = first;
        this.second = second;
    }

    /**
     * y = x for x &gt; 0 and slope·x below. Slope 0 is {@link #RELU}, so that -∞ gives 0 and not NaN.
     *
     * @throws IllegalArgumentException unless {@code 0 ≤ slope ≤ 1}
     */
    public static Activation leakyRelu(float slope) {
        if (!(slope >= 0f && slope <= 1f)) {
            throw new IllegalArgumentException("slope = " + slope + ", allowed: 0 to 1");
        }
        return slope == 0f ? RELU : new Activation(Kind.LEAKY_RELU, slope, 0f);
    }

    /**
     * y = x, but at least low and at most high.
     *
     * @throws IllegalArgumentException unless both are finite and {@code low < high}
     */
    public static Activation clip(float low, float high) {
        if (!(low < high && low >= -Float.MAX_VALUE && high <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "low = " + low + ", high = " + high + ", allowed: finite with low below high");
        }
        // Adding +0 makes -0 +0: both bounds of the same bits whatever the sign of a zero.
        return new Activation(Kind.CLIP, low + 0f, high + 0f);
    }

    /**
     * y = x for x ≥ 0 and alpha·(eˣ - 1) below.
     *
     * @throws IllegalArgumentException unless {@code alpha} is finite and 0 or more
     */
    public static Activation elu(float alpha) {
        if (!(alpha >= 0f && alpha <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("alpha = " + alpha + ", allowed: 0 or more, finite");
        }
        return new Activation(Kind.ELU, alpha + 0f, 0f);
    }

    /** True when the gradient is taken from the input, by {@link #backwardFromInput}; else {@link #backward} takes it from the output. */
    public boolean needsInput() {
        return kind == Kind.HARD_SWISH || kind == Kind.GATE || kind == Kind.GELU;
    }

    /**
     * y[i] = f(x[i]) for 0 ≤ i &lt; n, in the caller's thread. In place when y is x at the same offset.
     *
     * @throws NullPointerException when an array is null
     * @throws IllegalArgumentException when {@code n < 0}, or y overlaps x without being the same range
     * @throws IndexOutOfBoundsException when an array does not hold {@code n} elements from its offset on
     */
    public void forward(int n, float[] x, int xOffset, float[] y, int yOffset) {
        checkForward(n, x, xOffset, y, yOffset);
        forwardPart(n, x, xOffset, y, yOffset);
    }

    /**
     * As {@link #forward(int, float[], int, float[], int)}, with the threads of a pool.
     *
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when {@code n < 0}, or y overlaps x without being the same range
     * @throws IndexOutOfBoundsException when an array does not hold {@code n} elements from its offset on
     */
    public void forward(int n, float[] x, int xOffset, float[] y, int yOffset, WorkerPool pool) {
        checkForward(n, x, xOffset, y, yOffset);
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (pool.threads() == 1) {
            forwardPart(n, x, xOffset, y, yOffset);
        } else {
            pool.run(Math.ceilDiv(n, TASK), (task, slot) -> {
                int start = task * TASK;
                forwardPart(Math.min(TASK, n - start), x, xOffset + start, y, yOffset + start);
            });
        }
    }

    /**
     * dx[i] = dy[i]·f′ for 0 ≤ i &lt; n, the derivative taken from the output y[i].
     * In place when dx is dy at the same offset.
     *
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when {@code n < 0}, dx overlaps y, or dx overlaps dy without being the same range
     * @throws IndexOutOfBoundsException when an array does not hold {@code n} elements from its offset on
     * @throws UnsupportedOperationException when {@link #needsInput} holds
     */
    public void backward(
            int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset, WorkerPool pool) {
        if (needsInput()) {
            throw new UnsupportedOperationException(
                    this + " is not monotonic: its gradient is that of backwardFromInput");
        }
        gradient("y", n, y, yOffset, dy, dyOffset, dx, dxOffset, pool);
    }

    /**
     * dx[i] = dy[i]·f′(x[i]) for 0 ≤ i &lt; n, for the functions whose output does not tell their derivative.
     * In place when dx is dy at the same offset.
     *
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when {@code n < 0}, dx overlaps x, or dx overlaps dy without being the same range
     * @throws IndexOutOfBoundsException when an array does not hold {@code n} elements from its offset on
     * @throws UnsupportedOperationException unless {@link #needsInput} holds
     */
    public void backwardFromInput(
            int n, float[] x, int xOffset, float[] dy, int dyOffset, float[] dx, int dxOffset, WorkerPool pool) {
        if (!needsInput()) {
            throw new UnsupportedOperationException(this + " has its gradient taken from the output, by backward");
        }
        gradient("x", n, x, xOffset, dy, dyOffset, dx, dxOffset, pool);
    }

    private void gradient(
            String name,
            int n,
            float[] from,
            int fromOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset,
            WorkerPool pool) {
        Check.notNegative("n", n);
        Check.range(name, from, fromOffset, n);
        Check.range("dy", dy, dyOffset, n);
        Check.range("dx", dx, dxOffset, n);
        Check.disjoint("dx", dx, dxOffset, n, name, from, fromOffset, n);
        Check.disjointOrSame("dx", dx, dxOffset, "dy", dy, dyOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (pool.threads() == 1) {
            backwardPart(n, from, fromOffset, dy, dyOffset, dx, dxOffset);
        } else {
            pool.run(Math.ceilDiv(n, TASK), (task, slot) -> {
                int start = task * TASK;
                int part = Math.min(TASK, n - start);
                backwardPart(part, from, fromOffset + start, dy, dyOffset + start, dx, dxOffset + start);
            });
        }
    }

    private static void checkForward(int n, float[] x, int xOffset, float[] y, int yOffset) {
        Check.notNegative("n", n);
        Check.range("x", x, xOffset, n);
        Check.range("y", y, yOffset, n);
        Check.disjointOrSame("y", y, yOffset, "x", x, xOffset, n);
    }

    private void forwardPart(int n, float[] x, int xOffset, float[] y, int yOffset) {
        if (kind == Kind.IDENTITY) {
            System.arraycopy(x, xOffset, y, yOffset, n);
        } else if (VectorSupport.ENABLED) {
            ActivationVector.forward(kind, first, second, n, x, xOffset, y, yOffset);
        } else {
            ActivationScalar.forward(kind, first, second, n, x, xOffset, y, yOffset);
        }
    }

    private void backwardPart(int n, float[] from, int fromOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        if (kind == Kind.IDENTITY) {
            System.arraycopy(dy, dyOffset, dx, dxOffset, n);
        } else if (VectorSupport.ENABLED) {
            ActivationVector.backward(kind, first, second, n, from, fromOffset, dy, dyOffset, dx, dxOffset);
        } else {
            ActivationScalar.backward(kind, first, second, n, from, fromOffset, dy, dyOffset, dx, dxOffset);
        }
    }

    /** The name of the function, with its parameters where it has any. */
    @Override
    public String toString() {
        return switch (kind) {
            case IDENTITY -> "identity";
            case RELU -> "relu";
            case LEAKY_RELU -> "leakyRelu(" + first + ")";
            case CLIP -> "clip(" + first + ", " + second + ")";
            case ELU -> "elu(" + first + ")";
            case SIGMOID -> "sigmoid";
            case TANH -> "tanh";
            case SOFTPLUS -> "softplus";
            case HARD_SWISH -> "hardSwish";
            case GATE -> second == 0f ? "silu" : "geluTanh";
            case GELU -> "gelu";
        };
    }
}

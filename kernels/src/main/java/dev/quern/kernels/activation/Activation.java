// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.activation;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
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
 * <tr><td>{@link #SIGMOID}</td><td>1 / (1 + e⁻ˣ), within 1.75 ulp</td><td>dy·fma(-y, y, y)</td></tr>
 * <tr><td>{@link #TANH}</td><td>tanh x, within 1.35 ulp</td><td>dy·fma(-y, y, 1)</td></tr>
 * </table>
 *
 * <p>Sigmoid and tanh are this library's own polynomials: the same bits on every machine.
 */
public final class Activation {
    /** y = x. */
    public static final Activation IDENTITY = new Activation(Kind.IDENTITY, 1f);

    /** y = max(x, 0). */
    public static final Activation RELU = new Activation(Kind.RELU, 0f);

    /** y = 1 / (1 + e⁻ˣ). */
    public static final Activation SIGMOID = new Activation(Kind.SIGMOID, 0f);

    /** y = tanh x. */
    public static final Activation TANH = new Activation(Kind.TANH, 0f);

    /** Elements of one task of a pool: 64 KB in and out, some microseconds. */
    private static final int TASK = 1 << 14;

    enum Kind {
        IDENTITY,
        RELU,
        LEAKY_RELU,
        SIGMOID,
        TANH
    }

    private final Kind kind;
    private final float slope;

    private Activation(Kind kind, float slope) {
        this.kind = kind;
        this.slope = slope;
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
        return slope == 0f ? RELU : new Activation(Kind.LEAKY_RELU, slope);
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
        Objects.requireNonNull(pool, "pool");
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
     * dx[i] = dy[i]·f′ for 0 ≤ i &lt; n, the derivative taken from the output y[i]. In place when dx is dy at the same
     * offset.
     *
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when {@code n < 0}, dx overlaps y, or dx overlaps dy without being the same range
     * @throws IndexOutOfBoundsException when an array does not hold {@code n} elements from its offset on
     */
    public void backward(
            int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset, WorkerPool pool) {
        Check.notNegative("n", n);
        Check.range("y", y, yOffset, n);
        Check.range("dy", dy, dyOffset, n);
        Check.range("dx", dx, dxOffset, n);
        Check.disjoint("dx", dx, dxOffset, n, "y", y, yOffset, n);
        Check.disjointOrSame("dx", dx, dxOffset, "dy", dy, dyOffset, n);
        Objects.requireNonNull(pool, "pool");
        if (pool.threads() == 1) {
            backwardPart(n, y, yOffset, dy, dyOffset, dx, dxOffset);
        } else {
            pool.run(Math.ceilDiv(n, TASK), (task, slot) -> {
                int start = task * TASK;
                int part = Math.min(TASK, n - start);
                backwardPart(part, y, yOffset + start, dy, dyOffset + start, dx, dxOffset + start);
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
            ActivationVector.forward(kind, slope, n, x, xOffset, y, yOffset);
        } else {
            ActivationScalar.forward(kind, slope, n, x, xOffset, y, yOffset);
        }
    }

    private void backwardPart(int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        if (kind == Kind.IDENTITY) {
            System.arraycopy(dy, dyOffset, dx, dxOffset, n);
        } else if (VectorSupport.ENABLED) {
            ActivationVector.backward(kind, slope, n, y, yOffset, dy, dyOffset, dx, dxOffset);
        } else {
            ActivationScalar.backward(kind, slope, n, y, yOffset, dy, dyOffset, dx, dxOffset);
        }
    }

    /** The name of the function, with its slope where it has one. */
    @Override
    public String toString() {
        return switch (kind) {
            case IDENTITY -> "identity";
            case RELU -> "relu";
            case LEAKY_RELU -> "leakyRelu(" + slope + ")";
            case SIGMOID -> "sigmoid";
            case TANH -> "tanh";
        };
    }
}

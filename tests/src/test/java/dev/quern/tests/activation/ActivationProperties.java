// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.activation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.reference.ReferenceActivation;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Activations against their formulas, bit for bit. */
class ActivationProperties {
    private static final float SLOPE = 0.1f;

    @Property(tries = 300)
    void forwardIsTheFormula(
            @ForAll ReferenceActivation kind,
            @ForAll @IntRange(max = 130) int n,
            @ForAll @FloatRange(min = 0.01f, max = 1f) float slope,
            @ForAll long seed) {
        float[] x = Data.odd(n, 6, seed);
        float[] expected = forward(kind, slope, x);
        var in = Guarded.of(x);
        var out = Guarded.output(n);
        Activation activation = activation(kind, slope);
        activation.forward(n, in.array(), in.offset(), out.array(), out.offset());
        Bits.assertEqual(activation.toString(), expected, out.values());
        in.assertUnchanged("x");
        activation.forward(n, in.array(), in.offset(), in.array(), in.offset());
        Bits.assertEqual(activation + " in place", expected, in.values());
    }

    @Property(tries = 300)
    void backwardIsTheFormula(
            @ForAll ReferenceActivation kind,
            @ForAll @IntRange(max = 130) int n,
            @ForAll @FloatRange(min = 0.01f, max = 1f) float slope,
            @ForAll long seed) {
        float[] y = Data.odd(n, 6, seed);
        float[] dy = Data.odd(n, 9, seed + 1);
        float[] expected = backward(kind, slope, y, dy);
        var out = Guarded.of(y);
        var gradient = Guarded.of(dy);
        var dx = Guarded.output(n);
        Activation activation = activation(kind, slope);
        activation.backward(
                n,
                out.array(),
                out.offset(),
                gradient.array(),
                gradient.offset(),
                dx.array(),
                dx.offset(),
                WorkerPool.CALLER);
        Bits.assertEqual(activation.toString(), expected, dx.values());
        out.assertUnchanged("y");
        gradient.assertUnchanged("dy");
        float[] g = gradient.array();
        activation.backward(
                n, out.array(), out.offset(), g, gradient.offset(), g, gradient.offset(), WorkerPool.CALLER);
        Bits.assertEqual(activation + " in place", expected, gradient.values());
    }

    @Test
    void everyPoolGivesTheSameBits() {
        int n = 50_001;
        float[] x = Data.uniform(n, 3);
        float[] dy = Data.uniform(n, 4);
        for (var kind : ReferenceActivation.values()) {
            Activation activation = activation(kind, SLOPE);
            float[] y = forward(kind, SLOPE, x);
            float[] expected = backward(kind, SLOPE, y, dy);
            for (WorkerPool pool : Pools.ALL) {
                var out = Guarded.output(n);
                activation.forward(n, x, 0, out.array(), out.offset(), pool);
                Bits.assertEqual(activation + ", threads " + pool.threads(), y, out.values());
                var dx = Guarded.output(n);
                activation.backward(n, y, 0, dy, 0, dx.array(), dx.offset(), pool);
                Bits.assertEqual(activation + " backward, threads " + pool.threads(), expected, dx.values());
            }
        }
    }

    @Test
    void reluOfNegativeZeroIsPositiveZeroAndOfNaNIsNaN() {
        float[] y = new float[4];
        Activation.RELU.forward(4, new float[] {-0f, Float.NaN, Float.NEGATIVE_INFINITY, 2f}, 0, y, 0);
        Bits.assertEqual("relu", new float[] {0f, Float.NaN, 0f, 2f}, y);
    }

    @Test
    void slopeZeroIsRelu() {
        assertSame(Activation.RELU, Activation.leakyRelu(0f));
        assertSame(Activation.RELU, Activation.leakyRelu(-0f));
        assertEquals("leakyRelu(0.25)", Activation.leakyRelu(0.25f).toString());
    }

    @Test
    void slopesOutsideZeroToOneAreRefused() {
        for (float slope : new float[] {-0.1f, 1.0001f, Float.NaN, Float.POSITIVE_INFINITY}) {
            Refused.with(
                    IllegalArgumentException.class, () -> Activation.leakyRelu(slope), "slope = " + slope, "0 to 1");
        }
    }

    @Test
    void badForwardArgumentsAreRefused() {
        float[] x = new float[8];
        float[] y = new float[8];
        Activation a = Activation.TANH;
        Refused.with(IllegalArgumentException.class, () -> a.forward(-1, x, 0, y, 0), "n = -1");
        Refused.with(NullPointerException.class, () -> a.forward(1, null, 0, y, 0), "x");
        Refused.with(NullPointerException.class, () -> a.forward(1, x, 0, null, 0), "y");
        Refused.with(NullPointerException.class, () -> a.forward(1, x, 0, y, 0, null), "pool");
        Refused.with(IndexOutOfBoundsException.class, () -> a.forward(9, x, 0, y, 0), "x", "9", "8");
        Refused.with(IndexOutOfBoundsException.class, () -> a.forward(1, x, -1, y, 0), "x", "-1");
        Refused.with(IndexOutOfBoundsException.class, () -> a.forward(7, x, 0, y, 2), "y", "2", "7", "8");
        Refused.with(
                IndexOutOfBoundsException.class, () -> a.forward(Integer.MAX_VALUE, x, Integer.MAX_VALUE, y, 0), "x");
        Refused.with(IllegalArgumentException.class, () -> a.forward(4, x, 0, x, 3), "y", "[3, 7)", "[0, 4)");
        a.forward(4, x, 0, x, 4);
    }

    @Test
    void badBackwardArgumentsAreRefused() {
        float[] y = new float[8];
        float[] dy = new float[8];
        float[] dx = new float[8];
        Activation a = Activation.SIGMOID;
        WorkerPool pool = WorkerPool.CALLER;
        Refused.with(IllegalArgumentException.class, () -> a.backward(-2, y, 0, dy, 0, dx, 0, pool), "n = -2");
        Refused.with(NullPointerException.class, () -> a.backward(1, null, 0, dy, 0, dx, 0, pool), "y");
        Refused.with(NullPointerException.class, () -> a.backward(1, y, 0, null, 0, dx, 0, pool), "dy");
        Refused.with(NullPointerException.class, () -> a.backward(1, y, 0, dy, 0, null, 0, pool), "dx");
        Refused.with(NullPointerException.class, () -> a.backward(1, y, 0, dy, 0, dx, 0, null), "pool");
        Refused.with(IndexOutOfBoundsException.class, () -> a.backward(8, y, 1, dy, 0, dx, 0, pool), "y", "8");
        Refused.with(IndexOutOfBoundsException.class, () -> a.backward(8, y, 0, dy, 1, dx, 0, pool), "dy", "8");
        Refused.with(IndexOutOfBoundsException.class, () -> a.backward(8, y, 0, dy, 0, dx, 1, pool), "dx", "8");
        Refused.with(IllegalArgumentException.class, () -> a.backward(8, y, 0, dy, 0, y, 0, pool), "dx", "y");
        Refused.with(IllegalArgumentException.class, () -> a.backward(4, y, 0, dy, 0, dy, 1, pool), "dx", "dy");
    }

    @Test
    void nothingIsAllocated() {
        float[] x = Data.uniform(1000, 5);
        float[] y = new float[1000];
        float[] dx = new float[1000];
        for (var kind : ReferenceActivation.values()) {
            Activation a = activation(kind, SLOPE);
            Allocation.assertNone(a + " of 37", () -> a.forward(37, x, 0, y, 0));
            Allocation.assertNone(a.toString(), () -> a.forward(1000, x, 0, y, 0, WorkerPool.CALLER));
            Allocation.assertNone(a + " back", () -> a.backward(1000, y, 0, x, 0, dx, 0, WorkerPool.CALLER));
        }
    }

    private static Activation activation(ReferenceActivation kind, float slope) {
        return switch (kind) {
            case IDENTITY -> Activation.IDENTITY;
            case RELU -> Activation.RELU;
            case LEAKY_RELU -> Activation.leakyRelu(slope);
            case SIGMOID -> Activation.SIGMOID;
            case TANH -> Activation.TANH;
        };
    }

    private static float[] forward(ReferenceActivation kind, float slope, float[] x) {
        float[] y = new float[x.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = kind.forward(x[i], slope);
        }
        return y;
    }

    private static float[] backward(ReferenceActivation kind, float slope, float[] y, float[] dy) {
        float[] dx = new float[y.length];
        for (int i = 0; i < dx.length; i++) {
            dx[i] = kind.backward(y[i], dy[i], slope);
        }
        return dx;
    }
}

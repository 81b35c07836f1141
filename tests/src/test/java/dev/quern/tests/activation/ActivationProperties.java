// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.activation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Activations against their formulas: bit for bit where they are plain arithmetic, else against doubles. */
class ActivationProperties {
    private static final float SLOPE = 0.1f;

    @Property(tries = 600)
    void forwardIsTheFormula(
            @ForAll ReferenceActivation kind,
            @ForAll @IntRange(max = 130) int n,
            @ForAll @FloatRange(min = 0.01f, max = 1f) float p,
            @ForAll long seed) {
        float[] x = wide(Data.odd(n, 6, seed));
        var in = Guarded.of(x);
        var out = Guarded.output(n);
        Activation activation = activation(kind, p);
        activation.forward(n, in.array(), in.offset(), out.array(), out.offset());
        float[] y = out.values();
        assertForward(kind, p, x, y);
        in.assertUnchanged("x");
        activation.forward(n, in.array(), in.offset(), in.array(), in.offset());
        Bits.assertEqual(activation + " in place", y, in.values());
    }

    @Property(tries = 600)
    void backwardIsTheFormula(
            @ForAll ReferenceActivation kind,
            @ForAll @IntRange(max = 130) int n,
            @ForAll @FloatRange(min = 0.01f, max = 1f) float p,
            @ForAll long seed) {
        float[] from = wide(Data.odd(n, 6, seed));
        float[] dy = kind.plainBackward() ? Data.odd(n, 9, seed + 1) : Data.uniform(n, seed + 1);
        var given = Guarded.of(from);
        var gradient = Guarded.of(dy);
        var out = Guarded.output(n);
        Activation activation = activation(kind, p);
        float[] g = gradient.array();
        int at = gradient.offset();
        backward(activation, n, given.array(), given.offset(), g, at, out.array(), out.offset(), WorkerPool.CALLER);
        float[] dx = out.values();
        assertBackward(kind, p, from, dy, dx);
        given.assertUnchanged("y or x");
        gradient.assertUnchanged("dy");
        backward(activation, n, given.array(), given.offset(), g, at, g, at, WorkerPool.CALLER);
        Bits.assertEqual(activation + " in place", dx, gradient.values());
    }

    @Test
    void everyPoolGivesTheSameBits() {
        int n = 50_001;
        float[] x = Data.uniform(n, 3);
        float[] dy = Data.uniform(n, 4);
        for (var kind : ReferenceActivation.values()) {
            Activation activation = activation(kind, SLOPE);
            float[] y = new float[n];
            activation.forward(n, x, 0, y, 0);
            assertForward(kind, SLOPE, x, y);
            float[] from = activation.needsInput() ? x : y;
            float[] expected = new float[n];
            backward(activation, n, from, 0, dy, 0, expected, 0, WorkerPool.CALLER);
            assertBackward(kind, SLOPE, from, dy, expected);
            for (WorkerPool pool : Pools.ALL) {
                var out = Guarded.output(n);
                activation.forward(n, x, 0, out.array(), out.offset(), pool);
                Bits.assertEqual(activation + ", threads " + pool.threads(), y, out.values());
                var dx = Guarded.output(n);
                backward(activation, n, from, 0, dy, 0, dx.array(), dx.offset(), pool);
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
    void limitsAndSignsOfZeroAreKept() {
        float inf = Float.POSITIVE_INFINITY;
        float[] x = {-inf, -0f, 0f, inf, Float.NaN};
        float[] y = new float[5];
        for (var kind : new Activation[] {Activation.GELU, Activation.GELU_TANH, Activation.SILU}) {
            kind.forward(5, x, 0, y, 0);
            Bits.assertEqual(kind.toString(), new float[] {-0f, -0f, 0f, inf, Float.NaN}, y);
        }
        Activation.HARD_SWISH.forward(5, x, 0, y, 0);
        Bits.assertEqual("hardSwish", new float[] {0f, -0f, 0f, inf, Float.NaN}, y);
        Activation.SOFTPLUS.forward(5, x, 0, y, 0);
        float ln2 = (float) StrictMath.log(2);
        Bits.assertEqual("softplus", new float[] {0f, ln2, ln2, inf, Float.NaN}, y);
        Activation.elu(0.5f).forward(5, x, 0, y, 0);
        Bits.assertEqual("elu", new float[] {-0.5f, -0f, 0f, inf, Float.NaN}, y);
        Activation.RELU6.forward(5, x, 0, y, 0);
        Bits.assertEqual("relu6", new float[] {0f, 0f, 0f, 6f, Float.NaN}, y);
    }

    @Test
    void anAlphaOfZeroOfEluAndZeroBoundsOfEitherSignGiveTheSameBits() {
        float[] x = Data.odd(1000, 5, 1);
        float[] y = new float[1000];
        float[] other = new float[1000];
        Activation.clip(-0f, 6f).forward(1000, x, 0, y, 0);
        Activation.RELU6.forward(1000, x, 0, other, 0);
        Bits.assertEqual("clip", y, other);
        Activation.elu(-0f).forward(1000, x, 0, y, 0);
        Activation.elu(0f).forward(1000, x, 0, other, 0);
        Bits.assertEqual("elu", y, other);
    }

    @Test
    void boundsAndAlphasOutOfRangeAreRefused() {
        float inf = Float.POSITIVE_INFINITY;
        for (float[] b : new float[][] {{1, 1}, {2, 1}, {Float.NaN, 1}, {0, Float.NaN}, {0, inf}, {-inf, 0}}) {
            Refused.with(
                    IllegalArgumentException.class,
                    () -> Activation.clip(b[0], b[1]),
                    "low = " + b[0],
                    "high = " + b[1]);
        }
        for (float alpha : new float[] {-0.1f, Float.NaN, inf}) {
            Refused.with(IllegalArgumentException.class, () -> Activation.elu(alpha), "alpha = " + alpha, "0 or more");
        }
    }

    @Test
    void aGradientIsTakenFromTheOneArrayThatTellsIt() {
        float[] x = new float[4];
        float[] dx = new float[4];
        for (var kind : ReferenceActivation.values()) {
            Activation a = activation(kind, SLOPE);
            if (a.needsInput()) {
                Refused.with(
                        UnsupportedOperationException.class,
                        () -> a.backward(4, x, 0, x, 0, dx, 0, WorkerPool.CALLER),
                        a.toString(),
                        "backwardFromInput");
            } else {
                Refused.with(
                        UnsupportedOperationException.class,
                        () -> a.backwardFromInput(4, x, 0, x, 0, dx, 0, WorkerPool.CALLER),
                        a.toString(),
                        "by backward");
            }
        }
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
        Activation g = Activation.GELU;
        Refused.with(IllegalArgumentException.class, () -> g.backwardFromInput(-2, y, 0, dy, 0, dx, 0, pool), "n = -2");
        Refused.with(NullPointerException.class, () -> g.backwardFromInput(1, null, 0, dy, 0, dx, 0, pool), "x");
        Refused.with(IndexOutOfBoundsException.class, () -> g.backwardFromInput(8, y, 1, dy, 0, dx, 0, pool), "x", "8");
        Refused.with(IllegalArgumentException.class, () -> g.backwardFromInput(8, y, 0, dy, 0, y, 0, pool), "dx", "x");
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
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] x = Data.uniform(1000, 5);
        float[] y = new float[1000];
        float[] dx = new float[1000];
        for (var kind : ReferenceActivation.values()) {
            Activation a = activation(kind, SLOPE);
            Allocation.assertNone(a + " of 37", () -> a.forward(37, x, 0, y, 0));
            Allocation.assertNone(a.toString(), () -> a.forward(1000, x, 0, y, 0, WorkerPool.CALLER));
            Allocation.assertNone(a + " back", () -> backward(a, 1000, y, 0, x, 0, dx, 0, WorkerPool.CALLER));
        }
    }

    private static Activation activation(ReferenceActivation kind, float p) {
        return switch (kind) {
            case IDENTITY -> Activation.IDENTITY;
            case RELU -> Activation.RELU;
            case LEAKY_RELU -> Activation.leakyRelu(p);
            case CLIP -> Activation.clip(p, p + 1);
            case ELU -> Activation.elu(p);
            case SIGMOID -> Activation.SIGMOID;
            case TANH -> Activation.TANH;
            case SOFTPLUS -> Activation.SOFTPLUS;
            case HARD_SWISH -> Activation.HARD_SWISH;
            case SILU -> Activation.SILU;
            case GELU -> Activation.GELU;
            case GELU_TANH -> Activation.GELU_TANH;
        };
    }

    private static void backward(
            Activation activation,
            int n,
            float[] from,
            int fromOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset,
            WorkerPool pool) {
        if (activation.needsInput()) {
            activation.backwardFromInput(n, from, fromOffset, dy, dyOffset, dx, dxOffset, pool);
        } else {
            activation.backward(n, from, fromOffset, dy, dyOffset, dx, dxOffset, pool);
        }
    }

    private static void assertForward(ReferenceActivation kind, float p, float[] x, float[] y) {
        float[] expected = new float[x.length];
        for (int i = 0; i < y.length; i++) {
            expected[i] = kind.forward(x[i], p, p + 1);
        }
        assertClose(kind + " forward", kind.forwardUlps(), expected, y);
    }

    private static void assertBackward(ReferenceActivation kind, float p, float[] from, float[] dy, float[] dx) {
        float[] expected = new float[from.length];
        for (int i = 0; i < dx.length; i++) {
            expected[i] = kind.backward(from[i], dy[i], p, p + 1);
        }
        assertClose(kind + " backward", kind.plainBackward() ? 0 : 4, expected, dx);
    }

    /** Off by so many units in the last place, or where that is less by 2⁻²²; 0 is bit equality. */
    private static void assertClose(String what, double ulps, float[] expected, float[] actual) {
        if (ulps == 0) {
            Bits.assertEqual(what, expected, actual);
            return;
        }
        for (int i = 0; i < expected.length; i++) {
            double allowed = Math.max(ulps * Math.ulp(expected[i]), ReferenceActivation.ABSOLUTE);
            boolean close = Bits.same(expected[i], actual[i]) || Math.abs((double) expected[i] - actual[i]) <= allowed;
            assertTrue(close, what + " [" + i + "]: expected " + expected[i] + ", got " + actual[i]);
        }
    }

    /** Every third value ten times as large, so that saturation is met too. */
    private static float[] wide(float[] values) {
        for (int i = 0; i < values.length; i += 3) {
            values[i] *= 10;
        }
        return values;
    }
}

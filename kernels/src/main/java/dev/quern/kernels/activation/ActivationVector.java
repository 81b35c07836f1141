// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.activation;

import static dev.quern.kernels.activation.ActivationScalar.SIXTH;
import static dev.quern.kernels.activation.ActivationScalar.THIRD;
import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import dev.quern.kernels.vector.EmptyCalls;
import dev.quern.kernels.vector.VectorGate;
import dev.quern.kernels.vector.VectorGelu;
import dev.quern.kernels.vector.VectorMath;
import dev.quern.kernels.vector.VectorSoft;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The formulas of {@link Activation} with vectors; what does not fill one is left to {@link ActivationScalar}.
 * Loads are one vector ahead, see {@link VectorMath}.
 */
final class ActivationVector {
    /** Beside {@link #relu}. */
    private static final EmptyCalls EMPTY_RELU = new EmptyCalls(() -> relu(0, null, 0, null, 0));

    private ActivationVector() {}

    static void forward(
            Activation.Kind kind, float first, float second, int n, float[] x, int xOffset, float[] y, int yOffset) {
        switch (kind) {
            case RELU -> {
                EMPTY_RELU.beside();
                relu(n, x, xOffset, y, yOffset);
            }
            case LEAKY_RELU -> leakyRelu(first, n, x, xOffset, y, yOffset);
            case CLIP -> clip(first, second, n, x, xOffset, y, yOffset);
            case ELU -> VectorSoft.elu(first, n, x, xOffset, y, yOffset);
            case SIGMOID -> VectorMath.sigmoid(n, x, xOffset, y, yOffset);
            case TANH -> VectorMath.tanh(n, x, xOffset, y, yOffset);
            case SOFTPLUS -> VectorSoft.softplus(n, x, xOffset, y, yOffset);
            case HARD_SWISH -> hardSwish(n, x, xOffset, y, yOffset);
            case GATE -> VectorGate.gate(first, second, n, x, xOffset, y, yOffset);
            case GELU -> VectorGelu.gelu(n, x, xOffset, y, yOffset);
            case IDENTITY -> throw new AssertionError(kind);
        }
    }

    private static void relu(int n, float[] x, int xOffset, float[] y, int yOffset) {
        int full = n / COUNT * COUNT;
        for (int i = 0, end = full - COUNT, ahead = COUNT; i < full; end = full, ahead = 0) {
            FloatVector next = FloatVector.fromArray(FLOATS, x, xOffset + i);
            for (; i < end; i += COUNT) {
                FloatVector in = next;
                next = FloatVector.fromArray(FLOATS, x, xOffset + i + ahead);
                in.blend(0f, in.compare(VectorOperators.LE, 0f)).intoArray(y, yOffset + i);
            }
        }
        ActivationScalar.relu(n - full, x, xOffset + full, y, yOffset + full);
    }

    private static void leakyRelu(float slope, int n, float[] x, int xOffset, float[] y, int yOffset) {
        int full = n / COUNT * COUNT;
        for (int i = 0, end = full - COUNT, ahead = COUNT; i < full; end = full, ahead = 0) {
            FloatVector next = FloatVector.fromArray(FLOATS, x, xOffset + i);
            for (; i < end; i += COUNT) {
                FloatVector in = next;
                next = FloatVector.fromArray(FLOATS, x, xOffset + i + ahead);
                in.blend(in.mul(slope), in.compare(VectorOperators.LE, 0f)).intoArray(y, yOffset + i);
            }
        }
        ActivationScalar.leakyRelu(slope, n - full, x, xOffset + full, y, yOffset + full);
    }

    private static void clip(float low, float high, int n, float[] x, int xOffset, float[] y, int yOffset) {
        int full = n / COUNT * COUNT;
        for (int i = 0, end = full - COUNT, ahead = COUNT; i < full; end = full, ahead = 0) {
            FloatVector next = FloatVector.fromArray(FLOATS, x, xOffset + i);
            for (; i < end; i += COUNT) {
                FloatVector in = next;
                next = FloatVector.fromArray(FLOATS, x, xOffset + i + ahead);
                in.blend(low, in.compare(VectorOperators.LE, low))
                        .blend(high, in.compare(VectorOperators.GE, high))
                        .intoArray(y, yOffset + i);
            }
        }
        ActivationScalar.clip(low, high, n - full, x, xOffset + full, y, yOffset + full);
    }

    private static void hardSwish(int n, float[] x, int xOffset, float[] y, int yOffset) {
        int full = n / COUNT * COUNT;
        for (int i = 0, end = full - COUNT, ahead = COUNT; i < full; end = full, ahead = 0) {
            FloatVector next = FloatVector.fromArray(FLOATS, x, xOffset + i);
            for (; i < end; i += COUNT) {
                FloatVector in = next;
                next = FloatVector.fromArray(FLOATS, x, xOffset + i + ahead);
                in.mul(in.add(3f))
                        .mul(SIXTH)
                        .blend(in, in.compare(VectorOperators.GE, 3f))
                        .blend(0f, in.compare(VectorOperators.LE, -3f))
                        .intoArray(y, yOffset + i);
            }
        }
        ActivationScalar.hardSwish(n - full, x, xOffset + full, y, yOffset + full);
    }

    /** From the output y or the input x, whichever the kind wants. */
    static void backward(
            Activation.Kind kind,
            float first,
            float second,
            int n,
            float[] from,
            int fromOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset) {
        int done = n / COUNT * COUNT;
        switch (kind) {
            case RELU -> reluBackward(done, from, fromOffset, dy, dyOffset, dx, dxOffset);
            case LEAKY_RELU -> leakyReluBackward(first, done, from, fromOffset, dy, dyOffset, dx, dxOffset);
            case CLIP -> clipBackward(first, second, done, from, fromOffset, dy, dyOffset, dx, dxOffset);
            case ELU -> eluBackward(first, done, from, fromOffset, dy, dyOffset, dx, dxOffset);
            case SIGMOID -> sigmoidBackward(done, from, fromOffset, dy, dyOffset, dx, dxOffset);
            case TANH -> tanhBackward(done, from, fromOffset, dy, dyOffset, dx, dxOffset);
            case SOFTPLUS -> VectorSoft.softplusBackward(done, from, fromOffset, dy, dyOffset, dx, dxOffset);
            case HARD_SWISH -> hardSwishBackward(done, from, fromOffset, dy, dyOffset, dx, dxOffset);
            case GATE -> VectorGate.gateBackward(first, second, done, from, fromOffset, dy, dyOffset, dx, dxOffset);
            case GELU -> VectorGelu.geluBackward(done, from, fromOffset, dy, dyOffset, dx, dxOffset);
            case IDENTITY -> throw new AssertionError(kind);
        }
        int left = n - done;
        int f = fromOffset + done;
        ActivationScalar.backward(kind, first, second, left, from, f, dy, dyOffset + done, dx, dxOffset + done);
    }

    private static void clipBackward(
            float low, float high, int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        var zero = FloatVector.zero(FLOATS);
        for (int i = 0; i < n; i += COUNT) {
            FloatVector out = FloatVector.fromArray(FLOATS, y, yOffset + i);
            FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
            FloatVector above = FloatVector.zero(FLOATS).blend(gradient, out.compare(VectorOperators.GT, low));
            FloatVector.zero(FLOATS)
                    .blend(above, out.compare(VectorOperators.LT, high))
                    .intoArray(dx, dxOffset + i);
        }
    }

    private static void eluBackward(
            float alpha, int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        for (int i = 0; i < n; i += COUNT) {
            FloatVector out = FloatVector.fromArray(FLOATS, y, yOffset + i);
            FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
            gradient.mul(out.add(alpha))
                    .blend(gradient, out.compare(VectorOperators.GT, 0f))
                    .intoArray(dx, dxOffset + i);
        }
    }

    private static void hardSwishBackward(
            int n, float[] x, int xOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        var third = FloatVector.broadcast(FLOATS, THIRD);
        var half = FloatVector.broadcast(FLOATS, 0.5f);
        for (int i = 0; i < n; i += COUNT) {
            FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i);
            FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
            gradient.mul(in.fma(third, half))
                    .blend(gradient, in.compare(VectorOperators.GE, 3f))
                    .blend(0f, in.compare(VectorOperators.LE, -3f))
                    .intoArray(dx, dxOffset + i);
        }
    }

    private static void reluBackward(
            int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        var zero = FloatVector.zero(FLOATS);
        for (int i = 0; i < n; i += COUNT) {
            FloatVector out = FloatVector.fromArray(FLOATS, y, yOffset + i);
            FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
            FloatVector.zero(FLOATS)
                    .blend(gradient, out.compare(VectorOperators.GT, 0f))
                    .intoArray(dx, dxOffset + i);
        }
    }

    private static void leakyReluBackward(
            float slope, int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        for (int i = 0; i < n; i += COUNT) {
            FloatVector out = FloatVector.fromArray(FLOATS, y, yOffset + i);
            FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
            gradient.mul(slope)
                    .blend(gradient, out.compare(VectorOperators.GT, 0f))
                    .intoArray(dx, dxOffset + i);
        }
    }

    private static void sigmoidBackward(
            int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        for (int i = 0; i < n; i += COUNT) {
            FloatVector out = FloatVector.fromArray(FLOATS, y, yOffset + i);
            FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
            gradient.mul(out.neg().fma(out, out)).intoArray(dx, dxOffset + i);
        }
    }

    private static void tanhBackward(
            int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        var one = FloatVector.broadcast(FLOATS, 1f);
        for (int i = 0; i < n; i += COUNT) {
            FloatVector out = FloatVector.fromArray(FLOATS, y, yOffset + i);
            FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
            gradient.mul(out.neg().fma(out, one)).intoArray(dx, dxOffset + i);
        }
    }
}

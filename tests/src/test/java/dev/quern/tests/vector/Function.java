// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.vector;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.vector.ScalarGate;
import dev.quern.kernels.vector.ScalarGelu;
import dev.quern.kernels.vector.ScalarMath;
import dev.quern.kernels.vector.ScalarSoft;
import dev.quern.kernels.vector.VectorGate;
import dev.quern.kernels.vector.VectorGelu;
import dev.quern.kernels.vector.VectorMath;
import dev.quern.kernels.vector.VectorSoft;
import dev.quern.kernels.vector.VectorSupport;
import dev.quern.tests.reference.ReferenceActivation;
import dev.quern.tests.reference.ReferenceMath;

/** The functions under test: what they promise, the true value in double, and both implementations. */
enum Function {
    EXP(0.91, 0) {
        @Override
        double exact(double x) {
            return StrictMath.exp(x);
        }

        @Override
        void scalar(int n, float[] x, int xOffset, float[] y, int yOffset) {
            ScalarMath.exp(n, x, xOffset, y, yOffset);
        }

        @Override
        void vector(int n, float[] x, int xOffset, float[] y, int yOffset) {
            VectorMath.exp(n, x, xOffset, y, yOffset);
        }
    },
    SIGMOID(1.75, 0) {
        @Override
        double exact(double x) {
            return ReferenceMath.sigmoid(x);
        }

        @Override
        void scalar(int n, float[] x, int xOffset, float[] y, int yOffset) {
            ScalarMath.sigmoid(n, x, xOffset, y, yOffset);
        }

        @Override
        void vector(int n, float[] x, int xOffset, float[] y, int yOffset) {
            VectorMath.sigmoid(n, x, xOffset, y, yOffset);
        }
    },
    TANH(1.75, 0) {
        @Override
        double exact(double x) {
            return StrictMath.tanh(x);
        }

        @Override
        void scalar(int n, float[] x, int xOffset, float[] y, int yOffset) {
            ScalarMath.tanh(n, x, xOffset, y, yOffset);
        }

        @Override
        void vector(int n, float[] x, int xOffset, float[] y, int yOffset) {
            VectorMath.tanh(n, x, xOffset, y, yOffset);
        }
    },
    SOFTPLUS(1.93, 0) {
        @Override
        double exact(double x) {
            return ReferenceMath.softplus(x);
        }

        @Override
        void scalar(int n, float[] x, int xOffset, float[] y, int yOffset) {
            ScalarSoft.softplus(n, x, xOffset, y, yOffset);
        }

        @Override
        void vector(int n, float[] x, int xOffset, float[] y, int yOffset) {
            VectorSoft.softplus(n, x, xOffset, y, yOffset);
        }
    },
    ELU(0.95, 0) {
        @Override
        double exact(double x) {
            return x >= 0 ? x : ALPHA * StrictMath.expm1(x);
        }

        @Override
        void scalar(int n, float[] x, int xOffset, float[] y, int yOffset) {
            ScalarSoft.elu(ALPHA, n, x, xOffset, y, yOffset);
        }

        @Override
        void vector(int n, float[] x, int xOffset, float[] y, int yOffset) {
            VectorSoft.elu(ALPHA, n, x, xOffset, y, yOffset);
        }
    },
    SILU(1.96, 6e-8) {
        @Override
        double exact(double x) {
            return ReferenceMath.gated(x, ReferenceMath.sigmoid(x));
        }

        @Override
        void scalar(int n, float[] x, int xOffset, float[] y, int yOffset) {
            ScalarGate.gate(1f, 0f, n, x, xOffset, y, yOffset);
        }

        @Override
        void vector(int n, float[] x, int xOffset, float[] y, int yOffset) {
            VectorGate.gate(1f, 0f, n, x, xOffset, y, yOffset);
        }
    },
    GELU(4, 0x1p-22) {
        @Override
        double exact(double x) {
            return ReferenceMath.gated(x, ReferenceMath.normalBelow(x));
        }

        @Override
        void scalar(int n, float[] x, int xOffset, float[] y, int yOffset) {
            ScalarGelu.gelu(n, x, xOffset, y, yOffset);
        }

        @Override
        void vector(int n, float[] x, int xOffset, float[] y, int yOffset) {
            VectorGelu.gelu(n, x, xOffset, y, yOffset);
        }
    },
    GELU_TANH(2.15, 7e-8) {
        @Override
        double exact(double x) {
            return ReferenceMath.gated(x, ReferenceMath.sigmoid(inner(x)));
        }

        @Override
        void scalar(int n, float[] x, int xOffset, float[] y, int yOffset) {
            ScalarGate.gate(ScalarGate.GELU_LINEAR, ScalarGate.GELU_CUBIC, n, x, xOffset, y, yOffset);
        }

        @Override
        void vector(int n, float[] x, int xOffset, float[] y, int yOffset) {
            VectorGate.gate(ScalarGate.GELU_LINEAR, ScalarGate.GELU_CUBIC, n, x, xOffset, y, yOffset);
        }
    },
    RELU(0, 0) {
        @Override
        double exact(double x) {
            return Math.max(x, 0);
        }

        @Override
        void scalar(int n, float[] x, int xOffset, float[] y, int yOffset) {
            formula(ReferenceActivation.RELU, 0f, 0f, n, x, xOffset, y, yOffset);
        }

        @Override
        void vector(int n, float[] x, int xOffset, float[] y, int yOffset) {
            Activation.RELU.forward(n, x, xOffset, y, yOffset);
        }
    },
    RELU6(0, 0) {
        @Override
        double exact(double x) {
            return Math.min(Math.max(x, 0), 6);
        }

        @Override
        void scalar(int n, float[] x, int xOffset, float[] y, int yOffset) {
            formula(ReferenceActivation.CLIP, 0f, 6f, n, x, xOffset, y, yOffset);
        }

        @Override
        void vector(int n, float[] x, int xOffset, float[] y, int yOffset) {
            Activation.RELU6.forward(n, x, xOffset, y, yOffset);
        }
    },
    /** Half a unit is the rounding of one product: no float is nearer. */
    LEAKY_RELU(0.5, 0) {
        @Override
        double exact(double x) {
            return x > 0 ? x : SLOPE * x;
        }

        @Override
        void scalar(int n, float[] x, int xOffset, float[] y, int yOffset) {
            formula(ReferenceActivation.LEAKY_RELU, SLOPE, 0f, n, x, xOffset, y, yOffset);
        }

        @Override
        void vector(int n, float[] x, int xOffset, float[] y, int yOffset) {
            Activation.leakyRelu(SLOPE).forward(n, x, xOffset, y, yOffset);
        }
    },
    HARD_SWISH(2.25, 0) {
        @Override
        double exact(double x) {
            return x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6;
        }

        @Override
        void scalar(int n, float[] x, int xOffset, float[] y, int yOffset) {
            formula(ReferenceActivation.HARD_SWISH, 0f, 0f, n, x, xOffset, y, yOffset);
        }

        @Override
        void vector(int n, float[] x, int xOffset, float[] y, int yOffset) {
            Activation.HARD_SWISH.forward(n, x, xOffset, y, yOffset);
        }
    };

    /** Of ELU: a power of two, so that it adds no rounding of its own. */
    static final float ALPHA = 0.5f;

    /** Of LeakyReLU. */
    private static final float SLOPE = 0.1f;

    /** The largest error promised, in units in the last place. */
    final double ulps;

    /** An error that is allowed whatever it is in units in the last place. */
    final double absolute;

    Function(double ulps, double absolute) {
        this.ulps = ulps;
        this.absolute = absolute;
    }

    /** The largest errors met: the absolute one among results so small that it is the one allowed, ulps among the others. */
    record Errors(double ulps, double absolute) {
        static final Errors NONE = new Errors(0, 0);

        Errors or(Errors other) {
            return new Errors(Math.max(ulps, other.ulps), Math.max(absolute, other.absolute));
        }

        @Override
        public String toString() {
            return "%.4f ulp, %.4g absolute".formatted(ulps, absolute);
        }
    }

    abstract double exact(double x);

    abstract void scalar(int n, float[] x, int xOffset, float[] y, int yOffset);

    abstract void vector(int n, float[] x, int xOffset, float[] y, int yOffset);

    /** The implementation that serves this process. */
    void serving(int n, float[] x, int xOffset, float[] y, int yOffset) {
        if (VectorSupport.ENABLED) {
            vector(n, x, xOffset, y, yOffset);
        } else {
            scalar(n, x, xOffset, y, yOffset);
        }
    }

    /**
     * Holds {@code y = f(x)} by the scalar twin to the true value, and the vectors to the twin, bit for bit.
     *
     * @return the largest errors
     */
    Errors check(int n, float[] x, float[] scratch, float[] vectorScratch) {
        scalar(n, x, 0, scratch, 0);
        if (VectorSupport.ENABLED) {
            vector(n, x, 0, vectorScratch, 0);
        }
        double largest = 0;
        double largestAbsolute = 0;
        for (int i = 0; i < n; i++) {
            double exact = exact(x[i]);
            double error = error(scratch[i], exact);
            double difference = Math.abs(scratch[i] - exact);
            boolean small = ulps * Math.ulp((float) exact) < absolute;
            if (!(small ? difference <= absolute : error <= ulps)) {
                throw new AssertionError("%s(%s) = %s, true value %s: %s ulp, promised: %s, or %s"
                        .formatted(this, x[i], scratch[i], exact, error, ulps, absolute));
            }
            largest = small ? largest : Math.max(largest, error);
            largestAbsolute = small ? Math.max(largestAbsolute, difference) : largestAbsolute;
            if (VectorSupport.ENABLED && Float.floatToIntBits(scratch[i]) != Float.floatToIntBits(vectorScratch[i])) {
                throw new AssertionError(
                        "%s(%s): scalar %s, vector %s".formatted(this, x[i], scratch[i], vectorScratch[i]));
            }
        }
        return new Errors(largest, largestAbsolute);
    }

    /** What is plain arithmetic has its formula for a scalar twin, and the door for its vectors. */
    private static void formula(
            ReferenceActivation kind, float p, float q, int n, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = kind.forward(x[xOffset + i], p, q);
        }
    }

    private static double inner(double x) {
        double c = Math.max(-1000, Math.min(1000, x));
        return 2 * StrictMath.sqrt(2 / StrictMath.PI) * c * (1 + 0.044715 * c * c);
    }

    private static double error(float got, double exact) {
        if (Double.isNaN(exact) || Float.isNaN(got)) {
            return Double.isNaN(exact) && Float.isNaN(got) ? 0 : Double.NaN;
        }
        float rounded = (float) exact;
        if (rounded == got) {
            // Also where both are infinite, and most often the case: the error is then a fraction of a unit.
            return Float.isInfinite(got) ? 0 : Math.abs(got - exact) / Math.ulp(rounded);
        }
        // Beyond the largest float the next one would be 2¹²⁸.
        double value = Float.isInfinite(got) ? Math.copySign(0x1p128, got) : got;
        double unit = Float.isInfinite(rounded) ? Math.ulp(Float.MAX_VALUE) : Math.ulp(rounded);
        return Math.abs(value - exact) / unit;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

/**
 * The activations as formulas for one element. Those that are plain arithmetic are defined here to the last bit; the
 * others are the mathematics in double precision, rounded, and a result may be off by {@link #forwardUlps} or {@link
 * #ABSOLUTE}. p and q are the parameters of those that have any.
 */
public enum ReferenceActivation {
    IDENTITY(0, true) {
        @Override
        public float forward(float x, float p, float q) {
            return x;
        }

        @Override
        double slope(float y, float p, float q) {
            return 1;
        }
    },
    RELU(0, true) {
        @Override
        public float forward(float x, float p, float q) {
            return Math.max(x, 0f);
        }

        @Override
        public float backward(float y, float dy, float p, float q) {
            return y > 0 ? dy : 0f;
        }
    },
    LEAKY_RELU(0, true) {
        @Override
        public float forward(float x, float p, float q) {
            return x > 0 ? x : x * p;
        }

        @Override
        public float backward(float y, float dy, float p, float q) {
            return y > 0 ? dy : dy * p;
        }
    },
    CLIP(0, true) {
        @Override
        public float forward(float x, float p, float q) {
            return Math.min(Math.max(x, p), q);
        }

        @Override
        public float backward(float y, float dy, float p, float q) {
            return y > p && y < q ? dy : 0f;
        }
    },
    ELU(2.5, true) {
        @Override
        public float forward(float x, float p, float q) {
            return x >= 0 ? x : (float) (p * StrictMath.expm1(x));
        }

        @Override
        public float backward(float y, float dy, float p, float q) {
            return y > 0 ? dy : dy * (y + p);
        }
    },
    SIGMOID(2.5, true) {
        @Override
        public float forward(float x, float p, float q) {
            return (float) ReferenceMath.sigmoid(x);
        }

        @Override
        public float backward(float y, float dy, float p, float q) {
            return dy * Math.fma(-y, y, y);
        }
    },
    TANH(2.5, true) {
        @Override
        public float forward(float x, float p, float q) {
            return (float) StrictMath.tanh(x);
        }

        @Override
        public float backward(float y, float dy, float p, float q) {
            return dy * Math.fma(-y, y, 1f);
        }
    },
    SOFTPLUS(3, false) {
        @Override
        public float forward(float x, float p, float q) {
            return (float) ReferenceMath.softplus(x);
        }

        @Override
        double slope(float y, float p, float q) {
            return y < 0 ? 0 : -StrictMath.expm1(-y);
        }
    },
    HARD_SWISH(0, true) {
        @Override
        public float forward(float x, float p, float q) {
            return x <= -3 ? 0f : x >= 3 ? x : x * (x + 3f) * (1f / 6f);
        }

        @Override
        public float backward(float x, float dy, float p, float q) {
            return x <= -3 ? 0f : x >= 3 ? dy : dy * Math.fma(x, 1f / 3f, 0.5f);
        }
    },
    SILU(3.5, false) {
        @Override
        public float forward(float x, float p, float q) {
            return (float) ReferenceMath.gated(x, ReferenceMath.sigmoid(x));
        }

        @Override
        double slope(float x, float p, float q) {
            double s = ReferenceMath.sigmoid(x);
            return s + bounded(x) * s * ReferenceMath.sigmoid(-x);
        }
    },
    GELU(4, false) {
        @Override
        public float forward(float x, float p, float q) {
            return (float) ReferenceMath.gated(x, ReferenceMath.normalBelow(x));
        }

        @Override
        double slope(float x, float p, float q) {
            return ReferenceMath.normalBelow(x) + bounded(x) * ReferenceMath.normalDensity(x);
        }
    },
    GELU_TANH(4, false) {
        @Override
        public float forward(float x, float p, float q) {
            return (float) ReferenceMath.gated(x, ReferenceMath.sigmoid(inner(x)));
        }

        @Override
        double slope(float x, float p, float q) {
            double s = ReferenceMath.sigmoid(inner(x));
            double c = bounded(x);
            return s + c * SCALE * (1 + 3 * 0.044715 * c * c) * s * ReferenceMath.sigmoid(-inner(x));
        }
    };

    /** What functions that are no plain arithmetic may be off by, in y and in dx for dy within ±1. */
    public static final double ABSOLUTE = 0x1p-22;

    private static final double SCALE = 2 * StrictMath.sqrt(2 / StrictMath.PI);

    private final double forwardUlps;
    private final boolean plainBackward;

    ReferenceActivation(double forwardUlps, boolean plainBackward) {
        this.forwardUlps = forwardUlps;
        this.plainBackward = plainBackward;
    }

    /** y of x. */
    public abstract float forward(float x, float p, float q);

    /** dx of dy and y, or x where the output does not tell the slope. */
    public float backward(float from, float dy, float p, float q) {
        return (float) (dy * slope(from, p, q));
    }

    /** The derivative where the output is y, or the input x. */
    double slope(float from, float p, float q) {
        throw new AssertionError(this);
    }

    /** Units in the last place that y may be off by; 0 for bit equality. */
    public double forwardUlps() {
        return forwardUlps;
    }

    /** True when dx is plain arithmetic, held to its bits. */
    public boolean plainBackward() {
        return plainBackward;
    }

    /** Beyond ±1000 every slope is at its limit, and infinity times zero is not wanted. */
    private static double bounded(double x) {
        return x > 1000 ? 1000 : x < -1000 ? -1000 : x;
    }

    private static double inner(double x) {
        double c = bounded(x);
        return SCALE * c * (1 + 0.044715 * c * c);
    }
}

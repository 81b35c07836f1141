// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

import dev.quern.kernels.vector.ScalarMath;

/**
 * The activations as formulas for one element, and softmax as plain loops over a row. exp, sigmoid and tanh of one number
 * are the library's own: what they are worth is tested against StrictMath elsewhere.
 */
public enum ReferenceActivation {
    IDENTITY {
        @Override
        public float forward(float x, float slope) {
            return x;
        }

        @Override
        public float backward(float y, float dy, float slope) {
            return dy;
        }
    },
    RELU {
        @Override
        public float forward(float x, float slope) {
            return Math.max(x, 0f);
        }

        @Override
        public float backward(float y, float dy, float slope) {
            return y > 0 ? dy : 0f;
        }
    },
    LEAKY_RELU {
        @Override
        public float forward(float x, float slope) {
            return x > 0 ? x : x * slope;
        }

        @Override
        public float backward(float y, float dy, float slope) {
            return y > 0 ? dy : dy * slope;
        }
    },
    SIGMOID {
        @Override
        public float forward(float x, float slope) {
            return ScalarMath.sigmoid(x);
        }

        @Override
        public float backward(float y, float dy, float slope) {
            return dy * Math.fma(-y, y, y);
        }
    },
    TANH {
        @Override
        public float forward(float x, float slope) {
            return ScalarMath.tanh(x);
        }

        @Override
        public float backward(float y, float dy, float slope) {
            return dy * Math.fma(-y, y, 1f);
        }
    };

    /** y of x. */
    public abstract float forward(float x, float slope);

    /** dx of y and dy. */
    public abstract float backward(float y, float dy, float slope);

    /** y = softmax(x) of one row. */
    public static void softmax(int n, float[] x, float[] y, int offset) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            max = x[offset + j] > max ? x[offset + j] : max;
        }
        for (int j = 0; j < n; j++) {
            y[offset + j] = ScalarMath.exp(x[offset + j] - max);
        }
        float sum = ReferenceFixedSum.sum(n, y, offset, 1);
        for (int j = 0; j < n; j++) {
            y[offset + j] = y[offset + j] / sum;
        }
    }

    /** dx of softmax for one row. */
    public static void softmaxBackward(int n, float[] y, float[] dy, float[] dx, int offset) {
        float[] products = new float[n];
        for (int j = 0; j < n; j++) {
            products[j] = y[offset + j] * dy[offset + j];
        }
        float sum = ReferenceFixedSum.sum(n, products, 0, 1);
        for (int j = 0; j < n; j++) {
            dx[offset + j] = y[offset + j] * (dy[offset + j] - sum);
        }
    }
}

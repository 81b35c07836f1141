// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

import dev.quern.kernels.vector.ScalarMath;
import dev.quern.kernels.vector.ScalarSoft;

/** The losses as plain loops. */
public final class ReferenceLoss {
    private ReferenceLoss() {}

    /** Mean cross-entropy of softmax; fills the gradient. */
    public static float softmaxCrossEntropy(int batch, int classes, float[] x, int[] labels, float[] gradient) {
        float rate = 1f / batch;
        double loss = 0;
        for (int row = 0; row < batch; row++) {
            int at = row * classes;
            ReferenceSoftmax.forward(classes, x, gradient, at);
            float most = Float.NEGATIVE_INFINITY;
            float likeliest = Float.NEGATIVE_INFINITY;
            for (int j = at; j < at + classes; j++) {
                most = x[j] > most ? x[j] : most;
                likeliest = gradient[j] > likeliest ? gradient[j] : likeliest;
            }
            loss += -StrictMath.log(likeliest) - ((double) x[at + labels[row]] - most);
            for (int j = 0; j < classes; j++) {
                gradient[at + j] = (j == labels[row] ? gradient[at + j] - 1f : gradient[at + j]) * rate;
            }
        }
        return batch == 0 ? 0f : (float) (loss / batch);
    }

    /** Mean squared difference; fills the gradient. */
    public static float meanSquaredError(float[] prediction, float[] target, float[] gradient) {
        int n = prediction.length;
        float[] squares = new float[n];
        for (int i = 0; i < n; i++) {
            float difference = prediction[i] - target[i];
            squares[i] = difference * difference;
            gradient[i] = difference * (2f / n);
        }
        return n == 0 ? 0f : ReferenceFixedSum.sum(n, squares, 0, 1) / n;
    }

    /** Mean cross-entropy of softmax with label smoothing above 0; fills the gradient. */
    public static float smoothedCrossEntropy(
            int batch, int classes, float smoothing, float[] x, int[] labels, float[] gradient) {
        double even = (double) smoothing / classes;
        double loss = 0;
        for (int row = 0; row < batch; row++) {
            int at = row * classes;
            ReferenceSoftmax.forward(classes, x, gradient, at);
            double most = largest(classes, x, at);
            double all = 0;
            for (int j = 0; j < classes; j++) {
                all += x[at + j] - most;
            }
            double logSum = -StrictMath.log(largest(classes, gradient, at));
            loss += logSum - ((1.0 - smoothing) * (x[at + labels[row]] - most) + even * all);
            for (int j = 0; j < classes; j++) {
                float right = j == labels[row] ? (float) (1.0 - smoothing) : 0f;
                gradient[at + j] = (gradient[at + j] - right - (float) even) * (1f / batch);
            }
        }
        return batch == 0 ? 0f : (float) (loss / batch);
    }

    /** Mean cross-entropy of softmax against distributions; fills the gradient. */
    public static float softTargets(int batch, int classes, float[] x, float[] q, float[] gradient) {
        double loss = 0;
        for (int row = 0; row < batch; row++) {
            int at = row * classes;
            ReferenceSoftmax.forward(classes, x, gradient, at);
            double most = largest(classes, x, at);
            double total = 0;
            double behind = 0;
            for (int j = at; j < at + classes; j++) {
                total += q[j];
                behind += q[j] == 0 ? 0 : q[j] * (x[j] - most);
            }
            loss += total * -StrictMath.log(largest(classes, gradient, at)) - behind;
            for (int j = at; j < at + classes; j++) {
                gradient[j] = Math.fma(gradient[j], (float) total, -q[j]) * (1f / batch);
            }
        }
        return batch == 0 ? 0f : (float) (loss / batch);
    }

    private static float largest(int n, float[] x, int offset) {
        float most = Float.NEGATIVE_INFINITY;
        for (int j = offset; j < offset + n; j++) {
            most = x[j] > most ? x[j] : most;
        }
        return most;
    }

    /** Mean absolute difference; fills the gradient. */
    public static float meanAbsoluteError(float[] prediction, float[] target, float[] gradient) {
        int n = prediction.length;
        float[] terms = new float[n];
        for (int i = 0; i < n; i++) {
            float d = prediction[i] - target[i];
            terms[i] = Math.abs(d);
            gradient[i] = Math.signum(d) * (1f / n);
        }
        return mean(terms);
    }

    /** Mean Huber loss; fills the gradient. */
    public static float huber(float delta, float[] prediction, float[] target, float[] gradient) {
        int n = prediction.length;
        float[] terms = new float[n];
        for (int i = 0; i < n; i++) {
            float d = prediction[i] - target[i];
            float c = Math.min(Math.abs(d), delta);
            terms[i] = c * Math.fma(-0.5f, c, Math.abs(d));
            gradient[i] = Math.max(-delta, Math.min(delta, d)) * (1f / n);
        }
        return mean(terms);
    }

    /**
     * Mean cross-entropy of sigmoid; fills the gradient. Sigmoid and softplus of one number are the library's own, as in
     * {@link ReferenceSoftmax}.
     */
    public static float binaryCrossEntropy(float[] x, float[] target, float[] gradient) {
        int n = x.length;
        float[] terms = new float[n];
        for (int i = 0; i < n; i++) {
            float hinge = x[i] > 0 ? x[i] : 0f;
            terms[i] = Math.fma(-x[i], target[i], hinge) + ScalarSoft.softplus(-Math.abs(x[i]));
            gradient[i] = (ScalarMath.sigmoid(x[i]) - target[i]) * (1f / n);
        }
        return mean(terms);
    }

    /** L1 and L2 penalty of weights; adds its gradient. */
    public static float penalty(float l1, float l2, float[] w, float[] gradient) {
        float[] terms = new float[w.length];
        for (int i = 0; i < w.length; i++) {
            terms[i] = Math.fma(l2 * w[i], w[i], l1 * Math.abs(w[i]));
            gradient[i] += Math.fma(2 * l2, w[i], w[i] > 0 ? l1 : w[i] < 0 ? -l1 : 0f);
        }
        return ReferenceFixedSum.sum(w.length, terms, 0, 1);
    }

    private static float mean(float[] terms) {
        return terms.length == 0 ? 0f : ReferenceFixedSum.sum(terms.length, terms, 0, 1) / terms.length;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

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
}

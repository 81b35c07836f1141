// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.activation;

/** stub. */
public abstract class Activation {
    /** stub. */
    protected Activation() {}
    /** stub. */
    public static final Activation IDENTITY = new Activation() {
        @Override
        public void forward(int n, float[] x, int xOffset, float[] y, int yOffset) {}
    };
    /** stub. */
    public abstract void forward(int n, float[] x, int xOffset, float[] y, int yOffset);
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

/** What the demo needs of a network: it sees images and labels, never layers. */
interface DemoModel extends AutoCloseable {
    /** Makes the network of one run. */
    @FunctionalInterface
    interface Factory {
        /**
         * A network for 28×28 grey images and ten classes.
         *
         * @param network which
         * @param batch the most images one call will bring
         * @param seed decides the first weights
         * @param threads how many threads may share the work; they change no bit of any result
         */
        DemoModel create(DemoNetwork network, int batch, long seed, int threads);
    }

    /** The network's name, layers and number of parameters. */
    String describe();

    /**
     * Learns from one batch.
     *
     * @param images NHWC, {@code count} × 28 × 28 × 1, 0 to 1
     * @param labels the class of each
     * @param count how many, at least 1 and at most the batch it was made for
     * @param progress the share of the whole training that is done, 0 to 1
     * @return the mean loss over the batch, before this step
     */
    double trainBatch(float[] images, int[] labels, int count, double progress);

    /**
     * Tells what it sees.
     *
     * @param images as in {@link #trainBatch}
     * @param count likewise
     * @param labels its first {@code count} ints become the classes seen
     */
    void predict(float[] images, int count, int[] labels);

    /** CRC-32 of the bits of all that is learnt or remembered, in the order of the layers. */
    long weightsCrc32();

    @Override
    void close();
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which memory holds which gradient on the way back. A gradient is needed from the last step that takes the value until
 * the step that made it has gone back; then its memory serves another, or at once one of that step's inputs where the step
 * can leave it there ({@link Pass#leavesGradient}). A chain of layers gets by with two arrays.
 *
 * <p>A value that several steps take gets its gradient from the last of them first; those of the others are computed
 * aside and added one by one.
 */
final class GradientBuffers {
    /** For each pass and input, the buffer its gradient is written to; -1 for the caller's tensor. */
    private final int[][] written;
    /** For each value, the buffer its gradient ends in; -1 for the model's input and for what no pass makes. */
    private final int[] owned;
    /** For each pass and input, whether what was written is still to be added. */
    private final boolean[][] added;

    private final List<Integer> sizes = new ArrayList<>();
    private final List<Integer> free = new ArrayList<>();
    private final float[][] memory;

    /**
     * Plans and takes the memory.
     *
     * @param elements of each value with a full batch; value 0 is the model's input
     */
    GradientBuffers(List<Pass> passes, int[] elements) {
        written = new int[passes.size()][];
        added = new boolean[passes.size()][];
        owned = new int[elements.length];
        Arrays.fill(owned, -1);
        boolean[] seen = new boolean[elements.length];
        int last = passes.getLast().output();
        owned[last] = acquire(elements[last]);
        for (int i = passes.size() - 1; i >= 0; i--) {
            Pass pass = passes.get(i);
            int[] inputs = pass.inputs();
            int outputs = owned[pass.output()];
            boolean left = false;
            written[i] = new int[inputs.length];
            added[i] = new boolean[inputs.length];
            for (int k = 0; k < inputs.length; k++) {
                int value = inputs[k];
                added[i][k] = seen[value];
                boolean here = !left && !seen[value] && value != 0 && pass.leavesGradient(k);
                left |= here;
                written[i][k] = here ? outputs : value == 0 && !seen[0] ? -1 : acquire(elements[value]);
                if (!seen[value]) {
                    owned[value] = written[i][k];
                }
                seen[value] = true;
            }
            for (int k = 0; k < inputs.length; k++) {
                if (added[i][k]) {
                    free.add(written[i][k]);
                }
            }
            if (!left) {
                free.add(outputs);
            }
        }
        memory = sizes.stream().map(float[]::new).toArray(float[][]::new);
    }

    /** The largest free buffer, made longer where it has to be, or a new one. */
    private int acquire(int size) {
        int best = -1;
        for (int buffer : free) {
            best = best < 0 || sizes.get(buffer) > sizes.get(best) ? buffer : best;
        }
        if (best < 0) {
            sizes.add(size);
            return sizes.size() - 1;
        }
        free.remove((Integer) best);
        sizes.set(best, Math.max(size, sizes.get(best)));
        return best;
    }

    /** Where a pass writes the gradient of one of its inputs that is still to be added to what is there; or null. */
    float[] aside(int pass, int input) {
        return added[pass][input] ? memory[written[pass][input]] : null;
    }

    /** Where the gradient of a value other than the model's input ends; null for one that no pass makes. */
    float[] owned(int value) {
        return owned[value] < 0 ? null : memory[owned[value]];
    }
}

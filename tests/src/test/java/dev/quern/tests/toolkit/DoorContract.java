// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.toolkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What every door promises about its arrays: null, a bad offset, an array one element short and an output that overlaps
 * an input are refused by name before anything is written; arrays of exactly the right length are accepted.
 */
public final class DoorContract {
    /** The door, with everything but the arrays filled in. */
    @FunctionalInterface
    public interface Call {
        /** Calls it; the output comes first, then the inputs as they were declared. */
        void with(float[][] arrays, int[] offsets);
    }

    private record Operand(String name, int length) {}

    private final String door;
    private final Call call;
    private final List<Operand> operands = new ArrayList<>();

    private DoorContract(String door, Call call) {
        this.door = door;
        this.call = call;
    }

    /** A door that writes {@code length} elements into the array that it calls {@code output}. */
    public static DoorContract of(String door, String output, int length, Call call) {
        return new DoorContract(door, call).reading(output, length);
    }

    /** It reads so many elements of the array that it calls {@code name}. */
    public DoorContract reading(String name, int length) {
        operands.add(new Operand(name, length));
        return this;
    }

    /** Tries everything. */
    public void assertHeld() {
        acceptsExactlyEnough();
        for (int i = 0; i < operands.size(); i++) {
            Operand operand = operands.get(i);
            refusesNull(i, operand.name);
            refusesOffset(i, operand, -1);
            refusesOffset(i, operand, Integer.MIN_VALUE);
            refusesOffset(i, operand, 1);
            refusesOffset(i, operand, operand.length + 1);
            refusesOffset(i, operand, Integer.MAX_VALUE);
            refusesOneShort(i, operand);
            if (i > 0) {
                refusesOverlap(i, 0);
                refusesOverlap(i, operand.length - 1);
                refusesOverlap(i, 1 - operands.getFirst().length);
                acceptsNeighbours(i);
            }
        }
    }

    private void acceptsExactlyEnough() {
        call.with(arrays(), new int[operands.size()]);
    }

    private void refusesNull(int index, String name) {
        float[][] arrays = arrays();
        arrays[index] = null;
        refuses(NullPointerException.class, arrays, new int[arrays.length], name);
    }

    private void refusesOffset(int index, Operand operand, int offset) {
        float[][] arrays = arrays();
        int[] offsets = new int[arrays.length];
        offsets[index] = offset;
        refuses(
                IndexOutOfBoundsException.class,
                arrays,
                offsets,
                operand.name,
                "" + offset,
                "" + operand.length,
                "length " + arrays[index].length);
    }

    private void refusesOneShort(int index, Operand operand) {
        float[][] arrays = arrays();
        arrays[index] = filled(operand.length - 1);
        refuses(
                IndexOutOfBoundsException.class,
                arrays,
                new int[arrays.length],
                operand.name,
                "" + operand.length,
                "length " + (operand.length - 1));
    }

    /** The output begins {@code shift} elements after the input, in the same array. */
    private void refusesOverlap(int index, int shift) {
        float[][] arrays = arrays();
        int[] offsets = new int[arrays.length];
        float[] shared = filled(2 * (operands.getFirst().length + operands.get(index).length));
        arrays[0] = shared;
        arrays[index] = shared;
        offsets[index] = Math.max(0, -shift);
        offsets[0] = offsets[index] + shift;
        refuses(
                IllegalArgumentException.class,
                arrays,
                offsets,
                "overlap",
                operands.getFirst().name,
                operands.get(index).name);
    }

    private void acceptsNeighbours(int index) {
        float[][] arrays = arrays();
        int[] offsets = new int[arrays.length];
        float[] shared = filled(operands.getFirst().length + operands.get(index).length);
        arrays[0] = shared;
        arrays[index] = shared;
        offsets[0] = operands.get(index).length;
        call.with(arrays, offsets);
    }

    private void refuses(Class<? extends Throwable> type, float[][] arrays, int[] offsets, String... parts) {
        float[][] before = new float[arrays.length][];
        for (int i = 0; i < arrays.length; i++) {
            before[i] = arrays[i] == null ? null : arrays[i].clone();
        }
        try {
            Refused.with(type, () -> call.with(arrays, offsets), parts);
        } catch (AssertionError e) {
            throw new AssertionError(door + ", offsets " + Arrays.toString(offsets) + ": " + e.getMessage(), e);
        }
        for (int i = 0; i < arrays.length; i++) {
            if (arrays[i] != null) {
                Bits.assertEqual(door + " wrote " + operands.get(i).name + " before it refused", before[i], arrays[i]);
            }
        }
    }

    private float[][] arrays() {
        float[][] arrays = new float[operands.size()][];
        for (int i = 0; i < arrays.length; i++) {
            arrays[i] = filled(operands.get(i).length);
        }
        return arrays;
    }

    private static float[] filled(int length) {
        float[] values = new float[length];
        Arrays.fill(values, 7f);
        return values;
    }
}

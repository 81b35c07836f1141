// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.gemm.Gemm;
import dev.quern.layers.Tensor;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every door of both modules refuses null by the name of the parameter, before it writes. Doors are found in the
 * modules, arguments by {@link Samples}: a new door is tried from its first day, and fails here if there is nothing to
 * try it with.
 */
class NullArgumentsTest {
    /** Where null is an answer, as patterns, and which. */
    private static final Map<String, String> ALLOWED = Map.of(
            "layers\\.\\w+\\.backward\\(diffSrc\\)", "nobody asks for the gradient of the input",
            "layers\\.Model\\.gradients\\(inputGradient\\)", "it is not wanted",
            "layers\\.(Model\\.(gradients|train)|GradientChecker\\.check)\\(labels\\)", "the loss takes none",
            "layers\\.Epoch\\(validation\\)", "there are no validation examples",
            "layers\\.Callback\\..*", "looks at nothing unless overridden",
            "kernels\\.gemm\\.Epilogue\\(bias\\)", "there is no bias",
            "kernels\\.norm\\.BatchNorm\\.(inference|forward)\\(residual\\)", "nothing is added",
            "kernels\\.norm\\.BatchNorm\\.backward\\(diffSrc\\)", "nobody asks for it");

    @TempDir
    Path folder;

    private final List<String> complaints = new ArrayList<>();
    private final TreeSet<String> allowancesUsed = new TreeSet<>();
    private int refusals;

    @Test
    void everyDoorNamesANullArgumentBeforeItWrites() throws Exception {
        List<Executable> doors = new ArrayList<>(PublicDoors.of(Gemm.class));
        doors.addAll(PublicDoors.of(Tensor.class));
        for (Executable door : doors) {
            assertTrue(
                    Arrays.stream(door.getParameters()).allMatch(Parameter::isNamePresent),
                    () -> door + " has lost its parameters' names: compile again, from clean");
            if (call(door, -1)) {
                for (int i = 0; i < door.getParameterCount(); i++) {
                    if (!door.getParameterTypes()[i].isPrimitive() && !isAllowed(door, i)) {
                        call(door, i);
                    }
                }
            }
        }
        assertEquals("", String.join("\n", complaints));
        assertEquals(new TreeSet<>(ALLOWED.keySet()), allowancesUsed, "allowances that nothing needs");
        assertTrue(refusals > 500, refusals + " refusals, of " + doors.size() + " doors");
    }

    private boolean isAllowed(Executable door, int index) {
        String name = PublicDoors.name(door) + "(" + door.getParameters()[index].getName() + ")";
        List<String> found = ALLOWED.keySet().stream().filter(name::matches).toList();
        allowancesUsed.addAll(found);
        return !found.isEmpty();
    }

    /** Calls a door with the argument at {@code absent} null, or with all of them at -1; whether it did as it should. */
    private boolean call(Executable door, int absent) {
        Parameter[] parameters = door.getParameters();
        String title = PublicDoors.name(door)
                + Arrays.toString(door.getParameterTypes())
                + (absent < 0 ? "" : " without " + parameters[absent].getName());
        Object[] arguments = new Object[parameters.length];
        String expected = absent < 0 ? "accepted" : "java.lang.NullPointerException: " + parameters[absent].getName();
        String got;
        try {
            var samples = new Samples(folder);
            Object receiver = samples.receiver(door);
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = i == absent ? null : samples.argument(door, parameters[i]);
            }
            List<Object> before =
                    Arrays.stream(arguments).map(Samples::contents).toList();
            got = invoke(door, receiver, arguments);
            List<Object> after = Arrays.stream(arguments).map(Samples::contents).toList();
            got += absent < 0 || before.equals(after) ? "" : ", but it had written";
        } catch (Exception e) {
            got = "no sample: " + e;
        }
        if (!got.equals(expected)) {
            complaints.add(title + ": " + got);
        }
        refusals += absent < 0 ? 0 : 1;
        return got.equals(expected);
    }

    private static String invoke(Executable door, Object receiver, Object... arguments)
            throws ReflectiveOperationException {
        try {
            if (door instanceof Constructor<?> constructor) {
                constructor.newInstance(arguments);
            } else {
                door.setAccessible(true);
                ((Method) door).invoke(receiver, arguments);
            }
            return "accepted";
        } catch (InvocationTargetException e) {
            return e.getCause().toString();
        }
    }
}

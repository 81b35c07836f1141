// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.check;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a user of a module can call with an object that may be null: read from the module itself, so nothing is left out. */
final class PublicDoors {
    private PublicDoors() {}

    /** Of the module that holds this class. */
    static List<Executable> of(Class<?> member) throws IOException, URISyntaxException {
        Path home = Path.of(
                member.getProtectionDomain().getCodeSource().getLocation().toURI());
        ModuleReference module = ModuleFinder.of(home).findAll().iterator().next();
        Set<String> exported = module.descriptor().exports().stream()
                .filter(each -> !each.isQualified())
                .map(Exports::source)
                .collect(Collectors.toSet());
        try (ModuleReader reader = module.open();
                Stream<String> files = reader.list()) {
            return files.filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .map(file -> load(
                            file.substring(0, file.length() - ".class".length()).replace('/', '.')))
                    .filter(type -> exported.contains(type.getPackageName()) && isVisible(type))
                    .flatMap(PublicDoors::doors)
                    .sorted(Comparator.comparing(PublicDoors::name))
                    .toList();
        }
    }

    /** As in {@code kernels.dense.DenseShape} for a constructor, {@code layers.Tensor.zeros} for a method. */
    static String name(Executable door) {
        String type = door.getDeclaringClass().getName().replace("dev.quern.", "");
        return door instanceof Method ? type + "." + door.getName() : type;
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PublicDoors.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isVisible(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getDeclaringClass() == null || isVisible(type.getDeclaringClass()));
    }

    private static Stream<Executable> doors(Class<?> type) {
        // Methods of a public superclass are that one's doors; those of a hidden superclass can only be had here.
        Stream<Method> methods = Arrays.stream(type.getMethods())
                .filter(method -> method.getDeclaringClass() == type || !isVisible(method.getDeclaringClass()));
        return Stream.concat(Arrays.stream(type.getConstructors()), methods)
                // The language says what these two do with null.
                .filter(door -> !door.getName().equals("equals")
                        && !(type.isEnum() && door.getName().equals("valueOf")))
                .filter(door -> !door.isSynthetic() && !Modifier.isAbstract(door.getModifiers()))
                .filter(door -> !Arrays.stream(door.getParameterTypes()).allMatch(Class::isPrimitive));
    }
}

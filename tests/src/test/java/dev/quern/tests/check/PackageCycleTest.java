// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.gemm.Gemm;
import dev.quern.layers.Tensor;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Packages know each other in one direction only: who reads one need not read those that use it. */
class PackageCycleTest {
    /** A class of ours, alone or within the type of a field or a method. */
    private static final Pattern CLASS = Pattern.compile("(dev/quern(?:/[a-z]+)+)/[A-Z]");

    @Test
    void packagesOfTheKernelsFormNoCycle() throws Exception {
        Map<String, Set<String>> uses = uses(Gemm.class);
        String gemm = "dev/quern/kernels/gemm";
        assertTrue(uses.get(gemm).contains(gemm + "/blocked"), "read the wrong way: " + uses);
        assertEquals(Map.of(), cycles(uses));
    }

    @Test
    void packagesOfTheLayersFormNoCycle() throws Exception {
        Map<String, Set<String>> uses = uses(Tensor.class);
        assertTrue(uses.get("dev/quern/layers/io").contains("dev/quern/layers"), "read the wrong way: " + uses);
        assertEquals(Map.of(), cycles(uses));
    }

    @Test
    void aCycleOfThreeIsFound() {
        Map<String, Set<String>> uses = new TreeMap<>(
                Map.of("a", Set.of("b"), "b", Set.of("c", "d"), "c", Set.of("a"), "d", Set.of("e"), "e", Set.of()));
        assertEquals(Set.of("a", "b", "c"), cycles(uses).keySet());
    }

    /** What is left when packages that use nothing else that is left are taken away, again and again. */
    private static Map<String, Set<String>> cycles(Map<String, Set<String>> uses) {
        Map<String, Set<String>> left = new TreeMap<>(uses);
        while (left.entrySet().removeIf(each -> each.getValue().stream().noneMatch(left::containsKey))) {
            // The next round takes away those that used only these.
        }
        return left;
    }

    /** Package by package of the module that holds this class, the others that its classes name. */
    private static Map<String, Set<String>> uses(Class<?> member) throws IOException, URISyntaxException {
        URI home = member.getProtectionDomain().getCodeSource().getLocation().toURI();
        Map<String, Set<String>> uses = new TreeMap<>();
        try (ModuleReader reader =
                ModuleFinder.of(Path.of(home)).findAll().iterator().next().open()) {
            List<String> files = reader.list()
                    .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .toList();
            for (String file : files) {
                String own = file.substring(0, file.lastIndexOf('/'));
                ByteBuffer bytes = reader.read(file).orElseThrow();
                byte[] content = new byte[bytes.remaining()];
                bytes.get(content);
                reader.release(bytes);
                Set<String> named = uses.computeIfAbsent(own, name -> new TreeSet<>());
                for (PoolEntry entry : ClassFile.of().parse(content).constantPool()) {
                    if (entry instanceof Utf8Entry text) {
                        Matcher classes = CLASS.matcher(text.stringValue());
                        while (classes.find()) {
                            named.add(classes.group(1));
                        }
                    }
                }
                named.remove(own);
            }
        }
        return uses;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A function in TorchScript, for the operators that PyTorch has and DJL has no method for. It is given to PyTorch as the
 * file that {@code torch.jit.save} would write: a ZIP archive, nothing compressed, with the module's class as source text,
 * a pickle of its one object and a format version (pytorch.org/docs, "TorchScript serialization",
 * {@code torch/csrc/jit/docs/serialization.md}).
 */
final class TorchScript {
    /** Three: the oldest that any PyTorch since 1.6 reads without converting. */
    private static final String VERSION = "3\n";

    private final PtSymbolBlock block;

    /**
     * Compiles a function of tensors.
     *
     * @param arguments names, separated by commas
     * @param body its lines; the last one returns a tensor
     */
    TorchScript(PtNDManager manager, String arguments, String... body) throws IOException {
        block = JniUtils.loadModule(manager, new ByteArrayInputStream(archive(source(arguments, body))), false, false);
    }

    /** Calls it. */
    NDArray call(NDList arguments) {
        return IValueUtils.forward(block, arguments, false).get(0);
    }

    private static String source(String arguments, String... body) {
        return """
                class M(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  def forward(self: __torch__.M, %s) -> Tensor:
                    %s
                """
                .formatted(arguments.replaceAll("(\\w+)", "$1: Tensor"), String.join("\n    ", body));
    }

    private static byte[] archive(String source) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            store(zip, "data.pkl", object());
            store(zip, "code/__torch__.py", source.getBytes(StandardCharsets.US_ASCII));
            store(zip, "constants.pkl", pickle(")"));
            store(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }

    /**
     * An object of class M whose field {@code training} is false, in the opcodes of Python's {@code pickletools}: the class,
     * no arguments, a new object, a dictionary of one field, which becomes its state.
     */
    private static byte[] object() {
        String name = "training";
        return pickle("c__torch__\nM\n)\u0081}(X" + (char) name.length() + "\0\0\0" + name + "\u0089ub");
    }

    /** Protocol 2, the opcodes, a stop. */
    private static byte[] pickle(String opcodes) {
        return ("\u0080\u0002" + opcodes + ".").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        var checksum = new CRC32();
        checksum.update(content);
        var entry = new ZipEntry("module/" + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}

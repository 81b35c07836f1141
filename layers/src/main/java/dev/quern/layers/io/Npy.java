// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import dev.quern.layers.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Objects;

/**
 * NumPy's npy: one array to a file (NEP 1, and "NPY format" in the manual of numpy.lib.format). Read are versions 1.0 to
 * 3.0 with 32-bit floats in either byte order, in C or Fortran order; both become what {@link Tensor} has, row-major.
 * Any other type is refused: nothing is rounded here. Written is version 1.0, {@code <f4}, C order.
 */
public final class Npy {
    private Npy() {}

    /**
     * Reads a file.
     *
     * @throws IOException when it cannot be read, breaks a rule of the format, has another type, or has more or fewer
     *     bytes than its shape needs; the message has the file and the byte
     */
    public static Tensor read(Path path) throws IOException {
        Objects.requireNonNull(path, "path");
        try (Arena arena = Arena.ofConfined()) {
            return parse(Bytes.map(path, arena));
        }
    }

    static Tensor parse(Bytes file) throws IOException {
        NpyHeader header = NpyHeader.parse(file);
        int elements = header.dimensions().elements();
        long needed = (long) elements * Float.BYTES;
        long found = file.length() - header.begin();
        if (found < needed) {
            throw file.bad(file.length(), "cut short: the shape needs " + needed + " bytes, found " + found);
        }
        if (found > needed) {
            throw file.bad(header.begin() + needed, found - needed + " bytes left over after the array");
        }
        float[] data = new float[elements];
        FloatBytes.read(file.segment(), header.begin(), header.order(), data, elements);
        int[] shape = header.dimensions().shape();
        return header.fortranOrder() ? Axes.reversed(Tensor.of(data, Axes.reversed(shape))) : Tensor.of(data, shape);
    }

    /**
     * Writes a file; the same tensor gives the same bytes.
     *
     * @throws IllegalArgumentException when the tensor has more than 64 dimensions
     * @throws IOException when the file cannot be written; what was there before remains
     */
    public static void write(Path path, Tensor tensor) throws IOException {
        Objects.requireNonNull(path, "path");
        NamedTensors.requireRank("tensor", tensor);
        WholeFile.write(path, out -> write(out, tensor));
    }

    static void write(OutputStream out, Tensor tensor) throws IOException {
        out.write(NpyHeader.of(tensor));
        FloatBytes.write(tensor, out);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Dense;
import dev.quern.layers.Graph;
import dev.quern.layers.Parameter;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;
import dev.quern.layers.io.Npz;
import dev.quern.layers.io.Safetensors;
import dev.quern.layers.io.Weights;
import dev.quern.tests.layers.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model's parameters and state by name: all of them or none. */
class WeightsTest {
    @TempDir
    Path dir;

    private Path path;
    private Sequential model;
    private long before;

    @BeforeEach
    void makeModel() {
        path = dir.resolve("w.safetensors");
        model = Models.small(WorkerPool.CALLER, 1, 4);
        before = model.weightsCrc32();
    }

    @Test
    void aModelComesBackBitForBit() throws IOException {
        Weights.save(model, path);
        byte[] bytes = Files.readAllBytes(path);
        Sequential other = Models.small(WorkerPool.CALLER, 2, 4);
        assertNotEquals(before, other.weightsCrc32());
        Weights.load(other, path);
        assertEquals(before, other.weightsCrc32());
        Tensor images = Models.images(new int[4], 3);
        assertArrayEquals(model.predict(images).data(), other.predict(images).data());
        Weights.save(other, path);
        assertArrayEquals(bytes, Files.readAllBytes(path));
    }

    @Test
    void aModelWithStateGoesOnToTheSameBits() throws IOException {
        var sgd = new Sgd(0.1f, 0);
        var loss = new SoftmaxCrossEntropyLoss();
        int[] labels = new int[4];
        Tensor images = Models.images(labels, 3);
        Graph graph = Models.branched(WorkerPool.CALLER, 1, 4);
        for (int step = 0; step < 3; step++) {
            graph.train(images, labels, loss, sgd);
        }
        Weights.save(graph, path);
        Graph other = Models.branched(WorkerPool.CALLER, 1, 4);
        Weights.load(other, path);
        assertEquals(graph.weightsCrc32(), other.weightsCrc32());
        // Running statistics move and dropout draws by its own count of steps: both are state.
        graph.train(images, labels, loss, sgd);
        other.train(images, labels, loss, new Sgd(0.1f, 0));
        assertEquals(graph.weightsCrc32(), other.weightsCrc32());
        assertArrayEquals(graph.predict(images).data(), other.predict(images).data());
        assertEquals(
                graph.parameters().size() + graph.states().size(),
                Weights.tensors(graph).size());
        assertNotEquals(0, graph.states().size());
    }

    @Test
    void theFileHasTheNamesAndShapesOfTheParameters() throws IOException {
        Weights.save(model, path);
        Disk.assertSame(values(), Disk.safetensors(path));
        try (Safetensors file = Safetensors.open(path)) {
            assertArrayEquals(new int[] {3, 3, 1, 6}, file.shape("conv2d_1/weights"));
        }
    }

    @Test
    void theTensorsAreThoseOfTheParameters() {
        Map<String, Tensor> tensors = Weights.tensors(model);
        List<String> names = model.parameters().stream().map(Parameter::name).toList();
        assertEquals(names, List.copyOf(tensors.keySet()));
        for (Parameter parameter : model.parameters()) {
            assertSame(parameter.value(), tensors.get(parameter.name()));
        }
    }

    @Test
    void weightsComeFromAMapToo() throws IOException {
        Npz.write(path, values());
        Sequential other = Models.small(WorkerPool.CALLER, 2, 4);
        Weights.set(other, Npz.read(path));
        assertEquals(before, other.weightsCrc32());
    }

    @Test
    void anotherModelsWeightsAreRefusedAndNothingIsWritten() throws IOException {
        Map<String, Tensor> values = new LinkedHashMap<>(values());
        values.remove("dense_2/bias");
        values.put("dense_1/weights", Tensor.zeros(1, 20));
        values.put("extra", Tensor.zeros(1));
        Tensor first = values.get("conv2d_1/weights");
        values.put("conv2d_1/weights", Tensor.zeros(first.shape()));
        String[] parts = {
            "dense_2/bias is missing",
            "dense_1/weights has shape [1, 20], wanted ["
                    + values().get("dense_1/weights").dimension(0) + ", 20]",
            "\"extra\" is not in the model"
        };
        Disk.refusedCall(IllegalArgumentException.class, () -> Weights.set(model, values), parts);
        Safetensors.write(path, values, Map.of());
        Disk.refusedCall(IllegalArgumentException.class, () -> Weights.load(model, path), parts);
        Disk.refusedCall(IllegalArgumentException.class, () -> Weights.load(model, path), path.toString());
        assertEquals(before, model.weightsCrc32());
    }

    @Test
    void oneNameTooFewTooManyOrAnotherShapeIsEnough() {
        for (String name : values().keySet()) {
            Map<String, Tensor> values = new LinkedHashMap<>(values());
            Tensor tensor = values.remove(name);
            Disk.refusedCall(IllegalArgumentException.class, () -> Weights.set(model, values), name + " is missing");
            values.put(name, Tensor.of(tensor.data(), 1, tensor.elements()));
            Disk.refusedCall(IllegalArgumentException.class, () -> Weights.set(model, values), name + " has shape");
            values.put(name, tensor);
            values.put(name + "x", tensor);
            Disk.refusedCall(IllegalArgumentException.class, () -> Weights.set(model, values), name + "x\" is not");
        }
        assertEquals(before, model.weightsCrc32());
    }

    @Test
    void aLongListOfDifferencesIsCut() {
        Disk.refusedCall(IllegalArgumentException.class, () -> Weights.set(model, hundred()), "; and 98 more");
    }

    private static Map<String, Tensor> hundred() {
        Map<String, Tensor> values = new LinkedHashMap<>();
        for (int i = 0; i < 100; i++) {
            values.put("name" + i, Tensor.zeros(0));
        }
        return values;
    }

    @Test
    void otherTypesAndDamagedFilesAreRefusedAndNothingIsWritten() throws IOException {
        Sequential one = new Sequential("one").add(new Dense(1)).build(WorkerPool.CALLER, 1, 1, 1);
        long crc = one.weightsCrc32();
        String header = "{\"dense_1/bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                + "\"dense_1/weights\":{\"dtype\":\"F16\",\"shape\":[1,1],\"data_offsets\":[4,6]}}";
        Disk.file(dir, "w.safetensors", Raw.safetensors(header, new byte[6]));
        Disk.refusedCall(
                IOException.class,
                () -> Weights.load(one, path),
                "dense_1/weights",
                "F16",
                "at byte " + (8 + 4 + header.length()));
        Disk.file(dir, "w.safetensors", Raw.safetensors(header, new byte[5]));
        Disk.refusedCall(IOException.class, () -> Weights.load(one, path), "cut short");
        assertEquals(crc, one.weightsCrc32());
    }

    @Test
    void wrongArgumentsAreNamed() {
        Sequential unbuilt = new Sequential("net").add(new Dense(1));
        Disk.refusedCall(IllegalStateException.class, () -> Weights.save(unbuilt, path), "net is not built");
        Disk.refusedCall(IllegalStateException.class, () -> Weights.load(unbuilt, path), "net is not built");
        Disk.refusedCall(NullPointerException.class, () -> Weights.save(null, path), "model");
        Disk.refusedCall(NullPointerException.class, () -> Weights.load(null, path), "model");
        Disk.refusedCall(NullPointerException.class, () -> Weights.save(model, null), "path");
        Disk.refusedCall(NullPointerException.class, () -> Weights.load(model, null), "path");
        Disk.refusedCall(NullPointerException.class, () -> Weights.set(model, null), "values");
    }

    private Map<String, Tensor> values() {
        return Weights.tensors(model);
    }
}

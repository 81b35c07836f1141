// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.check;

import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.conv.NumericClass;
import dev.quern.kernels.conv.PreparedConv2D;
import dev.quern.kernels.dense.DenseShape;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.gemm.PackedLeftMatrix;
import dev.quern.kernels.gemm.PackedMatrix;
import dev.quern.kernels.norm.NormShape;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.pool.PoolShape;
import dev.quern.kernels.storage.Storage;
import dev.quern.layers.*;
import dev.quern.layers.io.Npy;
import dev.quern.layers.io.Npz;
import dev.quern.layers.io.Safetensors;
import dev.quern.layers.io.Weights;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Arguments that every door accepts, new ones for each call. All sizes are 2, all arrays longer than needed. A sample is
 * looked up by the door's whole name and the parameter's, by the class's and the parameter's, by the parameter's, by type; a class
 * that needs nothing to be made needs no line here.
 */
final class Samples {
    private static final int[] IMAGE = {2, 2, 2};

    private final Map<Object, Callable<Object>> samples = new HashMap<>();
    private final Sequential model = new Sequential("model").add(new Dense(2)).build(WorkerPool.CALLER, 1, 2, 2);
    private final Graph graph = new Graph("graph");
    private Plan plan;

    Samples(Path folder) {
        // A plan can only be had by a layer that is being built.
        new Sequential("plan").add(new PlanKeeper()).build(WorkerPool.CALLER, 1, 2, IMAGE);
        graph.add(new Flatten(), graph.input());
        kernels();
        layers();
        training();
        files(folder);
    }

    private void kernels() {
        put(boolean.class, () -> true);
        put(int.class, () -> 2);
        put(long.class, () -> 2L);
        put(float.class, () -> 0.5f);
        put(double.class, () -> 0.5);
        put(float[].class, () -> filled(4096));
        put(int[].class, () -> {
            int[] ones = new int[64];
            Arrays.fill(ones, 1);
            return ones;
        });
        put("cStride", () -> 4);
        put("high", () -> 1f);
        put(MemorySegment.class, () -> MemorySegment.ofArray(filled(4)));
        put(GemmShape.class, () -> GemmShape.of(2, 2, 2));
        put(PackedMatrix.class, () -> PackedMatrix.pack(GemmShape.of(2, 2, 2), 1f, filled(4), 0));
        put(PackedLeftMatrix.class, () -> PackedLeftMatrix.pack(GemmShape.of(2, 2, 2), filled(4), 0));
        put(Storage.class, () -> Storage.FLOAT32);
        put(Epilogue.class, () -> Epilogue.NONE);
        put(DenseShape.class, () -> new DenseShape(2, 2, 2));
        put(Layout.class, () -> Layout.NHWC);
        put(ConvShape.class, () -> ConvShape.of(Layout.NHWC, 2, 2, 2, 2, 2, 1, 1));
        put(ConvAlgorithm.class, () -> ConvAlgorithm.AUTO);
        put(NumericClass.class, () -> NumericClass.EXACT);
        put(
                PreparedConv2D.class,
                () -> PreparedConv2D.of((ConvShape) sample(ConvShape.class), filled(4), 0, Epilogue.NONE));
        put(NormShape.class, () -> NormShape.of(Layout.NHWC, 2, 2, 2));
        put(PoolShape.class, () -> PoolShape.of(Layout.NHWC, 2, 2, 2, 2, 1, 1));
        put(dev.quern.kernels.activation.Activation.class, () -> dev.quern.kernels.activation.Activation.RELU);
        put("kernels.activation.Activation.backwardFromInput", () -> dev.quern.kernels.activation.Activation.GELU);
        put(WorkerPool.class, () -> WorkerPool.CALLER);
        put(WorkerPool.Task.class, () -> (WorkerPool.Task) (task, slot) -> {});
        put(Workspace.class, () -> new Workspace(1 << 18));
    }

    /** Layers that keep a shape of 2×2×2, so that one size of tensor serves all. */
    private void layers() {
        put(Layer.class, Flatten::new);
        put(Merge.class, Add::new);
        put(Activation.class, Activation::relu);
        put(AvgPool2D.class, () -> new AvgPool2D(1));
        put(Conv2D.class, () -> new Conv2D(2, 1));
        put(Conv2DTranspose.class, () -> new Conv2DTranspose(2, 1));
        put(Dense.class, () -> new Dense(2));
        put("layers.Dense.inputShape", () -> new int[] {2});
        put(DepthwiseConv2D.class, () -> new DepthwiseConv2D(1));
        put(Dropout.class, () -> new Dropout(0.5f));
        put(GlobalPool2D.class, GlobalPool2D::average);
        put(MaxPool2D.class, () -> new MaxPool2D(1));
        put(Pool2D.class, () -> new MaxPool2D(1));
        put(Reshape.class, () -> new Reshape(IMAGE));
        put(SeparableConv2D.class, () -> new SeparableConv2D(2, 1));
        put(Plan.class, () -> plan);
        put(Tensor.class, () -> tensor(2, 2, 2, 2));
        put(Tensor[].class, () -> new Tensor[] {tensor(2, 2, 2, 2)});
        put("shape", IMAGE::clone);
        put("inputShape", IMAGE::clone);
        put("inputShapes", () -> new int[][] {IMAGE.clone()});
        put(Padding.class, () -> Padding.VALID);
        put(Initializer.class, Zeros::new);
        put(Regularizer.class, () -> Regularizer.NONE);
    }

    private void training() {
        put(String.class, () -> "name");
        put(Model.class, () -> model);
        put(Sequential.class, () -> new Sequential("new").add(new Reshape(IMAGE)));
        put(Graph.class, () -> graph);
        put(Graph.Node.class, graph::input);
        put(Graph.Node[].class, () -> new Graph.Node[] {graph.input()});
        for (String images : List.of("images", "prediction", "gradient", "targets", "inputGradient", "tensor")) {
            put(images, () -> tensor(2, 2));
        }
        put(Object.class, () -> new int[] {0, 1});
        put(Loss.class, SoftmaxCrossEntropyLoss::new);
        put(HuberLoss.class, () -> new HuberLoss(1));
        put(Optimizer.class, () -> new Sgd(0.5f, 0.5f));
        put(Sgd.class, () -> new Sgd(0.5f, 0.5f));
        put(Adam.class, () -> new Adam(0.5f));
        put(GradientClipping.class, () -> GradientClipping.byGlobalNorm(new Sgd(0.5f, 0.5f), 1));
        put("parameters", model::parameters);
        put("metrics", List::of);
        put(Constant.class, () -> new Constant(1));
        put(Metric.class, Accuracy::new);
        put(ConfusionMatrix.class, () -> new ConfusionMatrix(2));
        put(Examples.class, () -> Examples.of(tensor(2, 2), new int[2]));
        put(Fit.class, () -> new Fit<>(new SoftmaxCrossEntropyLoss(), new Sgd(0.5f, 0.5f)).batch(2));
        put(Schedule.class, () -> Schedule.constant(1));
        put(Augmentation.class, () -> new FlipAndShift(1));
        put(FlipAndShift.class, () -> new FlipAndShift(1));
        put(Callback.class, () -> new EarlyStopping(1));
        put(EarlyStopping.class, () -> new EarlyStopping(1));
        put(ProgressLog.class, () -> new ProgressLog(text -> {}, 1));
        put(Consumer.class, () -> (Consumer<String>) text -> {});
        put(Evaluation.class, () -> new Evaluation(1, Map.of()));
        put(Epoch.class, () -> new Epoch(1, 1, 1, null));
        put("layers.Evaluation.metrics", () -> Map.of("accuracy", 1.0));
        put(InferencePlan.class, () -> InferencePlan.of(model, 2));
        put(InferenceSession.class, () -> InferencePlan.of(model, 2).newSession());
    }

    private void files(Path folder) {
        put(Path.class, () -> folder.resolve("new"));
        put("tensors", () -> Map.of("name", tensor(2, 2)));
        put("metadata", Map::of);
        put("values", () -> Weights.tensors(model));
        put("layers.io.Npy.read.path", () -> {
            Npy.write(folder.resolve("npy"), tensor(2, 2));
            return folder.resolve("npy");
        });
        put("layers.io.Npz.read.path", () -> {
            Npz.write(folder.resolve("npz"), Map.of("name", tensor(2, 2)));
            return folder.resolve("npz");
        });
        put("layers.io.Safetensors.open.path", () -> {
            Safetensors.write(folder.resolve("one"), Map.of("name", tensor(2, 2)), Map.of());
            return folder.resolve("one");
        });
        put(Safetensors.class, () -> Safetensors.open((Path) sample("layers.io.Safetensors.open.path")));
        put("layers.io.Weights.load.path", () -> {
            Weights.save(model, folder.resolve("weights"));
            return folder.resolve("weights");
        });
        put("layers.Checkpoint.read.file", () -> {
            Checkpoint.write(folder.resolve("checkpoint"), model, new Sgd(0.5f, 0.5f), 1);
            return folder.resolve("checkpoint");
        });
        put("layers.io.WeightOrder.fromPyTorchLinear.weights", () -> tensor(2, 2));
        put("layers.io.WeightOrder.toPyTorchLinear.weights", () -> tensor(2, 2));
        put("layers.io.WeightOrder.toKerasDepthwise.weights", () -> tensor(2, 2, 1, 2));
        put("layers.io.WeightOrder.fromChannelsFirst.weights", () -> tensor(8, 2));
        put("layers.io.WeightOrder.toChannelsFirst.weights", () -> tensor(8, 2));
        put("mean", () -> tensor(2));
        put("variance", () -> tensor(2));
    }

    /** What an instance method is called on; a layer that is to compute has been built, and gone forward before backward. */
    Object receiver(Executable door) throws Exception {
        if (!(door instanceof Method method) || Modifier.isStatic(method.getModifiers())) {
            return null;
        }
        String name = PublicDoors.name(door);
        Object receiver = sample(samples.containsKey(name) ? name : door.getDeclaringClass());
        if (List.of("forward", "backward").contains(door.getName())) {
            if (receiver instanceof Layer layer) {
                layer.build(plan, layer instanceof Dense ? new int[] {2} : IMAGE);
                layer.forward(tensor(2, 2, 2, 2), tensor(2, 2, 2, 2), true, new Workspace(1 << 18));
            } else if (receiver instanceof Merge merge) {
                merge.build(plan, new int[][] {IMAGE});
            }
        }
        return receiver;
    }

    Object argument(Executable door, Parameter parameter) throws Exception {
        String name = parameter.getName();
        String type = door.getDeclaringClass().getName().replace("dev.quern.", "");
        if (name.endsWith("ffset")) {
            return 0;
        }
        for (Object key : new Object[] {PublicDoors.name(door) + "." + name, type + "." + name, name}) {
            if (samples.containsKey(key) && fits(parameter.getType(), sample(key))) {
                return sample(key);
            }
        }
        return sample(parameter.getType());
    }

    private static boolean fits(Class<?> type, Object value) {
        return type.isPrimitive() == (value instanceof Number) && (type.isPrimitive() || type.isInstance(value));
    }

    private Object sample(Object key) throws Exception {
        if (samples.containsKey(key)) {
            return samples.get(key).call();
        }
        if (key instanceof Class<?> type) {
            for (Constructor<?> constructor : type.getConstructors()) {
                if (constructor.getParameterCount() == 0) {
                    return constructor.newInstance();
                }
            }
        }
        throw new IllegalStateException("nothing to try it with: " + key);
    }

    private void put(Object key, Callable<Object> sample) {
        samples.put(key, sample);
    }

    /** What a call could have written into an argument. */
    static Object contents(Object argument) {
        return switch (argument) {
            case float[] floats -> Arrays.hashCode(floats);
            case int[] ints -> Arrays.hashCode(ints);
            case Tensor tensor -> Arrays.hashCode(tensor.data());
            case Tensor[] tensors ->
                Arrays.stream(tensors).map(Samples::contents).toList();
            case null -> 0;
            default -> 0;
        };
    }

    private static float[] filled(int length) {
        float[] values = new float[length];
        Arrays.fill(values, 0.5f);
        return values;
    }

    private static Tensor tensor(int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        Arrays.fill(tensor.data(), 0.5f);
        return tensor;
    }

    private final class PlanKeeper implements Layer {
        @Override
        public String kind() {
            return "keeper";
        }

        @Override
        public int[] build(Plan given, int... inputShape) {
            plan = given;
            return inputShape;
        }

        @Override
        public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {}

        @Override
        public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {}
    }
}

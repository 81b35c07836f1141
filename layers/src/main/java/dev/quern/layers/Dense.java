// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.dense.DenseShape;
import dev.quern.kernels.parallel.Workspace;
import java.util.Objects;

/**
 * Every output made of every input: {@code activation(x·W + b)} with weights (inputs, units). The definition of the
 * result, down to its bits, is that of {@link dev.quern.kernels.dense.Dense}. Settings are made before the model is
 * built.
 */
public final class Dense implements Layer {
    private final int units;
    private dev.quern.kernels.activation.Activation activation = dev.quern.kernels.activation.Activation.IDENTITY;
    private Initializer weightsInitializer = new GlorotUniform();
    private Initializer biasInitializer = new Zeros();
    private Regularizer weightsRegularizer = Regularizer.NONE;
    private Regularizer biasRegularizer = Regularizer.NONE;
    private boolean biased = true;
    private Parameter weights;
    private Parameter bias;
    private FusedActivation result;
    private PerBatch<DenseShape> shapes;

    /**
     * A layer of so many outputs.
     *
     * @throws IllegalArgumentException when {@code units < 1}
     */
    public Dense(int units) {
        this.units = Shapes.positive("units", units);
    }

    /**
     * Applied to the result; none by default. One whose gradient needs its input, as GELU's, costs a second array of the
     * output's size.
     *
     * @throws IllegalArgumentException for softmax, which is not element-wise
     */
    public Dense activation(Activation activation) {
        this.activation = Activation.elementWise(activation);
        return this;
    }

    /** {@link GlorotUniform} for the weights and {@link Zeros} for the bias by default. */
    public Dense initializers(Initializer forWeights, Initializer forBias) {
        weightsInitializer = Objects.requireNonNull(forWeights, "forWeights");
        biasInitializer = Objects.requireNonNull(forBias, "forBias");
        return this;
    }

    /** What large weights and a large bias cost; {@link Regularizer#NONE} for both by default. */
    public Dense regularizers(Regularizer forWeights, Regularizer forBias) {
        weightsRegularizer = Objects.requireNonNull(forWeights, "forWeights");
        biasRegularizer = Objects.requireNonNull(forBias, "forBias");
        return this;
    }

    /** Without a bias: the layer has no parameter but its weights. */
    public Dense withoutBias() {
        biased = false;
        return this;
    }

    @Override
    public String kind() {
        return "dense";
    }

    @Override
    public int[] build(Plan plan, int... inputShape) {
        Given.build(plan, inputShape);
        plan.requireNew(shapes);
        if (inputShape.length != 1) {
            throw plan.refuse(inputShape, "(inputs); put a Flatten before it");
        }
        int inputs = inputShape[0];
        shapes = new PerBatch<>(plan.maxBatch(), batch -> new DenseShape(batch, inputs, units));
        weights = plan.parameter("weights", weightsInitializer, weightsRegularizer, inputs, units, inputs, units);
        bias = biased ? plan.parameter("bias", biasInitializer, biasRegularizer, inputs, units, units) : null;
        result = new FusedActivation(activation, bias, Shapes.elements(plan.maxBatch(), units));
        return new int[] {units};
    }

    @Override
    public long flops() {
        return 2L * weights.value().elements();
    }

    @Override
    public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
        Given.forward(src, dst, workspace);
        dev.quern.kernels.dense.Dense.forward(
                shapes.get(src.dimension(0)),
                src.data(),
                0,
                weights.value().data(),
                0,
                result.epilogue(training),
                result.target(dst, training),
                0,
                workspace.pool());
        result.finish(dst, training, workspace);
    }

    @Override
    public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
        Given.backward(src, dst, diffDst, workspace);
        DenseShape shape = shapes.get(src.dimension(0));
        result.backward(dst, diffDst, workspace);
        float[] diff = diffDst.data();
        if (biased) {
            dev.quern.kernels.dense.Dense.backwardBias(
                    shape, diff, 0, bias.gradient().data(), 0);
        }
        dev.quern.kernels.dense.Dense.backwardWeights(
                shape, src.data(), 0, diff, 0, weights.gradient().data(), 0, workspace.pool());
        if (diffSrc != null) {
            dev.quern.kernels.dense.Dense.backwardData(
                    shape, diff, 0, weights.value().data(), 0, diffSrc.data(), 0, workspace.pool());
        }
    }

    /** For a plan. */
    Linear linear() {
        return Linear.dense(weights.value().dimension(0), units, weights, bias, activation);
    }
}

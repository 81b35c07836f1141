// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.loss.WeightPenalty;
import java.util.List;

/** The regularisers of a model. */
final class Penalties {
    private final Parameter[] costly;
    private final float[] scratch;

    Penalties(List<Parameter> parameters) {
        costly = parameters.stream().filter(p -> p.regularizer().costs()).toArray(Parameter[]::new);
        scratch = new float[costly.length == 0 ? 0 : WeightPenalty.SCRATCH];
    }

    /** Adds what each parameter costs, in their order and in double, to the loss; and its gradient to the parameter's. */
    float addTo(float loss) {
        double sum = loss;
        for (Parameter parameter : costly) {
            sum += WeightPenalty.addGradient(
                    parameter.value().elements(),
                    parameter.regularizer().l1(),
                    parameter.regularizer().l2(),
                    parameter.value().data(),
                    0,
                    parameter.gradient().data(),
                    0,
                    scratch,
                    0);
        }
        return (float) sum;
    }
}

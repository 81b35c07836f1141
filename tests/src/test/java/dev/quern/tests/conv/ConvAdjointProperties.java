// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.toolkit.Data;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/**
 * A convolution is linear in its source and in its weights, and its gradients are the two adjoints: ⟨conv(x, w), dy⟩ =
 * ⟨x, backwardData(dy, w)⟩ = ⟨w, backwardWeights(x, dy)⟩, and the sum of the bias's gradient is ⟨1, dy⟩. Whole numbers
 * make all of them exact, so they are equal and not nearly so. No reference takes part.
 */
class ConvAdjointProperties {
    @Tag("deep")
    @Property(tries = 200, seed = "19", edgeCases = EdgeCasesMode.NONE)
    void theGradientsAreTheAdjointsOfTheConvolution(@ForAll("shapes") ConvShape shape, @ForAll long seed) {
        float[] x = Data.whole(shape.sourceElements(), seed);
        float[] w = Data.whole(shape.weightElements(), seed + 1);
        float[] dy = Data.whole(shape.destinationElements(), seed + 2);
        float[] dx = new float[x.length];
        float[] dw = new float[w.length];
        float[] db = new float[shape.outChannels()];
        try (var workspace = new Workspace(Conv2D.workspaceFloats(shape, WorkerPool.CALLER))) {
            Conv2D.backwardData(shape, dy, 0, w, 0, dx, 0, workspace);
            Conv2D.backwardWeights(shape, x, 0, dy, 0, dw, 0, workspace);
        }
        Conv2D.backwardBias(shape, dy, 0, db, 0);
        double forward = dot(Doors.forward(shape, x, w), dy);
        assertEquals(forward, dot(x, dx), "source of " + shape);
        assertEquals(forward, dot(w, dw), "weights of " + shape);
        assertEquals(sum(dy), sum(db), "bias of " + shape);
    }

    private static double dot(float[] x, float[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (double) x[i] * y[i];
        }
        return sum;
    }

    private static double sum(float[] x) {
        double sum = 0;
        for (float value : x) {
            sum += value;
        }
        return sum;
    }

    @Provide
    Arbitrary<ConvShape> shapes() {
        return ConvShapes.small(5);
    }
}

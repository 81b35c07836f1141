// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.conv.Conv2D;
import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.tests.toolkit.Refused;
import org.junit.jupiter.api.Test;

class ConvAlgorithmTest {
    private static final ConvShape PIXELS = ConvShape.of(Layout.NHWC, 1, 9, 9, 300, 12, 3, 3);
    private static final ConvShape PLANES = ConvShape.of(Layout.NCHW, 1, 9, 9, 300, 12, 3, 3);
    private static final ConvShape DEPTHWISE =
            ConvShape.of(Layout.NHWC, 1, 9, 9, 32, 32, 3, 3).withGroups(32);

    @Test
    void theChoiceFollowsTheShape() {
        assertTrue(explain(ConvAlgorithm.AUTO, PIXELS).startsWith("IMPLICIT: "));
        assertTrue(explain(ConvAlgorithm.AUTO, PLANES).startsWith("IM2COL: "));
        assertTrue(explain(ConvAlgorithm.AUTO, DEPTHWISE).startsWith("DIRECT: depthwise"));
        assertTrue(explain(ConvAlgorithm.AUTO, ConvShape.of(Layout.NCHW, 1, 9, 9, 3, 12, 3, 3))
                .startsWith("DIRECT: output positions"));
        assertTrue(explain(ConvAlgorithm.IM2COL, DEPTHWISE).startsWith("IM2COL: "));
    }

    @Test
    void theExplanationTellsWorkspaceAndArithmetic() {
        long floats = Conv2D.workspaceFloats(ConvAlgorithm.IM2COL, PLANES, WorkerPool.CALLER);
        String text = explain(ConvAlgorithm.IM2COL, PLANES);
        assertTrue(text.contains("workspace " + 4 * floats + " bytes on 1 thread"), text);
        assertTrue(text.contains(PLANES.flops() + " FLOPs"), text);
        assertTrue(text.contains(PLANES.toString()), text);
        assertEquals(0, Conv2D.workspaceFloats(ConvAlgorithm.IMPLICIT, PIXELS, WorkerPool.CALLER));
    }

    @Test
    void anAlgorithmThatDoesNotSuitTheShapeIsRefused() {
        assertFalse(ConvAlgorithm.IMPLICIT.suits(PLANES));
        assertFalse(ConvAlgorithm.DIRECT.suits(PIXELS));
        var iae = IllegalArgumentException.class;
        Refused.with(iae, () -> explain(ConvAlgorithm.IMPLICIT, PLANES), "IMPLICIT", "AUTO, IM2COL");
        Refused.with(iae, () -> explain(ConvAlgorithm.DIRECT, PIXELS), "DIRECT", "AUTO, IM2COL, IMPLICIT");
        Refused.with(
                iae,
                () -> {
                    try (var workspace = new Workspace(1 << 16)) {
                        Conv2D.forward(
                                ConvAlgorithm.DIRECT,
                                PIXELS,
                                new float[PIXELS.sourceElements()],
                                0,
                                new float[PIXELS.weightElements()],
                                0,
                                Epilogue.NONE,
                                new float[PIXELS.destinationElements()],
                                0,
                                workspace);
                    }
                },
                "DIRECT");
    }

    private static String explain(ConvAlgorithm algorithm, ConvShape shape) {
        return Conv2D.explain(algorithm, shape, WorkerPool.CALLER);
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stacks have the layers, weights and multiplications of their papers. */
class ConvStackTest {
    @ParameterizedTest
    @CsvSource({
        // Weights of convolutions without bias and normalisation; multiplications of convolutions alone.
        "RESNET20, 21, 270_256, 40_812_544, 64",
        "RESNET50, 53, 23_454_912, 4_087_136_256, 2048",
        "MOBILENET1, 27, 3_185_088, 567_716_352, 1024"
    })
    void countsAreThoseOfThePapers(ConvStack stack, int layers, String weights, String products, int features) {
        List<ConvStack.Convolution> convolutions = stack.convolutions();
        assertEquals(layers, convolutions.size());
        long sum = convolutions.stream()
                .mapToLong(c -> (long) c.terms() * c.filters())
                .sum();
        assertEquals(Long.parseLong(weights.replace("_", "")), sum);
        assertEquals(2.0 * Long.parseLong(products.replace("_", "")), stack.flops());
        assertEquals(features, stack.features());
        for (int i = 0; i < layers; i++) {
            assertEquals(i, convolutions.get(i).index());
        }
    }

    @Test
    void theNetworkOfACaseHasItsNumbersInTheirOrder() {
        var kase = (FoldedStackCase) NetworkCase.parse("mobilenet1-1");
        List<float[]> folded = kase.folded();
        var parameters = kase.network(WorkerPool.CALLER).parameters();
        assertEquals(folded.size(), parameters.size());
        for (int i = 0; i < folded.size(); i++) {
            float[] given = parameters.get(i).value().data();
            assertEquals(folded.get(i).length, parameters.get(i).value().elements());
            assertEquals(folded.get(i)[folded.get(i).length - 1], given[folded.get(i).length - 1]);
        }
        assertTrue(kase.flops() > 1.1e9);
    }
}

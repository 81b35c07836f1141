// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How good a model is on some examples.
 *
 * @param loss mean over the examples, without what regularisers add; NaN when there are none
 * @param metrics by their names, in the order in which they were given
 */
public record Evaluation(double loss, Map<String, Double> metrics) {
    /** Keeps a copy. */
    public Evaluation {
        Objects.requireNonNull(metrics, "metrics");
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }
}

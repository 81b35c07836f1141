// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.toolkit;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * With the system property {@value #PROPERTY} each property is tried so often, instead of as often as it says itself. The
 * profile "deep" sets it; jqwik finds this class by its service file.
 */
public final class Tries implements AroundPropertyHook {
    private static final String PROPERTY = "dev.quern.tests.tries";

    /** Null when each property decides for itself. */
    private static final Integer TRIES = Integer.getInteger(PROPERTY);

    /** For jqwik. */
    public Tries() {}

    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }

    @Override
    public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
        if (TRIES != null) {
            context.attributes().setTries(TRIES);
        }
        return property.execute();
    }
}

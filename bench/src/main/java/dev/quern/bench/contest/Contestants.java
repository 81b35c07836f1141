// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import java.util.List;
import java.util.ServiceLoader;

/** Everybody who takes part: ours, and the peers when their profile is on. */
public final class Contestants {
    private Contestants() {}

    /** All, in the order in which they are registered. */
    public static List<Contestant> all() {
        return ServiceLoader.load(Contestant.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /**
     * The one of that name.
     *
     * @throws IllegalArgumentException when nobody is registered under it
     */
    public static Contestant named(String impl) {
        return all().stream()
                .filter(contestant -> contestant.impl().equals(impl))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("impl = " + impl + " is not registered"));
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Everybody who takes part: ours, and the peers when their profile is on. */
public final class Contestants {
    private Contestants() {}

    /** All, in the order in which they are registered, ours first. */
    public static List<Contestant> all() {
        List<Contestant> all = new ArrayList<>();
        ServiceLoader.load(Contestant.class).forEach(all::add);
        Iterator<Peer> peers = ServiceLoader.load(Peer.class).iterator();
        while (true) {
            try {
                if (!peers.hasNext()) {
                    return List.copyOf(all);
                }
                all.add(peers.next());
            } catch (ServiceConfigurationError | LinkageError e) {
                // A build with the peers leaves their list among the classes; one without them has no such class.
            }
        }
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

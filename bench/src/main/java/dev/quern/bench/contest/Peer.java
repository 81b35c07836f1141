// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

/**
 * A contestant that is somebody else's library. A service of its own, as the two lists of services lie in one directory
 * of classes and would overwrite each other under one name.
 */
public interface Peer extends Contestant {}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

/** What the plain loops give for one case, element by element, so that a large result can be sampled. */
interface Expected {
    /** Elements of the result. */
    int length();

    /** The reference's element. */
    double at(int index);

    /** How far from it a contestant may be that computes in another order. */
    double bound(int index);

    /** How far from it an exact contestant may be: not at all, but where the reference is a function in doubles. */
    default double exactBound(int index) {
        return 0;
    }
}

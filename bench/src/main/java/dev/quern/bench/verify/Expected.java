// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

/** What the plain loops give for one case, element by element, so that a large result can be sampled. */
interface Expected {
    /** Elements of the result. */
    int length();

    /** The reference's element. */
    double at(int index);

    /** How far from it a contestant may be that computes in another order; exact ones may not be at all. */
    double bound(int index);
}

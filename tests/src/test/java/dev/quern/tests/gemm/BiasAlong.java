// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.gemm;

/** Which bias a product under test has. */
enum BiasAlong {
    NONE,
    N,
    M
}

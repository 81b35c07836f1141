// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

/** The order of a four-dimensional tensor's elements in memory, slowest axis first. */
public enum Layout {
    /** (batch, height, width, channels): the channels of a pixel lie side by side. */
    NHWC,
    /** (batch, channels, height, width): the pixels of a channel lie side by side. */
    NCHW
}

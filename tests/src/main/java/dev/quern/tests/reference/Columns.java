// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

import dev.quern.kernels.conv.ConvShape;

/**
 * The column matrix of a convolution: NHWC has {@code [group][n·oh·ow][kh·kw·c]}, NCHW {@code [n][group][kh·kw·c][oh·ow]};
 * in both the patch runs over (kh, kw, c), c fastest.
 */
final class Columns {
    private Columns() {}

    /** Index of output position (n, oh, ow) and patch element (kh, kw, c) of a group; c counts within the group. */
    static int at(ConvShape s, int group, int n, int oh, int ow, int kh, int kw, int c) {
        int perGroup = s.channels() / s.groups();
        int patch = s.kernelHeight() * s.kernelWidth() * perGroup;
        int element = (kh * s.kernelWidth() + kw) * perGroup + c;
        int positions = Plane.outHeight(s) * Plane.outWidth(s);
        int position = oh * Plane.outWidth(s) + ow;
        return switch (s.layout()) {
            case NHWC -> ((group * s.batch() + n) * positions + position) * patch + element;
            case NCHW -> ((n * s.groups() + group) * patch + element) * positions + position;
        };
    }
}

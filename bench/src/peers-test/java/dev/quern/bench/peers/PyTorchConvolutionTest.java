// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import ai.djl.ndarray.NDList;
import ai.djl.pytorch.jni.JniUtils;
import dev.quern.kernels.conv.ConvShape;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Our gradients of a convolution against PyTorch's, over random geometries. */
class PyTorchConvolutionTest {
    @Test
    void backwardAgrees() throws Exception {
        for (int i = 0; i < RandomConvolution.COUNT; i++) {
            var convolution = new RandomConvolution(i);
            float[] all = gradients(convolution);
            int src = convolution.shape.sourceElements();
            int weights = src + convolution.shape.weightElements();
            convolution.assertBackward(
                    Arrays.copyOf(all, src),
                    Arrays.copyOfRange(all, src, weights),
                    Arrays.copyOfRange(all, weights, all.length));
        }
        System.out.println(RandomConvolution.COUNT + " random convolutions agree with PyTorch");
    }

    /**
     * Of source, weights and bias, one after the other. The operator pads both sides alike, so the image is padded before
     * and its gradient cut out of that of the padded one.
     */
    private static float[] gradients(RandomConvolution c) throws IOException, PeerUnavailableException {
        ConvShape s = c.shape;
        try (var torch = Torch.open(1)) {
            JniUtils.setGradMode(false);
            var script = new TorchScript(
                    torch.manager(),
                    "dy, x, w",
                    "xp = torch.constant_pad_nd(x, [%d, %d, %d, %d], 0)"
                            .formatted(s.paddingLeft(), s.paddingRight(), s.paddingTop(), s.paddingBottom()),
                    ("dxp, dw, db = torch.convolution_backward(dy, xp, w, [%d], [%d, %d], [0, 0], [%d, %d], False, [0, 0],"
                                    + " %d, [True, True, True])")
                            .formatted(
                                    s.outChannels(),
                                    s.strideHeight(),
                                    s.strideWidth(),
                                    s.dilationHeight(),
                                    s.dilationWidth(),
                                    s.groups()),
                    "dx = torch.narrow(torch.narrow(dxp, 2, %d, %d), 3, %d, %d)"
                            .formatted(s.paddingTop(), s.height(), s.paddingLeft(), s.width()),
                    "return torch.cat([torch.flatten(dx), torch.flatten(dw), torch.flatten(db)])");
            var arguments = new NDList(
                    torch.tensor(c.diffDstNchw(), c.dstDimensions()),
                    torch.tensor(c.srcNchw(), c.srcDimensions()),
                    torch.tensor(c.weightsOihw(), c.weightDimensions()));
            return script.call(arguments).toFloatArray();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.quern.bench.contest.LeNetCase;
import dev.quern.bench.contest.Work;

/** Training LeNet-5 in PyTorch. */
final class TorchLeNetTraining extends TorchTraining {
    private static final int SIDE = LeNetCase.SIDE;
    private static final Shape ONE = Torch.square(1);
    private static final Shape TWO = Torch.square(2);
    private static final Shape NONE = Torch.square(0);

    private final PtNDArray images;

    private TorchLeNetTraining(LeNetCase s, boolean channelsLast, Torch torch) {
        super(s, TorchLeNet.tensors(LeNetParameters.split(s.parameters()), channelsLast, torch), torch);
        images = torch.tensor(s.input(), s.batch(), 1, SIDE, SIDE);
    }

    /** The faster of the two memory formats for the weights of the convolutions, which their results take over. */
    static Work of(LeNetCase s, int threads) throws Exception {
        return Fastest.of("training " + s + " " + threads, () -> new TorchLeNetTraining(s, false, Torch.open(threads)), () -> new TorchLeNetTraining(s, true, Torch.open(threads)));
    }

    @Override
    PtNDArray scores() {
        PtNDArray x = images;
        for (int i = 0; i < 2; i++) {
            x = keep(JniUtils.convolution(
                    x, parameter(2 * i), parameter(2 * i + 1), ONE, i == 0 ? TWO : NONE, ONE, 1));
            x = keep(JniUtils.maxPool(keep(JniUtils.relu(x)), TWO, TWO, NONE, false));
        }
        x = keep(JniUtils.flatten(x, 1, -1));
        for (int i = 4; i < count(); i += 2) {
            x = keep(JniUtils.linear(x, parameter(i), parameter(i + 1)));
            x = i + 2 == count() ? x : keep(JniUtils.relu(x));
        }
        return x;
    }

    @Override
    float[] canonical(float[][] theirs) {
        return LeNetParameters.join(theirs);
    }
}

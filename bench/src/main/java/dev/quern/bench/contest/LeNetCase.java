// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import dev.quern.bench.demo.LeNet5;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Sequential;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The demo's LeNet-5 on 28×28×1 images, named {@code lenet5-BATCH}. The first dense layer sees its 5×5×16 inputs as NHWC.
 *
 * @param batch images of one call
 */
public record LeNetCase(int batch) implements TrainingCase {
    /** Height and width of an image. */
    public static final int SIDE = 28;

    private static final long SEED = 1;
    private static final Pattern NAME = Pattern.compile("lenet5-(\\d{1,4})");

    /** Reads a name. */
    public static LeNetCase parse(String name) {
        Matcher text = NAME.matcher(name);
        if (!text.matches()) {
            throw Inputs.unknown("network", name, "lenet5-32, resnet20-32, resnet50-1 or mobilenet1-1");
        }
        return new LeNetCase(Integer.parseInt(text.group(1)));
    }

    @Override
    public int side() {
        return SIDE;
    }

    @Override
    public int channels() {
        return 1;
    }

    @Override
    public Sequential network(WorkerPool pool) {
        return LeNet5.network(pool, SEED, batch);
    }

    @Override
    public float[] parameters() {
        return TrainingCase.parameters(LeNet5.network(WorkerPool.CALLER, SEED, 1));
    }

    @Override
    public String toString() {
        return "lenet5-" + batch;
    }
}

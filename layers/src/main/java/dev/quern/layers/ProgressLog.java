// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Tells how training goes. Each epoch is a line as {@code epoch 2: loss 0.3141, validation loss 0.2718, accuracy 0.9000};
 * and so many steps each are one as {@code step 500 of 9375: loss 0.3512}, with the mean loss of these steps.
 */
public final class ProgressLog implements Callback {
    private final Consumer<String> out;
    private final long every;
    private double sum;
    private long count;

    /**
     * A log.
     *
     * @param out takes the lines, without their ends
     * @param every how many steps are a line
     * @throws IllegalArgumentException when {@code every < 1}
     */
    public ProgressLog(Consumer<String> out, long every) {
        if (every < 1) {
            throw new IllegalArgumentException("every = " + every + ", allowed: 1 or more");
        }
        this.out = Objects.requireNonNull(out, "out");
        this.every = every;
    }

    @Override
    public void stepDone(Model model, long step, long steps, float loss) {
        Objects.requireNonNull(model, "model");
        sum += loss;
        count++;
        if (step % every == 0) {
            out.accept(String.format(Locale.ROOT, "step %d of %d: loss %.4f", step, steps, sum / count));
            sum = 0;
            count = 0;
        }
    }

    @Override
    public boolean epochDone(Model model, Epoch epoch) {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(epoch, "epoch");
        var line = new StringBuilder(String.format(Locale.ROOT, "epoch %d: loss %.4f", epoch.epoch(), epoch.loss()));
        if (epoch.validation() != null) {
            line.append(String.format(
                    Locale.ROOT, ", validation loss %.4f", epoch.validation().loss()));
            epoch.validation()
                    .metrics()
                    .forEach((name, value) -> line.append(String.format(Locale.ROOT, ", %s %.4f", name, value)));
        }
        out.accept(line.toString());
        return true;
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Ends training when the loss, on the validation examples where there are some, has not fallen for a number of epochs; and
 * gives the model back the parameters and the state of its best epoch when training ends, for whatever reason. Serves one
 * training.
 */
public final class EarlyStopping implements Callback {
    private final int patience;
    private final double least;
    private double best = Double.POSITIVE_INFINITY;
    private int since;
    private List<float[]> kept;

    /** As {@link #EarlyStopping(int, double)}, with every fall counted. */
    public EarlyStopping(int patience) {
        this(patience, 0);
    }

    /**
     * Stops after so many epochs without a fall.
     *
     * @param least by how much the loss has to be below the best so far to count
     * @throws IllegalArgumentException when {@code patience < 1}, or least is negative, NaN or infinite
     */
    public EarlyStopping(int patience, double least) {
        this.patience = Shapes.positive("patience", patience);
        if (!(least >= 0 && least < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("least = " + least + ", allowed: 0 or more, finite");
        }
        this.least = least;
    }

    @Override
    public boolean epochDone(Model model, Epoch epoch) {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(epoch, "epoch");
        double loss =
                epoch.validation() == null ? epoch.loss() : epoch.validation().loss();
        if (loss < best - least) {
            best = loss;
            since = 0;
            keep(model);
        } else {
            since++;
        }
        return since < patience;
    }

    @Override
    public void trainingDone(Model model) {
        Objects.requireNonNull(model, "model");
        if (kept != null) {
            List<Tensor> tensors = tensors(model);
            for (int i = 0; i < kept.size(); i++) {
                System.arraycopy(kept.get(i), 0, tensors.get(i).data(), 0, kept.get(i).length);
            }
        }
    }

    /** The lowest loss so far; +∞ before the first epoch. */
    public double best() {
        return best;
    }

    private void keep(Model model) {
        List<Tensor> tensors = tensors(model);
        if (kept == null) {
            kept = new ArrayList<>();
            tensors.forEach(tensor -> kept.add(new float[tensor.elements()]));
        }
        for (int i = 0; i < kept.size(); i++) {
            System.arraycopy(tensors.get(i).data(), 0, kept.get(i), 0, kept.get(i).length);
        }
    }

    private static List<Tensor> tensors(Model model) {
        var tensors = new ArrayList<Tensor>();
        model.parameters().forEach(parameter -> tensors.add(parameter.value()));
        model.states().forEach(state -> tensors.add(state.value()));
        return tensors;
    }
}

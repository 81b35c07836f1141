// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.bench.terminal.Progress;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Model;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.IntStream;

/**
 * The main job: a network learns images and is tested on others. The options are system properties, see
 * {@link DemoOptions}. With {@code data} the images come from IDX files, with {@code download} from Fashion-MNIST's
 * publisher, with neither from {@link GlyphSet}. With {@code activations} nothing is learnt: {@link ActivationPlot} is
 * drawn and its path printed.
 *
 * <p>The last line on standard output is {@code accuracy=… images=… epochs=… images_per_s=… threads=…
 * weights=crc32:…}: images are those it was tested on, images a second those it was trained on. What goes wrong is one
 * sentence on standard error and exit code 1.
 */
public final class Demo {
    private static final char HALF_BLOCK = '\u2580';
    private static final int DRAWN = 2;

    private final DemoOptions options;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean live;

    private Demo(DemoOptions options, PrintStream out, PrintStream err) {
        this.options = options;
        this.out = out;
        this.err = err;
        this.live = out == System.out && Progress.terminal();
    }

    /** Runs the demo and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(System.getProperties(), System.out, System.err, DemoNetwork::make));
    }

    /**
     * Runs the demo.
     *
     * @param properties where the options are
     * @param factory makes the network
     * @return the exit code, 0 or 1
     */
    static int run(Properties properties, PrintStream out, PrintStream err, DemoNetwork.Factory factory) {
        try {
            new Demo(DemoOptions.of(properties), out, err).run(factory);
            return 0;
        } catch (FileSystemException e) {
            // Its message alone may be no more than the path.
            err.println("demo: " + e);
        } catch (IOException | IllegalArgumentException e) {
            err.println("demo: " + e.getMessage());
        }
        return 1;
    }

    private void run(DemoNetwork.Factory factory) throws IOException {
        if (options.activations()) {
            out.println("activations: " + ActivationPlot.write(options.output()));
            return;
        }
        ImageSet set = images();
        try (var pool = new WorkerPool(options.threads())) {
            Model model = factory.make(options.network(), pool, options.seed(), options.batch());
            out.println(model.summary());
            out.printf(
                    Locale.ROOT,
                    "%s: %d training and %d test images of %dx%d; epochs %d, batch %d, seed %d, threads %d%n",
                    set.name(),
                    set.train().count(),
                    set.test().count(),
                    ImageSet.SIDE,
                    ImageSet.SIDE,
                    options.epochs(),
                    options.batch(),
                    options.seed(),
                    options.threads());
            var training = new Training(set, options, out, live);
            training.run(set, model, options.network().fit());
            out.println();
            out.print(training.confusion().text());
            draw(set, training.predicted());
            write(training.curves());
            out.printf(
                    Locale.ROOT,
                    "accuracy=%.4f images=%d epochs=%d images_per_s=%d threads=%d weights=crc32:%08x%n",
                    training.confusion().accuracy(),
                    set.test().count(),
                    options.epochs(),
                    training.imagesPerSecond(options.epochs()),
                    options.threads(),
                    model.weightsCrc32());
        }
    }

    private ImageSet images() throws IOException {
        if (options.download()) {
            try (var progress = new DownloadProgress(out, live)) {
                new Download(Download.PUBLISHER, options.cache(), out::println, progress).fetch(Download.FASHION_MNIST);
            }
            return ImageSet.read(options.cache());
        }
        return options.data() == null ? GlyphSet.draw(GlyphSet.SEED) : ImageSet.read(options.data());
    }

    /** Draws the first images that were seen right, and below them the first that were not. */
    private void draw(ImageSet set, int[] predicted) {
        boolean blocks = live && out.charset().newEncoder().canEncode(HALF_BLOCK);
        var drawing = new TerminalImages(set.test(), set.classes(), blocks);
        for (boolean right : new boolean[] {true, false}) {
            int[] chosen = IntStream.range(0, predicted.length)
                    .filter(image -> (predicted[image] == set.test().label(image)) == right)
                    .limit(DRAWN)
                    .toArray();
            if (chosen.length > 0) {
                out.println();
                out.print(drawing.text(
                        chosen,
                        Arrays.stream(chosen).map(image -> predicted[image]).toArray()));
            }
        }
        out.println();
    }

    /** A machine may have no font to draw with, which the JDK reports in several ways; the run counts all the same. */
    private void write(Curves curves) {
        Path directory = options.output();
        try {
            curves.write(directory);
            out.println("curves: " + directory.resolve("loss.png") + " " + directory.resolve("accuracy.png"));
        } catch (IOException | RuntimeException | LinkageError | InternalError e) {
            err.println("demo: the curves could not be written to " + directory + ": " + e);
        }
    }
}

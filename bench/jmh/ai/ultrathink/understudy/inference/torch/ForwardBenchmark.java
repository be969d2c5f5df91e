package ai.ultrathink.understudy.inference.torch;

import ai.ultrathink.understudy.inference.tensor.InputForm;
import ai.ultrathink.understudy.inference.tensor.OutputHead;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One forward pass of a shipped model: the input written, the module run, the output read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ForwardBenchmark {

    private static final int FEATURES = 43;
    private static final int ACTIONS = 3;

    @Param({"1", "8", "32", "64"})
    private int batch;

    private static final InputForm FORM = InputForm.row(FEATURES);

    private float[] features;
    private float[] answers;
    private TorchScript module;
    private TorchThread thread;

    @Setup
    public void load() throws IOException {
        Random random = new Random(1);
        features = new float[batch * FEATURES];
        for (int i = 0; i < features.length; i++) {
            features[i] = random.nextFloat(-1, 1);
        }
        answers = new float[batch * ACTIONS];
        thread = TorchThread.prepareCurrent();
        module = TorchScript.load(Path.of("models/universal/model.pt"), Long.MAX_VALUE);
    }

    @Benchmark
    public float[] forward() {
        FloatBuffer input = thread.input(features.length);
        input.put(features);
        thread.forward(module, FORM, OutputHead.ONLY, batch).values().get(answers);
        return answers;
    }

    @TearDown
    public void free() {
        thread.close();
        module.close();
    }
}

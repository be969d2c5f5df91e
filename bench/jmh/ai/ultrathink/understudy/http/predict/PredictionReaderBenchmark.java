package ai.ultrathink.understudy.http.predict;

import ai.ultrathink.understudy.trace.NoTrace;
import ai.ultrathink.understudy.trial.exposure.PredictionRequest;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From the bytes of a body, with 43 features, to a request with an id. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PredictionReaderBenchmark {

    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();
    private byte[][] bodies;
    private int next;

    @Setup
    public void read() throws IOException {
        bodies = PredictionBodies.read("bull_specialist");
    }

    @Benchmark
    public PredictionRequest decode() {
        next = (next + 1) % bodies.length;
        return PredictionReader.read(bodies[next], () -> ids.generate().toString(), NoTrace.NONE);
    }
}

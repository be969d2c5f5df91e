package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.Variant;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Which variant a unit gets, over a thousand units. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AssignmentBenchmark {

    private static final int UNITS = 1024;

    private final Split split = new Split(0.2);
    private final String[] units =
            IntStream.range(0, UNITS).mapToObj(number -> "account-" + number).toArray(String[]::new);
    private int next;

    @Benchmark
    public Variant assign() {
        return Assignment.assign("bull_v2_canary", units[next++ % UNITS], split);
    }
}

package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import com.fasterxml.uuid.Generators;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** What an answer waits for: its observation in the journal, while the writer takes observations out. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JournalBenchmark {

    private final Observation observation = new Observation(
            Generators.timeBasedEpochGenerator().generate(),
            OpenJournal.TIME.now(),
            "bull_v2_canary",
            3,
            "2f1c9f0e-4a1f-4c39-9d0f-6a1f0c4b7d11",
            "account-77",
            "SPX",
            Group.CONTROL,
            Variant.CONTROL,
            null,
            0.2,
            new Outcome.Answered(new Answer(0.2f, 0.7f, 0.1f), "bull_specialist", "1", 100_000),
            null);
    private OpenJournal open;
    private Journal journal;

    @Setup
    public void open() throws IOException {
        open = new OpenJournal(new SimpleMeterRegistry());
        journal = open.journal();
    }

    @Benchmark
    public void append(CallPace pace) {
        journal.append(observation);
    }

    @Benchmark
    @Threads(2)
    public void append_on_two_threads(CallPace pace) {
        journal.append(observation);
    }

    @TearDown
    public void close() throws IOException {
        open.close();
    }
}

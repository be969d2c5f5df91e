package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.assignment.FixedExperiments;
import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.guard.NoProbes;
import ai.ultrathink.understudy.inference.InstantModels;
import ai.ultrathink.understudy.inference.Models;
import ai.ultrathink.understudy.inference.ModelsConfig;
import ai.ultrathink.understudy.journal.CallPace;
import ai.ultrathink.understudy.journal.OpenJournal;
import ai.ultrathink.understudy.trace.Exemplars;
import ai.ultrathink.understudy.trial.call.ControlCall;
import ai.ultrathink.understudy.trial.call.HedgeConfig;
import ai.ultrathink.understudy.trial.call.TreatmentCalls;
import ai.ultrathink.understudy.trial.exposure.PredictionRequest;
import ai.ultrathink.understudy.trial.hedge.Timers;
import ai.ultrathink.understudy.trial.metrics.FailureLog;
import ai.ultrathink.understudy.trial.metrics.TrialMetrics;
import ai.ultrathink.understudy.trial.tally.Tallies;
import ai.ultrathink.understudy.trial.tally.TallyConfig;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.smallrye.mutiny.Uni;
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

/**
 * From a request to its reply with models that answer at once: routing, assignment, metrics, and under a test the
 * observation in the journal.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TrialBenchmark {

    private final PredictionRequest untested = request(FixedExperiments.UNTESTED);
    private final PredictionRequest inSplit = request(FixedExperiments.IN_SPLIT);
    private final PredictionRequest inShadow = request(FixedExperiments.IN_SHADOW);
    private OpenJournal open;
    private Trial trial;

    @Setup
    @SuppressWarnings("deprecation") // the registry that Quarkus brings and the service has
    public void build() throws IOException {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        open = new OpenJournal(meters);
        TrialConfig config = InstantModels.settings(TrialConfig.class);
        Admission admission = new Admission(config, meters);
        NoArgGenerator ids = Generators.timeBasedEpochGenerator();
        TrialMetrics metrics =
                new TrialMetrics(meters, new FailureLog(OpenJournal.TIME), new Exemplars(true, OpenJournal.TIME));
        Tallies tallies = new Tallies(
                rows -> Uni.createFrom().voidItem(),
                InstantModels.settings(TallyConfig.class).tallyEvery(),
                ids,
                meters);
        Models models = new InstantModels(
                OpenJournal.TIME,
                FixedExperiments.UNTESTED,
                FixedExperiments.IN_SPLIT,
                FixedExperiments.IN_SHADOW,
                FixedExperiments.TREATMENT);
        OpenGate gate = new OpenGate();
        ControlCall control = new ControlCall(gate, OpenJournal.TIME);
        TreatmentCalls treatment = new TreatmentCalls(
                gate,
                OpenGate::admit,
                control,
                InstantModels.settings(HedgeConfig.class),
                OpenJournal.TIME,
                Timers.onWorkerPool());
        NoiseFloor noise = new NoiseFloor(config, admission, control, tallies, metrics);
        trial = new Trial(
                new Router(
                        new FixedExperiments(),
                        models,
                        new NoProbes(OpenJournal.TIME),
                        InstantModels.settings(ModelsConfig.class)),
                admission,
                new ServingModes(control, treatment, admission),
                new Observers(new ExposureJournal(open.journal()), tallies, metrics, noise),
                config,
                OpenJournal.TIME,
                ids);
    }

    @Benchmark
    public Route explain() {
        return trial.explain(inSplit);
    }

    @Benchmark
    public Reply answer_without_a_test() {
        return trial.answer(untested).await().indefinitely();
    }

    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public Reply answer_in_a_split(CallPace pace) {
        return trial.answer(inSplit).await().indefinitely();
    }

    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public Reply answer_in_a_shadow(CallPace pace) {
        return trial.answer(inShadow).await().indefinitely();
    }

    @TearDown
    public void close() throws IOException {
        open.close();
    }

    private static PredictionRequest request(String model) {
        return new PredictionRequest(
                "2f1c9f0e-4a1f-4c39-9d0f-6a1f0c4b7d11", "account-77", "SPX", Features.of(new float[43]), model, null);
    }
}

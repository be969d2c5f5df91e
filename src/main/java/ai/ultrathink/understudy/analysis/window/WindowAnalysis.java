package ai.ultrathink.understudy.analysis.window;

import ai.ultrathink.understudy.evidence.ActionCount;
import ai.ultrathink.understudy.evidence.Disagreement;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.evidence.ResultSums;
import ai.ultrathink.understudy.evidence.SeenVersions;
import ai.ultrathink.understudy.evidence.SplitCheck;
import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.LogHistogram;
import ai.ultrathink.understudy.stats.Moments;
import ai.ultrathink.understudy.storage.outcomes.OutcomeBlocks;
import ai.ultrathink.understudy.storage.results.ResultQueries;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Computes statistics of an experiment's results in a window of time. */
@ApplicationScoped
public class WindowAnalysis {

    private final ResultQueries queries;
    private final OutcomeBlocks outcomes;
    private final TimeSource time;

    WindowAnalysis(ResultQueries queries, OutcomeBlocks outcomes, TimeSource time) {
        this.queries = queries;
        this.outcomes = outcomes;
        this.time = time;
    }

    /** Statistics of the last hours. */
    public Uni<WindowStatistics> statistics(String testId, int hoursBack) {
        Instant to = end();
        Instant from = to.minus(Duration.ofHours(hoursBack));
        return Uni.combine()
                .all()
                .unis(
                        queries.sums(testId, from, to),
                        queries.latencies(testId, from, to),
                        queries.versions(testId, from, to),
                        outcomes.window(testId, from, to))
                .asTuple()
                .map(read -> statistics(
                        testId,
                        hoursBack,
                        read.getItem1(),
                        read.getItem2(),
                        read.getItem3(),
                        OutcomeFigures.of(read.getItem4())));
    }

    /** What both models earned in the blocks of the last hours. */
    public Uni<OutcomeCurve> outcomes(String testId, int hoursBack) {
        Instant to = end();
        return outcomes.window(testId, to.minus(Duration.ofHours(hoursBack)), to)
                .map(blocks -> new OutcomeCurve(
                        testId,
                        hoursBack,
                        blocks.stream().map(OutcomeCurve.Point::of).toList()));
    }

    /**
     * Actions of the last hours.
     *
     * @param known the actions that the models advise, which are shown if none was chosen, too
     */
    public Uni<ActionTable> actions(String testId, int hoursBack, Actions known) {
        Instant to = end();
        return queries.actions(testId, to.minus(Duration.ofHours(hoursBack)), to)
                .map(counts -> actions(testId, hoursBack, known, counts));
    }

    /** Configured and observed split of the last hours. */
    public Uni<SplitCheck> split(String testId, int hoursBack) {
        return queries.split(testId, hoursBack);
    }

    /** The newest disagreements, or those before a given one. */
    public Uni<List<Disagreement>> disagreements(
            String testId, @Nullable Instant beforeTime, @Nullable UUID beforeRow, int limit) {
        return queries.disagreements(testId, beforeTime, beforeRow, limit);
    }

    /** End of the window, a little ahead so that rows from a replica with a fast clock are included. */
    private Instant end() {
        return time.now().plusSeconds(60);
    }

    static WindowStatistics statistics(
            String testId,
            int hoursBack,
            ResultSums sums,
            List<LatencyCount> latencies,
            SeenVersions versions,
            OutcomeFigures outcomes) {
        LogHistogram control = histogram(latencies, Variant.CONTROL);
        LogHistogram treatment = histogram(latencies, Variant.TREATMENT);
        return new WindowStatistics(
                testId,
                hoursBack,
                sums.totalSamples(),
                sums.controlCount(),
                sums.treatmentCount(),
                sums.shadowCount(),
                versions.control(),
                versions.treatment(),
                new WindowStatistics.Metrics(
                        arm(sums.control(), control, 0, outcomes.control()),
                        arm(sums.treatment(), treatment, sums.fallbackCount(), outcomes.treatment()),
                        comparison(sums, control, treatment, outcomes)));
    }

    private static WindowStatistics.Arm arm(
            ResultSums.Arm sums, LogHistogram latencies, long fallbacks, OutcomeFigures.Arm outcomes) {
        Moments latency = Moments.ofSums(sums.answers(), sums.latencySum(), sums.latencySumOfSquares());
        return new WindowStatistics.Arm(
                orNull(confidence(sums).mean()),
                orNull(latency.mean()),
                orNull(latency.standardDeviation()),
                orNull(latencies.quantile(0.50)),
                orNull(latencies.quantile(0.95)),
                orNull(latencies.quantile(0.99)),
                sums.errorCount(),
                fallbacks,
                outcomes.count(),
                outcomes.meanOutcome(),
                outcomes.hitRate(),
                outcomes.coverage());
    }

    private static WindowStatistics.Comparison comparison(
            ResultSums sums, LogHistogram control, LogHistogram treatment, OutcomeFigures outcomes) {
        ResultSums.Pairs pairs = sums.pairs();
        boolean paired = pairs.count() > 0;
        Moments confidence =
                Moments.ofSums(pairs.count(), pairs.confidenceDeltaSum(), pairs.confidenceDeltaSumOfSquares());
        Moments latency = Moments.ofSums(pairs.count(), pairs.latencyDeltaSum(), pairs.latencyDeltaSumOfSquares());
        return new WindowStatistics.Comparison(
                paired ? (Double) ((double) pairs.agreeing() / pairs.count()) : null,
                orNull(
                        paired
                                ? confidence.mean()
                                : confidence(sums.treatment()).mean()
                                        - confidence(sums.control()).mean()),
                orNull(confidence.standardDeviation()),
                orNull(paired ? latency.mean() : meanLatency(sums.treatment()) - meanLatency(sums.control())),
                orNull(treatment.quantile(0.95) - control.quantile(0.95)),
                outcomes.meanDelta(),
                outcomes.coverage(),
                outcomes.coverageAgreeing(),
                outcomes.coverageDisagreeing(),
                outcomes.late().outcomes(),
                outcomes.meanDeltaNow());
    }

    private static Moments confidence(ResultSums.Arm sums) {
        return Moments.ofSums(sums.answers(), sums.confidenceSum(), sums.confidenceSumOfSquares());
    }

    private static double meanLatency(ResultSums.Arm sums) {
        return Moments.ofSums(sums.answers(), sums.latencySum(), sums.latencySumOfSquares())
                .mean();
    }

    private static LogHistogram histogram(List<LatencyCount> latencies, Variant arm) {
        return LogHistogram.of(latencies.stream()
                .filter(count -> count.arm() == arm)
                .collect(Collectors.groupingBy(LatencyCount::bucket, Collectors.summingLong(LatencyCount::count))));
    }

    /** @param known the actions that the models advise now; ignored if the rows have others */
    static ActionTable actions(String testId, int hoursBack, Actions known, List<ActionCount> counts) {
        List<String> chosen = counts.stream()
                .flatMap(count ->
                        Stream.of(Optional.ofNullable(count.control()), Optional.ofNullable(count.treatment())))
                .flatMap(Optional::stream)
                .toList();
        List<String> names = known.names().containsAll(chosen) ? known.names() : Actions.inOrder(chosen);
        Map<String, Long> control = zeros(names);
        Map<String, Long> treatment = zeros(names);
        Map<String, Map<String, Long>> matrix = new LinkedHashMap<>();
        names.forEach(name -> matrix.put(name, zeros(names)));
        for (ActionCount count : counts) {
            boolean shadow = count.group().equals(Group.SHADOW.wireName());
            if (count.control() != null && (shadow || count.group().equals(Group.CONTROL.wireName()))) {
                control.merge(count.control(), count.count(), Long::sum);
            }
            if (count.treatment() != null && (shadow || count.group().equals(Group.TREATMENT.wireName()))) {
                treatment.merge(count.treatment(), count.count(), Long::sum);
            }
            if (count.control() != null && count.treatment() != null) {
                matrix.computeIfAbsent(count.control(), name -> zeros(names))
                        .merge(count.treatment(), count.count(), Long::sum);
            }
        }
        return new ActionTable(testId, hoursBack, control, treatment, matrix);
    }

    private static Map<String, Long> zeros(List<String> names) {
        Map<String, Long> zeros = new LinkedHashMap<>();
        names.forEach(name -> zeros.put(name, 0L));
        return zeros;
    }

    private static @Nullable Double orNull(double figure) {
        return Double.isFinite(figure) ? (Double) figure : null;
    }
}

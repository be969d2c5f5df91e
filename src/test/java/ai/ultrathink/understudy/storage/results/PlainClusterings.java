package ai.ultrathink.understudy.storage.results;

import ai.ultrathink.understudy.evidence.Clustering;
import ai.ultrathink.understudy.evidence.Clustering.Grouping;
import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Comparison;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How observations depend on each other, as the definition says: from the values of each group. */
final class PlainClusterings {

    private static final int RUN = 16;

    private PlainClusterings() {}

    /** All generations together, from the batches in which the observations were stored. */
    static Clustering of(Quantity quantity, Grouping grouping, List<List<Observation>> batches) {
        List<List<Double>> groups = groups(grouping, batches).stream()
                .map(rows -> rows.stream().flatMap(row -> value(quantity, row)).toList())
                .filter(values -> !values.isEmpty())
                .toList();
        return new Clustering(
                quantity,
                grouping,
                groups.size(),
                groups.stream().mapToLong(List::size).sum(),
                groups.stream().mapToDouble(PlainClusterings::sum).sum(),
                groups.stream().flatMap(List::stream).mapToDouble(x -> x * x).sum(),
                groups.stream()
                        .mapToDouble(values -> Math.pow(values.size(), 2))
                        .sum(),
                groups.stream()
                        .mapToDouble(values -> values.size() * sum(values))
                        .sum(),
                groups.stream().mapToDouble(values -> Math.pow(sum(values), 2)).sum());
    }

    private static double sum(List<Double> values) {
        return values.stream().flatMapToDouble(DoubleStream::of).sum();
    }

    private static Collection<List<Observation>> groups(Grouping grouping, List<List<Observation>> batches) {
        Stream<Observation> rows = batches.stream().flatMap(List::stream);
        return switch (grouping) {
            case RUN -> batches.stream().flatMap(PlainClusterings::runs).toList();
            case MINUTE ->
                by(row -> List.of(part(row), row.time().truncatedTo(ChronoUnit.MINUTES)), rows)
                        .values();
            // a unit goes on in the next generation of the same split
            case UNIT ->
                by(
                                row -> List.of(versions(row), String.valueOf(row.configuredSplit()), row.unitId()),
                                rows.filter(row -> !row.unitId().equals(row.requestId())))
                        .values();
            case STRETCH_64, STRETCH_256, STRETCH_1024 ->
                throw new IllegalArgumentException(grouping + ": of the newest pairs alone");
        };
    }

    private static Map<Object, List<Observation>> by(Function<Observation, Object> key, Stream<Observation> rows) {
        return rows.collect(Collectors.groupingBy(key));
    }

    private static Stream<List<Observation>> runs(List<Observation> batch) {
        return by(PlainClusterings::part, batch.stream()).values().stream().flatMap(rows -> {
            List<Observation> ordered = new ArrayList<>(rows);
            ordered.sort(Comparator.comparing(Observation::time)
                    .thenComparing(row -> row.rowId().toString()));
            return IntStream.iterate(0, from -> from < ordered.size(), from -> from + RUN)
                    .mapToObj(from -> ordered.subList(from, Math.min(from + RUN, ordered.size())));
        });
    }

    private static List<Object> part(Observation row) {
        return List.of(row.generation(), versions(row));
    }

    private static List<String> versions(Observation row) {
        return Stream.of(row.controlModel(), row.treatmentModel())
                .map(version -> version == null ? "" : version.digest())
                .toList();
    }

    private static Stream<Double> value(Quantity quantity, Observation row) {
        return switch (quantity) {
            case AGREEMENT -> row.comparison().stream().map(pair -> pair.actionsMatch() ? 1.0 : 0.0);
            case CONFIDENCE_DELTA -> row.comparison().stream().map(Comparison::confidenceDelta);
            case CONTROL_CONFIDENCE ->
                own(row, Variant.CONTROL).map(answer -> (double) answer.answer().confidence());
            case TREATMENT_CONFIDENCE ->
                own(row, Variant.TREATMENT)
                        .map(answer -> (double) answer.answer().confidence());
            case CONTROL_LATENCY -> own(row, Variant.CONTROL).map(answer -> Math.log(answer.latencyMillis()));
            case TREATMENT_LATENCY -> own(row, Variant.TREATMENT).map(answer -> Math.log(answer.latencyMillis()));
        };
    }

    private static Stream<Outcome.Answered> own(Observation row, Variant arm) {
        @Nullable Outcome outcome = arm == Variant.CONTROL ? row.control() : row.treatment();
        boolean ofArm = row.assigned() == Group.SHADOW || row.assigned() == Group.of(arm);
        return ofArm && outcome instanceof Outcome.Answered answered ? Stream.of(answered) : Stream.empty();
    }
}

package ai.ultrathink.understudy.storage.results;

import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Comparison;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.outcome.Timing;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A batch of observations as one array per column: the reactive client has no COPY, and unnest is almost as fast. */
final class ResultColumns {

    private record Column(
            String name, String type, Function<Observation, @Nullable Object> value, IntFunction<Object[]> array) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("row_id", "uuid", Observation::rowId, UUID[]::new),
            new Column("time", "timestamptz", o -> o.time().atOffset(ZoneOffset.UTC), OffsetDateTime[]::new),
            text("test_id", Observation::testId),
            new Column("generation", "bigint", Observation::generation, Long[]::new),
            text("request_id", Observation::requestId),
            text("unit_id", Observation::unitId),
            text("symbol", Observation::symbol),
            text("assigned_group", o -> o.assigned().wireName()),
            text("served_by", o -> wireName(o.servedBy())),
            text("fallback", o -> wireName(o.fallback())),
            number("configured_split", Observation::configuredSplit),
            text("control_action", o -> action(o.control())),
            number("control_confidence", o -> confidence(o.control())),
            number("control_latency_ms", o -> latency(o.control())),
            text("control_error", o -> error(o.control())),
            text("control_error_detail", o -> detail(o.control())),
            text("control_model", o -> model(o.controlModel())),
            text("control_model_version", o -> version(o.controlModel())),
            text("control_model_digest", o -> digest(o.controlModel())),
            text("treatment_action", o -> action(o.treatment())),
            number("treatment_confidence", o -> confidence(o.treatment())),
            number("treatment_latency_ms", o -> latency(o.treatment())),
            text("treatment_error", o -> error(o.treatment())),
            text("treatment_error_detail", o -> detail(o.treatment())),
            text("treatment_model", o -> model(o.treatmentModel())),
            text("treatment_model_version", o -> version(o.treatmentModel())),
            text("treatment_model_digest", o -> digest(o.treatmentModel())),
            text("pair", o -> wireName(o.pairing())),
            flag("control_late", o -> timing(o, timing -> timing == Timing.LATE)),
            flag("control_queued", o -> timing(o, Timing::saysNothing)),
            flag(
                    "actions_match",
                    o -> o.comparison().map(Comparison::actionsMatch).orElse(null)),
            number(
                    "confidence_delta",
                    o -> o.comparison().map(Comparison::confidenceDelta).orElse(null)),
            number(
                    "latency_delta_ms",
                    o -> o.comparison().map(Comparison::latencyDeltaMillis).orElse(null)));

    /** Of a longer name their columns have the beginning, and {@code …_name} has all of it. */
    private static final List<String> ACTIONS = List.of("control_action", "treatment_action");

    /** Stores new rows, adds them to the ledger, and returns their number. */
    static final String INSERT = "with stored as (insert into ab_test_results ("
            + names(name -> name)
            + ACTIONS.stream().map(action -> ", " + action + "_name").collect(Collectors.joining())
            + ") select "
            + names(name -> ACTIONS.contains(name) ? "left(" + name + ", ab_test_action_width())" : name)
            + ACTIONS.stream()
                    .map(action ->
                            ", case when length(" + action + ") > ab_test_action_width() then " + action + " end")
                    .collect(Collectors.joining())
            + " from unnest("
            + IntStream.range(0, COLUMNS.size())
                    .mapToObj(i -> "$" + (i + 1) + "::" + COLUMNS.get(i).type() + "[]")
                    .collect(Collectors.joining(", "))
            + ") as given ("
            + names(name -> name)
            + ") on conflict do nothing returning ab_test_results as result)"
            + " select ab_test_book(array_agg(result)) as stored from stored";

    private ResultColumns() {}

    private static String names(UnaryOperator<String> shown) {
        return COLUMNS.stream().map(Column::name).map(shown).collect(Collectors.joining(", "));
    }

    static Tuple arrays(List<Observation> batch) {
        Tuple tuple = Tuple.tuple();
        for (Column column : COLUMNS) {
            tuple.addValue(batch.stream().map(column.value()).toArray(column.array()));
        }
        return tuple;
    }

    private static Column text(String name, Function<Observation, @Nullable Object> value) {
        return new Column(name, "varchar", value, String[]::new);
    }

    private static Column flag(String name, Function<Observation, @Nullable Object> value) {
        return new Column(name, "boolean", value, Boolean[]::new);
    }

    private static Column number(String name, Function<Observation, @Nullable Object> value) {
        return new Column(name, "double precision", value, Double[]::new);
    }

    private static @Nullable String wireName(@Nullable Variant variant) {
        return variant == null ? null : variant.wireName();
    }

    private static @Nullable String wireName(@Nullable Fallback fallback) {
        return fallback == null ? null : fallback.wireName();
    }

    private static @Nullable String wireName(@Nullable Pairing pairing) {
        return pairing == null ? null : pairing.wireName();
    }

    private static @Nullable Boolean timing(Observation observation, Predicate<Timing> is) {
        return observation.controlTiming() == null ? null : (Boolean) is.test(observation.controlTiming());
    }

    private static @Nullable String action(@Nullable Outcome outcome) {
        return outcome instanceof Outcome.Answered answered ? answered.answer().action() : null;
    }

    private static @Nullable Double confidence(@Nullable Outcome outcome) {
        return outcome instanceof Outcome.Answered answered
                ? (double) answered.answer().confidence()
                : null;
    }

    private static @Nullable Double latency(@Nullable Outcome outcome) {
        return outcome instanceof Outcome.Answered answered ? answered.latencyMillis() : null;
    }

    private static @Nullable String error(@Nullable Outcome outcome) {
        return outcome instanceof Outcome.Failure failure ? failure.code() : null;
    }

    private static @Nullable String detail(@Nullable Outcome outcome) {
        String words = outcome instanceof Outcome.Failure failure ? failure.brief() : "";
        return words.isEmpty() ? null : words;
    }

    private static @Nullable String model(@Nullable ModelVersion version) {
        return version == null ? null : version.name();
    }

    private static @Nullable String version(@Nullable ModelVersion version) {
        return version == null ? null : version.version();
    }

    private static @Nullable String digest(@Nullable ModelVersion version) {
        return version == null || version.digest().isEmpty() ? null : version.shownDigest();
    }
}

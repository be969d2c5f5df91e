package ai.ultrathink.understudy.storage.results;

import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Comparison;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.outcome.Timing;
import ai.ultrathink.understudy.storage.ledger.BatchSums;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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

    /** @param shared whether most batches have one value of it for all rows */
    private record Column(
            String name,
            String type,
            Function<Observation, @Nullable Object> value,
            IntFunction<Object[]> array,
            boolean shared) {

        Column(String name, String type, Function<Observation, @Nullable Object> value, IntFunction<Object[]> array) {
            this(name, type, value, array, false);
        }

        Column ofMost() {
            return new Column(name, type, value, array, true);
        }

        /** One value for each row; one for all if they have it in common, and none if they have none. */
        Object[] of(List<Observation> batch) {
            Object[] values = batch.stream().map(value).toArray(array);
            return hasOne(values) ? Arrays.copyOf(values, values[0] == null ? 0 : 1) : values;
        }

        private boolean hasOne(Object[] values) {
            return (shared || values[0] == null)
                    && Arrays.stream(values).allMatch(other -> Objects.equals(other, values[0]));
        }

        /** The value of a row, from the row that unnest gives, whose columns are null behind the end of their array. */
        String selected(String parameter) {
            return shared
                    ? "case cardinality(" + parameter + "::" + type + "[]) when 1 then (" + parameter + "::" + type
                            + "[])[1] else " + name + " end"
                    : name;
        }
    }

    private static final List<Column> COLUMNS = List.of(
            new Column("row_id", "uuid", Observation::rowId, UUID[]::new),
            new Column("time", "timestamptz", o -> o.time().atOffset(ZoneOffset.UTC), OffsetDateTime[]::new),
            text("test_id", Observation::testId).ofMost(),
            new Column("generation", "bigint", Observation::generation, Long[]::new).ofMost(),
            text("request_id", Observation::requestId),
            text("unit_id", Observation::unitId),
            text("symbol", Observation::symbol),
            text("assigned_group", o -> o.assigned().wireName()).ofMost(),
            text("served_by", o -> wireName(o.servedBy())).ofMost(),
            text("fallback", o -> wireName(o.fallback())),
            number("configured_split", Observation::configuredSplit).ofMost(),
            text("control_action", o -> action(o.control())),
            number("control_confidence", o -> confidence(o.control())),
            number("control_latency_ms", o -> latency(o.control())),
            text("control_error", o -> error(o.control())),
            text("control_error_detail", o -> detail(o.control())),
            text("control_model", o -> model(o.controlModel())).ofMost(),
            text("control_model_version", o -> version(o.controlModel())).ofMost(),
            text("control_model_digest", o -> digest(o.controlModel())).ofMost(),
            text("treatment_action", o -> action(o.treatment())),
            number("treatment_confidence", o -> confidence(o.treatment())),
            number("treatment_latency_ms", o -> latency(o.treatment())),
            text("treatment_error", o -> error(o.treatment())),
            text("treatment_error_detail", o -> detail(o.treatment())),
            text("treatment_model", o -> model(o.treatmentModel())).ofMost(),
            text("treatment_model_version", o -> version(o.treatmentModel())).ofMost(),
            text("treatment_model_digest", o -> digest(o.treatmentModel())).ofMost(),
            text("pair", o -> wireName(o.pairing())),
            flag("control_late", o -> timing(o, timing -> timing == Timing.LATE))
                    .ofMost(),
            flag("control_queued", o -> timing(o, Timing::saysNothing)).ofMost(),
            flag(
                    "actions_match",
                    o -> o.comparison().map(Comparison::actionsMatch).orElse(null)),
            number(
                    "confidence_delta",
                    o -> o.comparison().map(Comparison::confidenceDelta).orElse(null)),
            number(
                    "latency_delta_ms",
                    o -> o.comparison().map(Comparison::latencyDeltaMillis).orElse(null)),
            text("trace_id", o -> o.trace() == null ? null : o.trace().traceId()));

    /** Of a longer name their columns have the beginning, and {@code …_name} has all of it. */
    private static final List<String> ACTIONS = List.of("control_action", "treatment_action");

    /** Stores new rows, adds them to the ledger, and returns their number. */
    static final String INSERT = "with stored as (insert into ab_test_results ("
            + names(name -> name)
            + ACTIONS.stream().map(action -> ", " + action + "_name").collect(Collectors.joining())
            + ") select "
            + IntStream.range(0, COLUMNS.size())
                    .mapToObj(i -> selected(COLUMNS.get(i), "$" + (i + 1)))
                    .collect(Collectors.joining(", "))
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
            + ") on conflict do nothing returning ab_test_results.row_id, ab_test_results.time)"
            + " select ab_test_book_batch(array_agg(row_id), array_agg(time), "
            + BatchSums.parameters(COLUMNS.size() + 1)
            + ") as stored from stored";

    private ResultColumns() {}

    private static String selected(Column column, String parameter) {
        return ACTIONS.contains(column.name())
                ? "left(" + column.name() + ", ab_test_action_width())"
                : column.selected(parameter);
    }

    private static String names(UnaryOperator<String> shown) {
        return COLUMNS.stream().map(Column::name).map(shown).collect(Collectors.joining(", "));
    }

    /** The parameters of {@link #INSERT}. */
    static Tuple parameters(List<Observation> batch) {
        Tuple tuple = Tuple.tuple();
        for (Column column : COLUMNS) {
            tuple.addValue(column.of(batch));
        }
        BatchSums.of(batch).addTo(tuple);
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

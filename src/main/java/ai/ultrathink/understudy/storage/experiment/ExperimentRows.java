package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.OnModelChange;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.VersionPolicy;
import ai.ultrathink.understudy.storage.json.GuardrailsJson;
import ai.ultrathink.understudy.storage.json.OutcomePlanJson;
import ai.ultrathink.understudy.storage.json.SymbolsJson;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads and writes an experiment as a row of {@code ab_test_configs}. */
final class ExperimentRows {

    static final String COLUMNS = "test_id, control_model, treatment_model, traffic_split, mode, enabled, explicit,"
            + " description, created_at, generation, control_deadline_ms, treatment_deadline_ms, guardrails,"
            + " pairs, control_digest, treatment_digest, on_model_change, aa, outcome, four_eyes, symbols";

    /** Columns for {@link #read}: JSON as text, so that invalid guardrails or an invalid plan affect one experiment only. */
    static final String READ = COLUMNS.replace(" guardrails,", " guardrails::text as guardrails,")
            .replace(" outcome,", " outcome::text as outcome,")
            .replace(" symbols", " symbols::text as symbols");

    /** The same, with shortened descriptions, because the catalog keeps those of every experiment in memory. */
    static final String FOR_CATALOG = READ.replace(
            " description,", " left(description, " + IdentifierRules.MAX_DESCRIPTION_BYTES + ") as description,");

    private static final String INSERT = "insert into ab_test_configs (" + COLUMNS
            + ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";
    private static final String UPDATE = "update ab_test_configs set traffic_split = $2, enabled = $3, generation = $4,"
            + " mode = $5, guardrails = $6, outcome = $7, symbols = $8, updated_at = now() where test_id = $1";

    private ExperimentRows() {}

    static Uni<Void> insert(SqlConnection connection, Experiment experiment) {
        return connection.preparedQuery(INSERT).execute(tuple(experiment)).replaceWithVoid();
    }

    /** Writes what can change of an experiment. */
    static Uni<Void> write(SqlConnection connection, Experiment after) {
        return connection
                .preparedQuery(UPDATE)
                .execute(Tuple.tuple()
                        .addString(after.testId())
                        .addDouble(after.split().fraction())
                        .addBoolean(after.enabled())
                        .addLong(after.generation())
                        .addString(after.mode().wireName())
                        .addJsonObject(GuardrailsJson.write(after.guardrails()))
                        .addJsonObject(OutcomePlanJson.write(after.outcome()))
                        .addJsonArray(SymbolsJson.write(after.symbols())))
                .replaceWithVoid();
    }

    /**
     * A row that was read.
     *
     * @param experiment the experiment; if the row cannot be read, a placeholder that uses no treatment
     * @param problem why the row cannot be read, or null
     */
    record Reading(Experiment experiment, @Nullable String problem) {}

    static Reading read(Row row) {
        return read(row, UnaryOperator.identity());
    }

    /** @param description shortens the description */
    static Reading read(Row row, UnaryOperator<String> description) {
        String text = description.apply(row.getString("description"));
        try {
            return new Reading(experiment(row, text), null);
        } catch (RuntimeException e) {
            return new Reading(standIn(row, text), String.valueOf(e.getMessage()));
        }
    }

    private static Experiment standIn(Row row, String description) {
        return new Experiment(
                row.getString("test_id"),
                row.getString("control_model"),
                row.getString("treatment_model"),
                new Split(0),
                Mode.DISABLED,
                row.getBoolean("enabled"),
                row.getBoolean("explicit"),
                description,
                row.getOffsetDateTime("created_at").toInstant(),
                row.getLong("generation"),
                null,
                null,
                Guardrails.USUAL);
    }

    private static Experiment experiment(Row row, String description) {
        return new Experiment(
                row.getString("test_id"),
                row.getString("control_model"),
                row.getString("treatment_model"),
                new Split(row.getDouble("traffic_split")),
                Mode.of(row.getString("mode")),
                row.getBoolean("enabled"),
                row.getBoolean("explicit"),
                description,
                row.getOffsetDateTime("created_at").toInstant(),
                row.getLong("generation"),
                millis(row.getInteger("control_deadline_ms")),
                millis(row.getInteger("treatment_deadline_ms")),
                GuardrailsJson.read(row.getString("guardrails")),
                new Split(row.getDouble("pairs")),
                new VersionPolicy(
                        row.getString("control_digest"),
                        row.getString("treatment_digest"),
                        OnModelChange.of(row.getString("on_model_change"))),
                row.getBoolean("aa"),
                OutcomePlanJson.read(row.getString("outcome")),
                row.getBoolean("four_eyes"),
                SymbolsJson.read(row.getString("symbols")));
    }

    /** The values in the order of {@link #COLUMNS}. */
    private static Tuple tuple(Experiment experiment) {
        return Tuple.tuple()
                .addString(experiment.testId())
                .addString(experiment.controlModel())
                .addString(experiment.treatmentModel())
                .addDouble(experiment.split().fraction())
                .addString(experiment.mode().wireName())
                .addBoolean(experiment.enabled())
                .addBoolean(experiment.explicit())
                .addString(experiment.description())
                .addOffsetDateTime(experiment.createdAt().atOffset(ZoneOffset.UTC))
                .addLong(experiment.generation())
                .addInteger(millis(experiment.controlDeadline()))
                .addInteger(millis(experiment.treatmentDeadline()))
                .addJsonObject(GuardrailsJson.write(experiment.guardrails()))
                .addDouble(experiment.pairs().fraction())
                .addString(experiment.versions().controlDigest())
                .addString(experiment.versions().treatmentDigest())
                .addString(experiment.versions().onChange().wireName())
                .addBoolean(experiment.aa())
                .addJsonObject(OutcomePlanJson.write(experiment.outcome()))
                .addBoolean(experiment.fourEyes())
                .addJsonArray(SymbolsJson.write(experiment.symbols()));
    }

    private static @Nullable Duration millis(@Nullable Integer millis) {
        return millis == null ? null : Duration.ofMillis(millis);
    }

    private static @Nullable Integer millis(@Nullable Duration duration) {
        return duration == null ? null : Math.toIntExact(duration.toMillis());
    }
}

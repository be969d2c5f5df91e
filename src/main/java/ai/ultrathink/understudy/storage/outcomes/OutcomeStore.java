package ai.ultrathink.understudy.storage.outcomes;

import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.db.DatabaseAwayException;
import ai.ultrathink.understudy.storage.outcomes.RealisedOutcome.Subject;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes outcomes to {@code ab_test_outcomes}. */
@ApplicationScoped
public class OutcomeStore {

    private static final String TAKE = "select * from ab_test_take_outcomes($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    private final Database database;
    private final OutcomesConfig config;
    private final OneAtATime turns;

    OutcomeStore(Database database, OutcomesConfig config) {
        this.database = database;
        this.config = config;
        this.turns = new OneAtATime(config.maxQueued());
    }

    /**
     * Stores a batch in one statement: all that it accepts, or nothing. A batch may be sent again; what is known of it counts as a
     * duplicate. Fails with {@link DatabaseAwayException} if the database does not answer.
     */
    public Uni<TakenOutcomes> take(List<RealisedOutcome> batch) {
        if (batch.isEmpty()) {
            return Uni.createFrom().item(TakenOutcomes.NONE);
        }
        Tuple columns = columns(batch);
        return turns.run(() -> database.withConnection(connection -> connection
                .preparedQuery(TAKE)
                .execute(columns)
                .map(rows -> taken(rows.iterator().next()))));
    }

    private Tuple columns(List<RealisedOutcome> batch) {
        return Tuple.tuple()
                .addValue(array(batch, RealisedOutcome::place, Integer[]::new))
                .addValue(array(
                        batch, each -> each.of() instanceof Subject.Request of ? of.requestId() : null, String[]::new))
                .addValue(array(
                        batch, each -> each.of() instanceof Subject.Range of ? of.symbol() : null, String[]::new))
                .addValue(array(
                        batch,
                        each -> each.of() instanceof Subject.Range of ? time(of.from()) : null,
                        OffsetDateTime[]::new))
                .addValue(array(
                        batch,
                        each -> each.of() instanceof Subject.Range of ? time(of.to()) : null,
                        OffsetDateTime[]::new))
                .addValue(array(batch, RealisedOutcome::value, Double[]::new))
                .addValue(array(batch, each -> time(each.observedAt()), OffsetDateTime[]::new))
                .addValue(array(batch, RealisedOutcome::revision, Integer[]::new))
                .addLong(config.maxWaiting());
    }

    /** One value for each outcome; none at all if all are null, because the database adds the nulls that a shorter column lacks. */
    private static <T> T[] array(
            List<RealisedOutcome> batch, Function<RealisedOutcome, @Nullable T> value, IntFunction<T[]> array) {
        T[] values = batch.stream().map(value).toArray(array);
        return Arrays.stream(values).allMatch(Objects::isNull) ? array.apply(0) : values;
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    private static TakenOutcomes taken(Row row) {
        JsonArray rejected = row.getJsonArray("rejected");
        return new TakenOutcomes(
                row.getLong("accepted"),
                row.getLong("duplicates"),
                row.getLong("waiting"),
                IntStream.range(0, rejected.size())
                        .mapToObj(rejected::getJsonArray)
                        .map(each -> new TakenOutcomes.Rejected(
                                each.getInteger(0),
                                TakenOutcomes.Fault.valueOf(each.getString(1).toUpperCase(Locale.ROOT))))
                        .toList());
    }
}

package ai.ultrathink.understudy.storage.results;

import ai.ultrathink.understudy.evidence.TallyRow;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.db.DatabaseAwayException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Stores the counts of each process in {@code ab_test_tallies}. */
@ApplicationScoped
public class TallyStore {

    // the greater one, because a cancelled statement may still run after the next
    private static final String STORE = """
            insert into ab_test_tallies as kept (
                test_id, generation, run, configured_split,
                assigned_control, assigned_treatment, assigned_shadow, noise_pairs, noise_agreeing
            )
            select *
            from unnest($1::varchar[], $2::bigint[], $3::uuid[], $4::double precision[],
                $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
            order by 1, 2, 3
            on conflict (test_id, generation, run) do update set
                assigned_control = greatest(kept.assigned_control, excluded.assigned_control),
                assigned_treatment = greatest(kept.assigned_treatment, excluded.assigned_treatment),
                assigned_shadow = greatest(kept.assigned_shadow, excluded.assigned_shadow),
                noise_pairs = greatest(kept.noise_pairs, excluded.noise_pairs),
                noise_agreeing = greatest(kept.noise_agreeing, excluded.noise_agreeing)
            """;

    private final Database database;

    TallyStore(Database database) {
        this.database = database;
    }

    /**
     * Stores the present counts, all or none. Storing the same or an older count again changes nothing. Fails with
     * {@link DatabaseAwayException} if the database does not answer.
     */
    public Uni<Void> store(List<TallyRow> tallies) {
        Tuple columns = Tuple.tuple();
        add(columns, tallies, TallyRow::testId, String[]::new);
        add(columns, tallies, TallyRow::generation, Long[]::new);
        add(columns, tallies, TallyRow::run, UUID[]::new);
        add(columns, tallies, TallyRow::configuredSplit, Double[]::new);
        add(columns, tallies, tally -> tally.assigned().control(), Long[]::new);
        add(columns, tallies, tally -> tally.assigned().treatment(), Long[]::new);
        add(columns, tallies, tally -> tally.assigned().shadow(), Long[]::new);
        add(columns, tallies, tally -> tally.noise().pairs(), Long[]::new);
        add(columns, tallies, tally -> tally.noise().agreeing(), Long[]::new);
        return database.withConnection(
                connection -> connection.preparedQuery(STORE).execute(columns).replaceWithVoid());
    }

    private static void add(
            Tuple columns,
            List<TallyRow> tallies,
            Function<TallyRow, @Nullable Object> value,
            IntFunction<Object[]> array) {
        columns.addValue(tallies.stream().map(value).toArray(array));
    }
}

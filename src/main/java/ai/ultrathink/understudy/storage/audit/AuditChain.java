package ai.ultrathink.understudy.storage.audit;

import ai.ultrathink.understudy.change.AuditVerification;
import ai.ultrathink.understudy.storage.db.Database;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The hash chain of the audit trail: compares the events with their seals, and exports them. PostgreSQL seals them, see
 * the migration {@code V20__audit_chain.sql}. Both read the trail in parts, so that no query takes long.
 */
@ApplicationScoped
public class AuditChain {

    private static final int VERIFIED_AT_ONCE = 1000;
    private static final int EXPORTED_AT_ONCE = 100;

    // the limits of the chain are read with the findings, because the retention may remove events meanwhile
    private static final String CHAIN = "select coalesce(c.removed, 0) as removed, coalesce(c.position, 0) as position,"
            + " coalesce(c.removed_hash, repeat('0', 64)) as removed_hash from (select 1) one"
            + " left join ab_audit_chain c on true";
    private static final String WALK =
            "select w.*, (select removed from ab_audit_chain) as removed" + " from ab_audit_walk($1, $2, $3) w";
    // all that is behind the position, however many
    private static final String END =
            "select w.events, coalesce(c.head, w.last_hash) as head, coalesce(w.first_broken, e.first_broken) as first_broken,"
                    + " case when w.first_broken is null then e.detail else w.detail end as detail, c.removed"
                    + " from ab_audit_walk($1, $2, 9223372036854775807) w"
                    + " left join ab_audit_chain c on true"
                    + " left join lateral ab_audit_ends(w.last_position, w.last_hash) e on true";
    // the seal comes last, so that a reader has the sealed text by cutting a fixed number of characters
    private static final String EXPORT =
            "select chain_position, concat(left(ab_audit_json(e), -1), ', \"previous_hash\": \"', previous_hash,"
                    + " '\", \"hash\": \"', hash, '\"}') as line from ab_test_events e where chain_position > $1"
                    + " and time >= coalesce($2::timestamptz, '-infinity') and time < coalesce($3::timestamptz, 'infinity')"
                    + " order by chain_position limit " + EXPORTED_AT_ONCE;

    private final Database database;
    private final AtomicReference<@Nullable Uni<AuditVerification>> running = new AtomicReference<>();

    AuditChain(Database database) {
        this.database = database;
    }

    /** Verifies the whole trail. Calls that arrive meanwhile get the result of the verification that is running. */
    public Uni<AuditVerification> verify() {
        Uni<AuditVerification> present = running.get();
        if (present != null) {
            return present;
        }
        Uni<AuditVerification> verification = chain().onTermination()
                .invoke(() -> running.set(null))
                .memoize()
                .indefinitely();
        return running.compareAndSet(null, verification) ? verification : verify();
    }

    private Uni<AuditVerification> chain() {
        return database.withConnection(connection -> connection
                        .query(CHAIN)
                        .execute()
                        .map(rows -> rows.iterator().next()))
                .chain(chain -> walk(
                        new Walked(chain.getLong("removed"), chain.getString("removed_hash"), 0),
                        chain.getLong("position"),
                        chain.getLong("removed")));
    }

    /** Compares the next events; the last part includes all that were added meanwhile. */
    private Uni<AuditVerification> walk(Walked walked, long position, long removed) {
        boolean last = position - walked.position <= VERIFIED_AT_ONCE;
        long to = walked.position + VERIFIED_AT_ONCE;
        return database.withConnection(connection -> connection
                        .preparedQuery(last ? END : WALK)
                        .execute(
                                last
                                        ? Tuple.of(walked.position, walked.hash)
                                        : Tuple.of(walked.position, walked.hash, to))
                        .map(rows -> rows.iterator().next()))
                .chain(part -> {
                    long events = walked.events + part.getLong("events");
                    Long broken = part.getLong("first_broken");
                    Long removedNow = part.getLong("removed");
                    if (broken != null && removedNow != null && removedNow > Math.max(removed, walked.position)) {
                        // the retention removed what was to be compared next
                        return chain();
                    }
                    if (!last && broken == null) {
                        long reached = part.getLong("last_position");
                        // if nothing is there, the next part is all the rest, which says what is missing
                        return walk(
                                new Walked(reached, part.getString("last_hash"), events),
                                reached == walked.position ? reached : position,
                                removed);
                    }
                    return last ? Uni.createFrom().item(result(part, events)) : head(part, events);
                });
    }

    private Uni<AuditVerification> head(Row broken, long events) {
        return database.withConnection(connection -> connection
                .query("select (select count(*) from ab_test_events where chain_position is not null) as events,"
                        + " coalesce((select head from ab_audit_chain), '') as head,"
                        + " coalesce((select removed from ab_audit_chain), 0) as removed")
                .execute()
                .map(rows -> rows.iterator().next())
                .map(row -> new AuditVerification(
                        false,
                        Math.max(events, row.getLong("events")),
                        row.getLong("removed"),
                        String.valueOf(row.getString("head")),
                        broken.getLong("first_broken"),
                        detail(broken))));
    }

    private static AuditVerification result(Row end, long events) {
        Long removed = end.getLong("removed");
        return new AuditVerification(
                end.getLong("first_broken") == null,
                events,
                removed == null ? 0 : removed,
                end.getString("head"),
                end.getLong("first_broken"),
                end.getLong("first_broken") == null ? null : detail(end));
    }

    private static String detail(Row broken) {
        return "event " + broken.getLong("first_broken") + ": " + broken.getString("detail");
    }

    /**
     * The sealed events as lines of JSON in the order of the chain, read as they are asked for.
     *
     * @param from the earliest time, or null
     * @param to the time before which, or null
     * @param after the position after which
     */
    public Multi<String> export(@Nullable Instant from, @Nullable Instant to, long after) {
        return Multi.createBy()
                .repeating()
                .uni(
                        () -> new long[] {after},
                        position -> page(from, to, position[0])
                                .invoke(page -> position[0] = page.isEmpty() ? position[0] : page.getLast().position))
                .whilst(page -> page.size() == EXPORTED_AT_ONCE)
                .onItem()
                .transformToIterable(page -> page.stream().map(Line::json).toList());
    }

    private Uni<List<Line>> page(@Nullable Instant from, @Nullable Instant to, long after) {
        return database.withConnection(connection -> connection
                .preparedQuery(EXPORT)
                .execute(Tuple.tuple()
                        .addLong(after)
                        .addOffsetDateTime(from == null ? null : from.atOffset(ZoneOffset.UTC))
                        .addOffsetDateTime(to == null ? null : to.atOffset(ZoneOffset.UTC)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new Line(row.getLong("chain_position"), row.getString("line")))
                        .toList()));
    }

    private record Line(long position, String json) {}

    /**
     * How far the comparison has come.
     *
     * @param hash the hash at that position
     */
    private record Walked(long position, String hash, long events) {}
}

package ai.ultrathink.understudy;

import static ai.ultrathink.understudy.testkit.Waiting.await;

import ai.ultrathink.understudy.testkit.ClosedLoop;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Senders of realised outcomes who do as docs/operations.md says: a batch without an answer, or with another one than 200, is sent again,
 * to the next process if the service is gone.
 */
final class OutcomeSenders {

    private static final int SENDERS = 4;
    private static final int EACH = 50;

    /** Longer than one call may take. */
    private static final Duration WITHIN = Duration.ofMinutes(2);

    private final AtomicIntegerArray answered = new AtomicIntegerArray(SENDERS);
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private @Nullable ClosedLoop loop;

    /**
     * What is stored.
     *
     * @param sent outcomes that were answered with 200
     * @param accepted of these, those that the answers called new
     * @param duplicates of these, those that the answers called known already
     * @param rows outcomes in the database
     * @param distinct requests among them
     * @param right rows with the value that was sent
     * @param waiting outcomes that wait, as the intake counts them: at least as many as do
     */
    record Stored(long sent, long accepted, long duplicates, long rows, long distinct, long right, long waiting) {}

    /** Lets them begin, or go on, until the service is gone. */
    void start(ServiceProcess service) {
        loop = ClosedLoop.start(SENDERS, (sender, call) -> send(service, sender));
    }

    /** Waits until the service is gone; fails if a sender does not notice. */
    void join() throws InterruptedException {
        Objects.requireNonNull(loop, "started").join(WITHIN);
    }

    /** Sends what has no answer yet. */
    void finish(ServiceProcess service) {
        for (int sender = 0; sender < SENDERS; sender++) {
            int each = sender;
            int before = answered.get(sender);
            await("an answer for sender " + sender).atMost(WITHIN).until(() -> {
                send(service, each);
                return answered.get(each) > before;
            });
        }
    }

    private boolean send(ServiceProcess service, int sender) {
        int batch = answered.get(sender);
        JsonArray outcomes = new JsonArray();
        for (int each = 0; each < EACH; each++) {
            int number = batch * EACH + each;
            outcomes.add(new JsonObject()
                    .put("request_id", "money-" + sender + "-" + number)
                    .put("value", number * 1e-6));
        }
        try {
            HttpResponse<String> answer = service.send(service.request("/api/v1/outcomes")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(
                            new JsonObject().put("outcomes", outcomes).encode())));
            if (answer.statusCode() == 200) {
                JsonObject taken = new JsonObject(answer.body());
                accepted.addAndGet(taken.getLong("accepted"));
                duplicates.addAndGet(taken.getLong("duplicates"));
                answered.incrementAndGet(sender);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    Stored stored(String databaseUrl) throws SQLException {
        long sent = 0;
        for (int sender = 0; sender < SENDERS; sender++) {
            sent += (long) answered.get(sender) * EACH;
        }
        try (Connection connection = LocalPostgres.connect(databaseUrl)) {
            ResultSet row = connection.createStatement().executeQuery("""
                    select count(*), count(distinct request_id),
                        count(*) filter (where abs(value - split_part(request_id, '-', 3)::float8 * 1e-6) < 1e-12),
                        (select waiting from ab_test_outcome_intake)
                    from ab_test_outcomes where starts_with(request_id, 'money-')""");
            row.next();
            return new Stored(
                    sent,
                    accepted.get(),
                    duplicates.get(),
                    row.getLong(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4));
        }
    }
}

package ai.ultrathink.understudy.storage.notice;

import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.db.StorageConfig;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.trace.Tracing;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;

/** The outbox in a database of the test's own, as a replica sees it; several of one database are as many replicas. */
public final class OwnOutbox implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final String url;
    private final NoticeStore store;
    private final ResultOutbox results;

    private OwnOutbox(String url) {
        this.url = url;
        StorageConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(StorageConfig.class)
                .build()
                .getConfigMapping(StorageConfig.class);
        Pool pool = Pool.newInstance(PgBuilder.pool()
                .connectingTo(PgConnectOptions.fromUri(url).setUser(user(url)))
                .using(vertx)
                .build());
        Database database = new Database(pool, config, new Tracing(null, new ManualTime()));
        store = new NoticeStore(database);
        results = new ResultOutbox(database);
    }

    private static String user(String url) {
        return String.valueOf(LocalPostgres.environment(url).get("DATABASE_USERNAME"));
    }

    /** Of a database that is there. */
    public static OwnOutbox of(String url) {
        return new OwnOutbox(url);
    }

    /** Brings a database to a version, such as {@code latest}. */
    public static void migrate(String url, String version) {
        Flyway.configure()
                .dataSource("jdbc:" + url, user(url), "")
                .locations("classpath:db/migration/common", "classpath:db/migration/postgresql")
                .target(version)
                .group(true)
                .load()
                .migrate();
    }

    public NoticeStore store() {
        return store;
    }

    public ResultOutbox results() {
        return results;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** Adds an event as the service does, so that it is sealed. */
    public void event(String testId, String action, String reason) {
        execute("insert into ab_test_events (test_id, actor, action, to_state, generation, reason, hash) values ('"
                + testId + "', 'ada', '" + action + "', '{}', 1, '" + reason + "', '')");
    }

    public void execute(String sql) {
        try (Connection connection = LocalPostgres.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first column of each row. */
    public List<String> select(String sql) {
        try (Connection connection = LocalPostgres.connect(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(String.valueOf(rows.getString(1)));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}

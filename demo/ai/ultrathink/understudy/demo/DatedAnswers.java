package ai.ultrathink.understudy.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * Stores answers that an experiment has got once more, in another experiment and under other times. The service dates a prediction
 * by its own clock, and blocks of outcomes are closed as time goes by, so four years would take four years. This is done with SQL, in
 * the way that docs/database.md describes for inserts.
 */
final class DatedAnswers implements AutoCloseable {

    private static final int PORT_LINE = 3;

    private static final String STORE = """
            with dated as (
                select *
                from unnest(?::varchar[], ?::varchar[], ?::varchar[], ?::varchar[], ?::timestamptz[])
                    as d (source, request_id, unit_id, symbol, time)
            ), stored as (
                insert into ab_test_results
                select copy.*
                from dated as d
                join ab_test_results as answer on answer.test_id = ? and answer.request_id = d.source
                cross join lateral (
                    select lpad(to_hex(floor(extract(epoch from d.time) * 1000)::bigint), 12, '0') as millis
                ) as clock
                cross join lateral jsonb_populate_record(answer, jsonb_build_object(
                    'test_id', ?, 'generation', 1, 'request_id', d.request_id, 'unit_id', d.unit_id, 'symbol', d.symbol, 'time', d.time,
                    'row_id', overlay(gen_random_uuid()::text placing overlay(clock.millis placing '-' from 9 for 0) || '-7'
                        from 1 for 15))) as copy
                on conflict do nothing
                returning ab_test_results as result
            )
            select coalesce(ab_test_book(array_agg(result)), 0) from stored""";

    private final Connection database;

    private DatedAnswers(Connection database) {
        this.database = database;
    }

    /**
     * An answer at another time.
     *
     * @param source the request that was answered
     * @param request what it is called now
     */
    record Dated(String source, String request, String unit, String symbol, Instant time) {}

    /** Connects to the PostgreSQL that the service has started. */
    static DatedAnswers connect(Path data) throws IOException {
        String port = Files.readAllLines(data.resolve("postgres").resolve("postmaster.pid"))
                .get(PORT_LINE)
                .strip();
        String password = Files.readString(data.resolve("postgres-password")).strip();
        try {
            return new DatedAnswers(DriverManager.getConnection(
                    "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", password));
        } catch (SQLException e) {
            throw new IOException("the service's PostgreSQL on port " + port + " does not answer", e);
        }
    }

    /** Stores them in one statement, so that a block of time that they fill is not closed before it is full. */
    void store(String from, String to, List<Dated> answers) throws IOException {
        try (PreparedStatement statement = database.prepareStatement(STORE)) {
            statement.setArray(1, texts(answers, Dated::source));
            statement.setArray(2, texts(answers, Dated::request));
            statement.setArray(3, texts(answers, Dated::unit));
            statement.setArray(4, texts(answers, Dated::symbol));
            statement.setArray(5, texts(answers, dated -> dated.time().toString()));
            statement.setString(6, from);
            statement.setString(7, to);
            try (ResultSet stored = statement.executeQuery()) {
                stored.next();
                if (stored.getLong(1) != answers.size()) {
                    throw new DemoFailedException("Only " + stored.getLong(1) + " of " + answers.size()
                            + " answers were stored again in " + to + ".");
                }
            }
        } catch (SQLException e) {
            throw new IOException("answers of " + from + " cannot be stored again in " + to, e);
        }
    }

    private java.sql.Array texts(List<Dated> answers, Function<Dated, String> text) throws SQLException {
        return database.createArrayOf("varchar", answers.stream().map(text).toArray());
    }

    @Override
    public void close() throws IOException {
        try {
            database.close();
        } catch (SQLException e) {
            throw new IOException("the connection to the service's PostgreSQL does not end", e);
        }
    }
}

package ai.ultrathink.understudy.storage.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailureCauseTest {

    static Stream<Throwable> transport() {
        return Stream.of(
                ClosedConnectionException.INSTANCE,
                new ConnectException("Connection refused"),
                new UnknownHostException("db"),
                new IOException("broken pipe"),
                new TimeoutException(),
                new VertxException("Connection is not active now, current status: CLOSED"),
                new IllegalStateException(new SQLException("The connection attempt failed.", "08001")));
    }

    @ParameterizedTest
    @MethodSource("transport")
    void a_connection_that_fails_is_a_database_that_is_away(Throwable failure) {
        FailureCause cause = FailureCause.of(failure).orElseThrow();

        assertTrue(cause.sentence().startsWith("the database is away ("), cause::sentence);
        assertEquals(false, cause.lasting());
    }

    @ParameterizedTest
    @CsvSource({
        "28P01, false, DATABASE_PASSWORD",
        "28000, false, DATABASE_PASSWORD",
        "3D000, false, DATABASE_URL",
        "53300, false, is out of resources",
        "57014, false, statement_timeout",
        "57P01, false, is away",
        "57P03, false, is away",
        "25006, false, is read-only",
        "40P01, false, busy",
        "55P03, false, busy",
        "XX001, false, an internal error",
        "42501, true, lacks permissions",
        "42P01, true, the schema is not the one that this version created",
        "42703, true, the schema is not the one that this version created",
        "42883, true, the schema is not the one that this version created",
        "3F000, true, the schema is not the one that this version created",
        "26000, true, by transaction",
        "42P05, true, by transaction",
    })
    void what_the_server_says_is_told_in_words_of_what_to_do(String state, boolean lasting, String words) {
        FailureCause cause = FailureCause.of(refusal(state, "why")).orElseThrow();
        FailureCause sameByTheOtherDriver =
                FailureCause.of(new SQLException("ERROR: why", state)).orElseThrow();

        assertTrue(cause.sentence().contains(words), cause::sentence);
        assertEquals(lasting, cause.lasting());
        assertEquals(cause, sameByTheOtherDriver);
    }

    @Test
    void a_pooler_that_refuses_what_a_connection_asks_for_is_named() {
        FailureCause cause = FailureCause.of(refusal("08P01", "unsupported startup parameter: search_path"))
                .orElseThrow();

        assertTrue(cause.sentence().contains("ignore_startup_parameters"), cause::sentence);
    }

    static Stream<Throwable> faults() {
        return Stream.of(
                new IllegalArgumentException("no such mode"),
                new NullPointerException(),
                new ClassCastException(),
                new VertxException("Parameter at position[0] with class = [java.lang.String] can not be coerced"),
                refusal("22001", "value too long"),
                refusal("23505", "duplicate key"),
                refusal("42601", "syntax error"),
                refusal("P0001", "raised"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void what_is_wrong_with_the_question_is_not_blamed_on_the_database(Throwable failure) {
        assertEquals(Optional.empty(), FailureCause.of(failure));
    }

    private static PgException refusal(String state, String message) {
        return new PgException(message, "ERROR", state, null);
    }

    @Test
    void a_cause_that_is_known_is_told_once() {
        FailureCause cause = FailureCause.of(new SQLException("The server does not support SSL."))
                .orElseThrow();

        assertEquals(Optional.of(cause), FailureCause.of(new DatabaseAwayException(cause, null)));
    }
}

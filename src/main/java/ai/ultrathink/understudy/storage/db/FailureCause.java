package ai.ultrathink.understudy.storage.db;

import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.DatabaseException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Reason why a database failed, if the reason is the database itself. A statement that is rejected for its contents has
 * no such cause: that is a defect of the service.
 *
 * @param lasting whether the database is reachable but waiting will not help: permissions, the schema, a pooler
 * @param sentence for the caller, without a full stop
 */
public record FailureCause(boolean lasting, String sentence) {

    private static final int DEEPEST = 8;

    // failures for which the driver has no class
    private static final Pattern LOST = Pattern.compile("(?i)(connection|pool|timeout|ssl|channel|socket)\\b.*");
    private static final Pattern NO_TLS = Pattern.compile("(?i)does not (support|handle) SSL");
    private static final Pattern TLS_ALONE = Pattern.compile("pg_hba.conf.*(no encryption|SSL off)");
    private static final Pattern OTHER_HOST =
            Pattern.compile("(?i)no (subject alternative|name matching)|hostname .* could not be verified");
    private static final Pattern NOT_TRUSTED =
            Pattern.compile("(?i)PKIX|certification path|certificate_unknown|certificate expired|path does not chain");
    private static final Pattern HANDSHAKE = Pattern.compile("SSL handshake failed");
    private static final String NOT_LOADED = "must be preloaded";

    /** The cause; empty if the statement itself is at fault. */
    static Optional<FailureCause> of(Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < DEEPEST; depth++) {
            FailureCause cause = ofOne(at);
            if (cause != null) {
                return Optional.of(cause);
            }
            at = at.getCause();
        }
        return Optional.empty();
    }

    /** Whether TLS failed for a reason that the driver does not tell. */
    static boolean isHandshake(Throwable failure) {
        return HANDSHAKE.matcher(String.valueOf(failure.getMessage())).find();
    }

    private static @Nullable FailureCause ofOne(Throwable failure) {
        String message = firstLine(failure.getMessage());
        if (failure instanceof DatabaseAwayException told) {
            return new FailureCause(told.lasting(), message);
        }
        FailureCause tls = ofTls(failure, message);
        if (tls != null) {
            return tls;
        }
        return switch (failure) {
            case PgException refused -> refused(refused.getSqlState(), firstLine(refused.getErrorMessage()));
            case DatabaseException refused -> refused(refused.getSqlState(), message);
            case SQLException refused -> refused(refused.getSQLState(), message.replaceFirst("^[A-Z]+: ", ""));
            case ClosedConnectionException closed -> away("it closed the connection");
            case ConnectionPoolTooBusyException busy -> away("too many queries are waiting already");
            case UnknownHostException unknown -> away("unknown host: " + message);
            case IOException broken -> away(message);
            case TimeoutException late -> away("no answer in time");
            case RejectedExecutionException ending -> away("the service is stopping");
            case VertxException lost when LOST.matcher(message).matches() -> away(message);
            default -> LOST.matcher(message).matches() && isVertx(failure) ? away(message) : null;
        };
    }

    /** What the drivers say of TLS, each in other words and classes. */
    private static @Nullable FailureCause ofTls(Throwable failure, String message) {
        if (NO_TLS.matcher(message).find()) {
            return lasting("the database takes no encrypted connections (" + message
                    + "); turn ssl on in PostgreSQL, or set another sslmode in DATABASE_URL");
        }
        if (TLS_ALONE.matcher(message).find()) {
            return lasting("the database takes encrypted connections only (" + message
                    + "); add ?sslmode=verify-full&sslrootcert=FILE to DATABASE_URL");
        }
        if (OTHER_HOST.matcher(message).find()) {
            return lasting("the database's certificate is for another host (" + message
                    + "); use a host name of the certificate in DATABASE_URL, or sslmode=verify-ca");
        }
        if (NOT_TRUSTED.matcher(message).find()) {
            return lasting(
                    "the database's certificate is not valid by sslrootcert of DATABASE_URL (" + message
                            + "); sslrootcert must hold the certificate of the authority that has signed it, and neither may have expired");
        }
        if (HANDSHAKE.matcher(message).find()) {
            // the driver that serves does not say more, and that for migrations does, in the log
            return passing("no encrypted connection to the database (" + message
                    + "); sslrootcert of DATABASE_URL must hold the certificate of the authority that has signed the database's,"
                    + " and with sslmode=verify-full the host name must be in it");
        }
        return failure instanceof SSLException ? away("the encrypted connection fails: " + message) : null;
    }

    private static boolean isVertx(Throwable failure) {
        return failure.getClass().getName().startsWith("io.vertx.core.impl.");
    }

    private static FailureCause away(String what) {
        return passing(DatabaseAwayException.away(what));
    }

    private static FailureCause passing(String sentence) {
        return new FailureCause(false, sentence);
    }

    private static FailureCause lasting(String sentence) {
        return new FailureCause(true, sentence);
    }

    /** By PostgreSQL's error codes, the exact ones first and then their classes. */
    private static @Nullable FailureCause refused(@Nullable String sqlState, String message) {
        String state = sqlState == null ? "" : sqlState;
        if (message.contains(NOT_LOADED)) {
            return lasting("TimescaleDB is installed and not loaded (" + message + "); add timescaledb to"
                    + " shared_preload_libraries and restart PostgreSQL, or set UNDERSTUDY_STORAGE_TIMESCALE=never for a"
                    + " database without it");
        }
        FailureCause exact = switch (state) {
            case "3D000" -> passing("there is no such database (" + message + "); check DATABASE_URL");
            case "57014" ->
                passing("the database cancelled a statement (" + message + "); check statement_timeout of its user");
            case "25006" ->
                passing("the database is read-only (" + message + "); DATABASE_URL must lead to the primary");
            case "42501" -> lasting("the database's user lacks permissions (" + message + ")");
            case "40001", "40P01", "55P03", "25P03" ->
                passing("the database is busy with other changes (" + message + ")");
            // the state of a session is lost in the next statement
            case "26000", "42P05" -> lasting(PoolerDetection.BY_TRANSACTION);
            case "42601" -> null;
            case "0A000" -> message.contains("cached plan") ? schema(message) : null;
            default -> null;
        };
        return exact != null || state.length() < 2 || state.equals("42601") ? exact : ofClass(state, message);
    }

    private static @Nullable FailureCause ofClass(String state, String message) {
        return switch (state.substring(0, 2)) {
            case "08" ->
                message.contains("startup parameter") ? lasting(PoolerDetection.refused(message)) : away(message);
            case "28" ->
                passing("the database rejects the user or the password (" + message
                        + "); check DATABASE_USERNAME and DATABASE_PASSWORD");
            case "53" -> passing("the database is out of resources (" + message + ")");
            case "57" -> away(message);
            case "42", "3F" -> schema(message);
            case "58", "F0", "XX" -> passing("the database reports an internal error (" + message + ")");
            default -> null;
        };
    }

    private static FailureCause schema(String message) {
        return lasting("the schema is not the one that this version created (" + message
                + "); restore what is missing, or set DATABASE_SCHEMA to another schema");
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "no reason" : message.lines().findFirst().orElse("no reason");
    }
}

package ai.ultrathink.understudy.storage.framework;

import java.sql.SQLException;
import java.util.stream.Stream;

/** Why an import cannot begin or go on: a line for people. What was stored stays, and the same command goes on from there. */
public final class ImportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Whose turn it is. */
    public enum Reason {
        /** Something there is not as it has to be. */
        REFUSED,
        /** A database does not answer. */
        AWAY,
        /** A user, a password or a right is missing. */
        NOT_ALLOWED
    }

    ImportException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    private ImportException(Reason reason, String message, SQLException cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** @param where the option or the variable that names the database */
    static ImportException of(String where, SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        String message =
                String.valueOf(failure.getMessage()).lines().findFirst().orElse("no reason");
        return new ImportException(reason(state), where + ": " + message.replaceFirst("^[A-Z]+: ", ""), failure);
    }

    private static Reason reason(String state) {
        if (state.startsWith("28") || state.equals("42501")) {
            return Reason.NOT_ALLOWED;
        }
        // no connection, ended by the server, out of resources, given up for the sake of another transaction
        return Stream.of("08", "57", "53", "40").anyMatch(state::startsWith) ? Reason.AWAY : Reason.REFUSED;
    }

    public Reason reason() {
        return reason;
    }
}

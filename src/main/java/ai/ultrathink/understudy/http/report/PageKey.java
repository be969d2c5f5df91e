package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.evidence.Disagreement;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** End of a page of rows: time and row id, as in the index. */
record PageKey(@Nullable Instant time, @Nullable UUID rowId) {

    private static final Instant FIRST_TIME = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59.999999Z");

    static final PageKey FIRST = new PageKey(null, null);

    static PageKey parse(String text) {
        int at = text.indexOf('~');
        try {
            if (at > 0) {
                return new PageKey(time(text.substring(0, at)), UUID.fromString(text.substring(at + 1)));
            }
            // a plain time is accepted, too
            return new PageKey(time(text), new UUID(0, 0));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new InvalidValueException(
                    "before",
                    text,
                    "next of the page before, or a time such as 2026-11-24T12:00:00Z, in the years 1 to 9999");
        }
    }

    /** Checks that the year is one that every layer down to the table can represent. */
    private static Instant time(String text) {
        Instant time = Instant.parse(text);
        if (time.isBefore(FIRST_TIME) || time.isAfter(LAST_TIME)) {
            throw new DateTimeException("out of bounds");
        }
        return time;
    }

    static String of(Disagreement last) {
        return last.time() + "~" + last.rowId();
    }
}

package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.storage.Disagreement;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where a page of rows ended: time and row id, as the index has them. */
record PageKey(@Nullable Instant time, @Nullable UUID rowId) {

    static final PageKey FIRST = new PageKey(null, null);

    static PageKey parse(String text) {
        int at = text.indexOf('~');
        try {
            if (at > 0) {
                return new PageKey(Instant.parse(text.substring(0, at)), UUID.fromString(text.substring(at + 1)));
            }
            // a plain time works as well, for people
            return new PageKey(Instant.parse(text), new UUID(0, 0));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new InvalidValueException(
                    "before", text, "next of the page before, or a time such as 2026-11-24T12:00:00Z");
        }
    }

    static String of(Disagreement last) {
        return last.time() + "~" + last.rowId();
    }
}

package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.change.AuditRecord;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * An event as the API shows it, without its evidence, which may be large. Bounded: the states before and after are left out where they are
 * too long, and {@code shortened} says so.
 */
final class EventJson {

    private static final int MOST_CHARACTERS = 64 * 1024;
    private static final int LONGEST_REASON = 4_000;

    private EventJson() {}

    static JsonObject of(AuditRecord event) {
        boolean shortened = length(event.from()) + length(event.to()) > MOST_CHARACTERS;
        return new JsonObject()
                .put("event_id", event.eventId())
                .put("time", event.time().toString())
                .put("test_id", event.testId())
                .put("actor", event.actor())
                .put("action", event.action())
                .put("from", shortened ? null : value(event.from()))
                .put("to", shortened ? null : value(event.to()))
                .put("shortened", shortened)
                .put("generation", event.generation())
                .put("reason", event.reason() == null ? null : cut(event.reason(), LONGEST_REASON))
                .put("approved_by", event.approvedBy())
                .put(
                        "approval_id",
                        event.approvalId() == null ? null : event.approvalId().toString())
                .put("position", event.position())
                .put("previous_hash", event.previousHash())
                .put("hash", event.hash());
    }

    private static int length(@Nullable String json) {
        return json == null ? 0 : json.length();
    }

    private static @Nullable Object value(@Nullable String json) {
        return json == null ? null : Json.decodeValue(json);
    }

    /** The beginning of a text that is too long; no half of a character. */
    static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = most - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}

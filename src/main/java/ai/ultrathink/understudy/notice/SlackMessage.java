package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.change.AuditRecord;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** A message for an incoming webhook of Slack, or of what understands the same, such as Mattermost. */
final class SlackMessage implements NoticeWriter {

    /** A section may have 3,000 characters; an escaped one takes up to five. */
    private static final int LONGEST_REASON = 300;

    @Override
    public Optional<String> write(AuditRecord event) {
        String done = event.action().replace('_', ' ');
        String who = " by " + escaped(event.actor())
                + (event.approvedBy() == null ? "" : ", approved by " + escaped(event.approvedBy()));
        String headline = "*" + escaped(event.testId()) + "*: " + escaped(done) + who;
        String reason = event.reason() == null ? "" : "\n>" + escaped(EventJson.cut(event.reason(), LONGEST_REASON));
        return Optional.of(new JsonObject()
                .put("text", headline + reason)
                .put(
                        "blocks",
                        new JsonArray()
                                .add(new JsonObject().put("type", "section").put("text", text(headline + reason)))
                                .add(new JsonObject()
                                        .put("type", "context")
                                        .put("elements", new JsonArray().add(text(where(event))))))
                .put("unfurl_links", false)
                .put("unfurl_media", false)
                .encode());
    }

    private static String where(AuditRecord event) {
        return "generation " + event.generation() + " · event " + event.eventId() + " · " + event.time();
    }

    /** Verbatim: neither addresses nor names in it become links or mentions. */
    private static JsonObject text(String content) {
        return new JsonObject().put("type", "mrkdwn").put("text", content).put("verbatim", true);
    }

    /** What a person wrote, on one line, in which nothing is a command to Slack, such as a mention of a whole channel. */
    private static String escaped(String text) {
        return text.replaceAll("[\\p{Cntrl}\\s]+", " ")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
    }
}

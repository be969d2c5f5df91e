package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.change.AuditRecord;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * CloudEvents 1.0, structured, in JSON. {@code sequence} and {@code partitionkey} are the extensions of these names.
 *
 * @param source who the events are from
 */
record CloudEvent(String source) implements NoticeWriter {

    static final String MEDIA_TYPE = "application/cloudevents+json; charset=utf-8";
    private static final String TYPES = "ai.ultrathink.understudy.test.";

    @Override
    public Optional<String> write(AuditRecord event) {
        return Optional.of(new JsonObject()
                .put("specversion", "1.0")
                .put("id", NoticeId.of(event))
                .put("source", source)
                .put("type", TYPES + event.action())
                .put("subject", event.testId())
                .put("time", event.time().toString())
                .put("sequence", String.valueOf(event.position()))
                .put("partitionkey", event.testId())
                .put("datacontenttype", "application/json")
                .put("data", EventJson.of(event))
                .encode());
    }
}

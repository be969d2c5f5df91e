package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.change.AuditRecord;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** The form that Standard Webhooks recommends: type, time and data. */
final class GenericNotice implements NoticeWriter {

    @Override
    public Optional<String> write(AuditRecord event) {
        return Optional.of(new JsonObject()
                .put("type", "test." + event.action())
                .put("timestamp", event.time().toString())
                .put("data", EventJson.of(event))
                .encode());
    }
}

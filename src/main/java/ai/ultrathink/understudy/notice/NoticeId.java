package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.change.AuditRecord;
import java.util.Objects;

/**
 * The id of a notice: the hash that seals its event. It is the same each time that the notice is sent, and no event of any installation
 * has the same.
 */
final class NoticeId {

    private NoticeId() {}

    static String of(AuditRecord event) {
        return Objects.requireNonNull(event.hash(), "only a sealed event is in the outbox");
    }
}

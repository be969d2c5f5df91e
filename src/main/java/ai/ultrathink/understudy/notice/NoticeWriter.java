package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.change.AuditRecord;
import java.util.Optional;

/** Writes an event in the form that a receiver knows. */
@FunctionalInterface
interface NoticeWriter {

    /** The body, as JSON; empty if the form has no words for such an event. */
    Optional<String> write(AuditRecord event);
}

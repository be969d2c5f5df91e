package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.change.AuditRecord;
import io.smallrye.mutiny.Uni;

/** The way to a destination. */
interface NoticeChannel {

    /** The destination, as in the settings. */
    String destination();

    /** Sends an event. It may be sent again; the receiver knows it by its id. */
    Uni<SendResult> send(AuditRecord event);

    void close();
}

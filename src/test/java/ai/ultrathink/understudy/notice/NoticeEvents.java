package ai.ultrathink.understudy.notice;

import ai.ultrathink.understudy.change.AuditRecord;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events of the audit trail, as the outbox gives them. */
final class NoticeEvents {

    static final String HASH = "3b1d5c7e9f0a2b4c6d8e0f1a3b5c7d9e1f2a4b6c8d0e2f3a5b7c9d1e3f4a6b8c";
    static final String PREVIOUS = "9f2c0f7f5e0c5b7a4a2c9f5f1d5b8b0c3e7a6d1f2b4c8e9a0d3f5b7c1e2a4d6f";
    static final UUID APPROVAL = UUID.fromString("0a1b2c3d-0000-4000-8000-000000000001");

    private NoticeEvents() {}

    static AuditRecord event(String action, @Nullable String reason) {
        return event(action, reason, "{\"enabled\": false}");
    }

    static AuditRecord event(String action, @Nullable String reason, @Nullable String to) {
        return new AuditRecord(
                7,
                Instant.parse("2026-11-24T12:00:00.123456Z"),
                "bull_v2_canary",
                "guardrails",
                action,
                "{\"enabled\": true}",
                to,
                3,
                reason,
                null,
                null,
                APPROVAL,
                9L,
                PREVIOUS,
                HASH);
    }
}

package ai.ultrathink.understudy.storage.audit;

import java.time.Duration;

/** The settings of an audit trail as tests want them: room for a thousand events, and no wait before the next attempt. */
final class QuickAudit implements AuditConfig {

    @Override
    public int queueCapacity() {
        return 1_000;
    }

    @Override
    public Duration retryAfter() {
        return Duration.ofMillis(1);
    }

    @Override
    public int attempts() {
        return 5;
    }

    @Override
    public Duration retention() {
        return Duration.ofDays(1827);
    }
}

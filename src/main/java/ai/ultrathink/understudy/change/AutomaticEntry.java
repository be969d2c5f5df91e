package ai.ultrathink.understudy.change;

import java.time.Instant;
import java.util.Map;

/**
 * Entry of the audit trail about an automatic change by a replica.
 *
 * @param time when
 * @param testId the experiment
 * @param actor which part of the service
 * @param action what
 * @param from the state before
 * @param to the state after
 * @param generation the experiment's generation at that time
 * @param reason why, in words
 */
public record AutomaticEntry(
        Instant time,
        String testId,
        String actor,
        AuditAction action,
        Map<String, String> from,
        Map<String, String> to,
        long generation,
        String reason) {

    public AutomaticEntry {
        from = Map.copyOf(from);
        to = Map.copyOf(to);
    }
}

package ai.ultrathink.understudy.storage;

import java.time.Instant;
import java.util.UUID;

/** A shadow row whose two models chose different actions. */
public record Disagreement(
        UUID rowId,
        Instant time,
        String requestId,
        String unitId,
        String symbol,
        long generation,
        String controlAction,
        double controlConfidence,
        String treatmentAction,
        double treatmentConfidence,
        double confidenceDelta,
        double latencyDeltaMs) {}

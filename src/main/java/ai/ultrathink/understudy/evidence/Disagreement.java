package ai.ultrathink.understudy.evidence;

import java.time.Instant;
import java.util.UUID;

/** A row, of a shadow or of a pair in a split, whose two models chose different actions. */
public record Disagreement(
        UUID rowId,
        Instant time,
        String requestId,
        String unitId,
        String symbol,
        long generation,
        String assignedGroup,
        String controlAction,
        double controlConfidence,
        String treatmentAction,
        double treatmentConfidence,
        double confidenceDelta,
        double latencyDeltaMs) {}

package ai.ultrathink.understudy.evidence;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one process has counted so far under one configuration of a test, before anything could get lost.
 *
 * @param generation the configuration
 * @param run tells this count from those of other processes, and from an earlier one of this process; its numbers only grow
 * @param configuredSplit treatment's fraction, or null for a shadow
 * @param assigned requests by the group that they drew
 * @param noise shadow requests that were put to control twice
 */
public record TallyRow(
        String testId,
        long generation,
        UUID run,
        @Nullable Double configuredSplit,
        GenerationEvidence.Groups assigned,
        GenerationEvidence.Noise noise) {}

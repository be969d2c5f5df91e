package ai.ultrathink.understudy.evidence;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Requests that one process has counted so far in one generation of an experiment, before any could be lost.
 *
 * @param generation the configuration
 * @param run id that distinguishes this count from those of other processes and from earlier ones of this process; the
 *     numbers of a run only grow
 * @param configuredSplit treatment's fraction, or null for a shadow
 * @param assigned requests by assigned group
 * @param noise shadow requests for which control was asked twice
 */
public record TallyRow(
        String testId,
        long generation,
        UUID run,
        @Nullable Double configuredSplit,
        GenerationEvidence.Groups assigned,
        GenerationEvidence.Noise noise) {}

package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.guardrail.PresentVersions;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A period of an experiment in which neither its configuration nor a version of its models changed, for readers.
 *
 * @param generation the configuration
 * @param split treatment's fraction, or null in a shadow
 * @param control the version that was control, as {@code name@version#digest}, or null if unknown
 * @param treatment the version that was treatment, likewise
 * @param controlRequests rows assigned to control
 * @param treatmentRequests rows assigned to treatment
 * @param shadowRequests shadow rows
 * @param pairs rows that both models answered
 * @param agreementRate agreement of the pairs, or null without pairs
 * @param judged whether the evaluation uses this phase. It does not use evidence of versions other than the present
 *     ones, nor periods in which treatment was disabled
 */
@Schema(name = "ShownPhase")
public record ReportPhase(
        long generation,
        @Nullable Double split,
        @Nullable String control,
        @Nullable String treatment,
        long controlRequests,
        long treatmentRequests,
        long shadowRequests,
        long pairs,
        @Nullable Double agreementRate,
        boolean judged) {

    /** Oldest first. */
    static List<ReportPhase> of(List<GenerationEvidence> evidence) {
        PresentVersions present = PresentVersions.of(evidence);
        return evidence.stream()
                .filter(each -> !each.empty())
                .map(each -> of(each, present.covers(each) && !each.idle()))
                .toList();
    }

    private static ReportPhase of(GenerationEvidence shown, boolean judged) {
        long pairs = shown.pairs().count();
        return new ReportPhase(
                shown.generation(),
                shown.configuredSplit(),
                shown.versions().control(),
                shown.versions().treatment(),
                shown.stored().control(),
                shown.stored().treatment(),
                shown.stored().shadow(),
                pairs,
                pairs > 0 ? (Double) ((double) shown.pairs().agreeing() / pairs) : null,
                judged);
    }
}

package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.window.WindowStatistics;
import ai.ultrathink.understudy.evidence.Disagreement;
import ai.ultrathink.understudy.experiment.Experiment;
import java.time.Instant;
import java.util.List;

/**
 * What a person who reviews a test needs: the verdict, everything that it rests on, and what was assumed on the way.
 *
 * @param experiment as it is configured now
 * @param generatedAt when the evidence was read
 * @param serviceVersion of the service that judged it
 * @param evaluation on the evidence of the test's whole life
 * @param figures beside those of the guardrails, over the test's whole life as well
 * @param phases what the evidence is of, oldest first: configurations and versions of the models
 * @param window statistics of the last hours, to look at; nothing is decided by them
 * @param disagreements the newest requests, of a shadow or of pairs in a split, for which the models chose different actions, newest first
 */
public record ExperimentReport(
        Experiment experiment,
        Instant generatedAt,
        String serviceVersion,
        Evaluation evaluation,
        ReportMetrics figures,
        List<ReportPhase> phases,
        WindowStatistics window,
        List<Disagreement> disagreements) {

    public ExperimentReport {
        phases = List.copyOf(phases);
        disagreements = List.copyOf(disagreements);
    }

    /** What the figures and the verdict take for granted, in words. */
    public List<String> assumptions() {
        return Assumptions.of(experiment);
    }
}

package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.OutcomeSummary;
import ai.ultrathink.understudy.analysis.window.WindowStatistics;
import ai.ultrathink.understudy.evidence.Disagreement;
import ai.ultrathink.understudy.experiment.Experiment;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Report on an experiment for a review: the verdict, everything that it rests on, and its assumptions.
 *
 * @param experiment as it is configured now
 * @param generatedAt when the evidence was read
 * @param serviceVersion version of the service that evaluated it
 * @param evaluation evaluation of the evidence of the experiment's whole life
 * @param outcomes what the realised outcomes show, or null without a plan for them
 * @param figures figures in addition to the guardrails', also over the experiment's whole life
 * @param phases the configurations and model versions behind the evidence, oldest first
 * @param window statistics of the last hours, for information; they decide nothing
 * @param disagreements the newest requests, of a shadow or of pairs in a split, for which the models chose different actions, newest first
 */
public record ExperimentReport(
        Experiment experiment,
        Instant generatedAt,
        String serviceVersion,
        Evaluation evaluation,
        @Nullable OutcomeSummary outcomes,
        ReportMetrics figures,
        List<ReportPhase> phases,
        WindowStatistics window,
        List<Disagreement> disagreements) {

    public ExperimentReport {
        phases = List.copyOf(phases);
        disagreements = List.copyOf(disagreements);
    }

    /** Assumptions of the figures and the verdict, in words. */
    public List<String> assumptions() {
        return Assumptions.of(experiment);
    }
}

package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailEvaluator;
import ai.ultrathink.understudy.analysis.guardrail.OutcomeSummary;
import ai.ultrathink.understudy.analysis.outcome.ClosedOutcomes;
import ai.ultrathink.understudy.analysis.window.WindowAnalysis;
import ai.ultrathink.understudy.analysis.window.WindowStatistics;
import ai.ultrathink.understudy.evidence.Disagreement;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.experiment.KeptEvidenceStore;
import ai.ultrathink.understudy.storage.results.EvidenceQueries;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Assembles the report on an experiment. If a query fails, the report fails: partial evidence is never evaluated. */
@ApplicationScoped
public class ExperimentReports {

    private static final int LATEST = 5;

    private final EvidenceQueries evidence;
    private final KeptEvidenceStore memory;
    private final ClosedOutcomes outcomes;
    private final WindowAnalysis analysis;
    private final TimeSource time;
    private final String version;

    ExperimentReports(
            EvidenceQueries evidence,
            KeptEvidenceStore memory,
            ClosedOutcomes outcomes,
            WindowAnalysis analysis,
            TimeSource time,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.evidence = evidence;
        this.memory = memory;
        this.outcomes = outcomes;
        this.analysis = analysis;
        this.time = time;
        this.version = version;
    }

    /**
     * The report on an experiment.
     *
     * @param hoursBack the window of {@link ExperimentReport#window}; the evaluation has none
     */
    public Uni<ExperimentReport> report(Experiment experiment, int hoursBack) {
        Instant generatedAt = time.now();
        return Uni.combine()
                .all()
                .unis(
                        evidence.evidence(experiment.testId())
                                .chain(shown -> outcomes.of(experiment, shown).map(closed -> Map.entry(shown, closed))),
                        memory.kept(experiment.testId()),
                        analysis.statistics(experiment.testId(), hoursBack),
                        analysis.disagreements(experiment.testId(), null, null, LATEST))
                .asTuple()
                // an evaluation takes too long for the event loop that delivered the evidence
                .emitOn(Infrastructure.getDefaultExecutor())
                .map(read -> report(
                        EvaluationInput.of(
                                experiment,
                                read.getItem1().getKey(),
                                read.getItem2(),
                                read.getItem1().getValue()),
                        experiment,
                        generatedAt,
                        read.getItem3(),
                        read.getItem4()));
    }

    private ExperimentReport report(
            EvaluationInput input,
            Experiment experiment,
            Instant generatedAt,
            WindowStatistics window,
            List<Disagreement> disagreements) {
        return new ExperimentReport(
                experiment,
                generatedAt,
                version,
                GuardrailEvaluator.evaluate(input),
                OutcomeSummary.of(input),
                ReportMetrics.of(input),
                ReportPhase.of(input.evidence()),
                window,
                disagreements);
    }
}

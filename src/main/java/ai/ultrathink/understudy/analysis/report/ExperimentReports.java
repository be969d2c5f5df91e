package ai.ultrathink.understudy.analysis.report;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailEvaluator;
import ai.ultrathink.understudy.analysis.window.WindowAnalysis;
import ai.ultrathink.understudy.analysis.window.WindowStatistics;
import ai.ultrathink.understudy.evidence.Disagreement;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.results.EvidenceQueries;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts a test's report together. A query that fails fails the report: what could not be read is never judged. */
@ApplicationScoped
public class ExperimentReports {

    private static final int LATEST = 5;

    private final EvidenceQueries evidence;
    private final WindowAnalysis analysis;
    private final TimeSource time;
    private final String version;

    ExperimentReports(
            EvidenceQueries evidence,
            WindowAnalysis analysis,
            TimeSource time,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.evidence = evidence;
        this.analysis = analysis;
        this.time = time;
        this.version = version;
    }

    /**
     * The report on a test.
     *
     * @param hoursBack the window of {@link ExperimentReport#window}; the judgement has none
     */
    public Uni<ExperimentReport> report(Experiment experiment, int hoursBack) {
        Instant generatedAt = time.now();
        return Uni.combine()
                .all()
                .unis(
                        evidence.evidence(experiment.testId()),
                        analysis.statistics(experiment.testId(), hoursBack),
                        analysis.disagreements(experiment.testId(), null, null, LATEST))
                .asTuple()
                // to judge takes a while, and whoever brought the evidence has other things to do
                .emitOn(Infrastructure.getDefaultExecutor())
                .map(read -> report(experiment, generatedAt, read.getItem1(), read.getItem2(), read.getItem3()));
    }

    private ExperimentReport report(
            Experiment experiment,
            Instant generatedAt,
            List<GenerationEvidence> evidence,
            WindowStatistics window,
            List<Disagreement> disagreements) {
        EvaluationInput judged = new EvaluationInput(
                experiment.testId(), experiment.generation(), experiment.mode(), experiment.guardrails(), evidence);
        return new ExperimentReport(
                experiment,
                generatedAt,
                version,
                GuardrailEvaluator.judge(judged),
                ReportMetrics.of(judged),
                ReportPhase.of(evidence),
                window,
                disagreements);
    }
}

package ai.ultrathink.understudy.analysis;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.Disagreement;
import ai.ultrathink.understudy.storage.EvidenceQueries;
import ai.ultrathink.understudy.storage.GenerationEvidence;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts a test's report together. A query that fails fails the report: what could not be read is never judged. */
@ApplicationScoped
public class Reports {

    private static final int LATEST = 5;

    private final EvidenceQueries evidence;
    private final Analysis analysis;
    private final TimeSource time;
    private final String version;

    Reports(
            EvidenceQueries evidence,
            Analysis analysis,
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
     * @param hoursBack the window of {@link Report#window}; the judgement has none
     */
    public Uni<Report> report(Experiment test, int hoursBack) {
        Instant generatedAt = time.now();
        return Uni.combine()
                .all()
                .unis(
                        evidence.evidence(test.testId()),
                        analysis.statistics(test.testId(), hoursBack),
                        analysis.disagreements(test.testId(), null, null, LATEST))
                .asTuple()
                // to judge takes a while, and whoever brought the evidence has other things to do
                .emitOn(Infrastructure.getDefaultExecutor())
                .map(read -> report(test, generatedAt, read.getItem1(), read.getItem2(), read.getItem3()));
    }

    private Report report(
            Experiment test,
            Instant generatedAt,
            List<GenerationEvidence> evidence,
            TestStatistics window,
            List<Disagreement> disagreements) {
        Case judged = new Case(test.testId(), test.generation(), test.mode(), test.guardrails(), evidence);
        return new Report(
                test,
                generatedAt,
                version,
                Judge.judge(judged),
                Figures.of(judged),
                ShownPhase.of(evidence),
                window,
                disagreements);
    }
}

package ai.ultrathink.understudy.analysis;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.Disagreement;
import java.time.Instant;
import java.util.List;

/**
 * What a person who reviews a test needs: the verdict, everything that it rests on, and what was assumed on the way.
 *
 * @param test as it is configured now
 * @param generatedAt when the evidence was read
 * @param serviceVersion of the service that judged it
 * @param judgement on the evidence of the test's whole life
 * @param figures beside those of the guardrails, over the test's whole life as well
 * @param phases what the evidence is of, oldest first: configurations and versions of the models
 * @param window statistics of the last hours, to look at; nothing is decided by them
 * @param disagreements the newest requests, of a shadow or of pairs in a split, for which the models chose different actions, newest first
 */
public record Report(
        Experiment test,
        Instant generatedAt,
        String serviceVersion,
        Judgement judgement,
        Figures figures,
        List<ShownPhase> phases,
        TestStatistics window,
        List<Disagreement> disagreements) {

    public Report {
        phases = List.copyOf(phases);
        disagreements = List.copyOf(disagreements);
    }

    /** What the figures and the verdict take for granted, in words. */
    public List<String> assumptions() {
        return Assumptions.of(test);
    }
}

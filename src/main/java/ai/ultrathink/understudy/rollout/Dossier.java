package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.Case;
import ai.ultrathink.understudy.analysis.Judge;
import ai.ultrathink.understudy.analysis.Judgement;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.GenerationEvidence;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What an automatic decision rested on, and what it said. Kept with its event, so that anybody can judge again.
 *
 * @param statisticsVersion of the judge
 * @param subject counts, limits and configuration
 * @param judgement what the judge made of them
 */
record Dossier(int statisticsVersion, @JsonProperty("case") Case subject, Judgement judgement) {

    /** On a test as it is configured now. */
    static Dossier on(Experiment test, List<GenerationEvidence> evidence) {
        return on(new Case(test.testId(), test.generation(), test.mode(), test.guardrails(), evidence));
    }

    static Dossier on(Case subject) {
        return new Dossier(Judge.VERSION, subject, Judge.judge(subject));
    }
}

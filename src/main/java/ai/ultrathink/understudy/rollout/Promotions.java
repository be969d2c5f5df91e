package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.Judgement;
import ai.ultrathink.understudy.analysis.Verdict;
import ai.ultrathink.understudy.assignment.ExperimentRegistry;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.Deed;
import ai.ultrathink.understudy.storage.Edit;
import ai.ultrathink.understudy.storage.EvidenceQueries;
import ai.ultrathink.understudy.storage.GenerationEvidence;
import ai.ultrathink.understudy.storage.Standing;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Promotions as people ask for them: what the evidence says at this moment decides, or a person who gives a reason for
 * deciding otherwise. Evidence that cannot be read promotes nothing.
 */
@ApplicationScoped
public class Promotions {

    private static final Logger LOG = Logger.getLogger(Promotions.class);
    private static final String PROMOTED = "promoted";

    private final ExperimentRegistry experiments;
    private final EvidenceQueries evidence;
    private final Fitness fitness;

    Promotions(ExperimentRegistry experiments, EvidenceQueries evidence, Fitness fitness) {
        this.experiments = experiments;
        this.evidence = evidence;
        this.fitness = fitness;
    }

    /**
     * Lets the treatment answer for the control model's name from now on. A promotion of this test that is in force is left alone,
     * and nothing is asked again.
     *
     * @param override why it shall be promoted whatever the verdict is, or null
     * @param expectedGeneration refuse unless the test is at this generation, or null
     */
    public Uni<Edit> promote(
            String testId, @Nullable String override, String actor, @Nullable Long expectedGeneration) {
        return experiments
                .find(testId)
                .chain(found -> found.map(standing -> promote(standing, override, actor, expectedGeneration))
                        .orElseGet(() -> Uni.createFrom().item(new Edit.Missing(testId))));
    }

    private Uni<Edit> promote(
            Standing standing, @Nullable String override, String actor, @Nullable Long expectedGeneration) {
        Experiment test = standing.test();
        if (expectedGeneration != null && expectedGeneration != test.generation()) {
            return conflict("test " + test.testId() + " is at generation " + test.generation()
                    + ", the change was made for generation " + expectedGeneration
                    + "; read the test again and decide anew");
        }
        if (standing.promoted()) {
            return Uni.createFrom().item(new Edit.Unchanged(test));
        }
        return fitness.refusal(standing)
                .map(Promotions::conflict)
                .orElseGet(() -> evidence.evidence(test.testId())
                        // to judge takes a while, and whoever brought the evidence has other things to do
                        .emitOn(Infrastructure.getDefaultExecutor())
                        .chain(shown -> judged(test, shown, override, actor)));
    }

    private Uni<Edit> judged(Experiment test, List<GenerationEvidence> shown, @Nullable String override, String actor) {
        Dossier dossier;
        try {
            dossier = Dossier.on(test, shown);
        } catch (RuntimeException e) {
            LOG.errorf(e, "the evidence of test %s cannot be judged", test.testId());
            return conflict("the evidence of test " + test.testId()
                    + " cannot be judged, and what cannot be judged is not promoted; the log says why");
        }
        Judgement judgement = dossier.judgement();
        boolean within = judgement.verdict() == Verdict.PROMOTE;
        if (!within && override == null) {
            return conflict("the verdict on test " + test.testId() + " is "
                    + judgement.verdict().wireName() + ", not promote: " + String.join("; ", judgement.reasons())
                    + ". Let the test go on, or promote it whatever the verdict is with {\"override\": \"why\"}");
        }
        // the generation that was judged, and no other, is promoted
        return experiments.promote(
                test.testId(),
                actor,
                within ? null : override,
                within || override == null
                        ? List.of(withinVerdict(actor, dossier))
                        : overridden(actor, override, dossier),
                test.generation());
    }

    /**
     * Takes a promotion back: the control model answers for its own name again. Not where that model could not answer, while the
     * promoted one can.
     *
     * @param expectedGeneration refuse unless the test is at this generation, or null
     */
    public Uni<Edit> revert(String testId, String actor, @Nullable Long expectedGeneration) {
        return experiments.current().promotions().stream()
                .filter(promotion -> promotion.testId().equals(testId))
                .findFirst()
                .flatMap(fitness::missing)
                .map(Promotions::conflict)
                .orElseGet(() -> experiments.revertPromotion(testId, actor, expectedGeneration));
    }

    private static Deed withinVerdict(String actor, Dossier dossier) {
        return new Deed(actor, PROMOTED, "the verdict was promote", DossierJson.write(dossier));
    }

    private static List<Deed> overridden(String actor, String override, Dossier dossier) {
        Judgement judgement = dossier.judgement();
        String evidence = DossierJson.write(dossier);
        return List.of(
                new Deed(actor, "promotion_overridden", override, evidence),
                new Deed(
                        actor,
                        PROMOTED,
                        "the verdict was " + judgement.verdict().wireName() + " and was overridden: " + override
                                + " (the verdict's reasons: " + String.join("; ", judgement.reasons()) + ")",
                        evidence));
    }

    private static Uni<Edit> conflict(String why) {
        return Uni.createFrom().item(new Edit.Conflict(why));
    }
}

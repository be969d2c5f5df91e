package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.Verdict;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.assignment.ExperimentCommands;
import ai.ultrathink.understudy.change.ApprovalKind;
import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.Permission;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.experiment.ExperimentStore;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Promotions on request. The present evidence decides, or a person who overrides it with a reason. Without readable
 * evidence there is no promotion.
 */
@ApplicationScoped
public class Promotions {

    private static final Logger LOG = Logger.getLogger(Promotions.class);

    private final CatalogFollower catalog;
    private final ExperimentStore store;
    private final ExperimentCommands experiments;
    private final EvaluationInputs inputs;
    private final ModelCompatibility fitness;
    private final FourEyes fourEyes;

    Promotions(
            CatalogFollower catalog,
            ExperimentStore store,
            ExperimentCommands experiments,
            EvaluationInputs inputs,
            ModelCompatibility fitness,
            FourEyes fourEyes) {
        this.catalog = catalog;
        this.store = store;
        this.experiments = experiments;
        this.inputs = inputs;
        this.fitness = fitness;
        this.fourEyes = fourEyes;
    }

    /**
     * Lets the treatment answer for the control model's name from now on. A promotion of this experiment that is in
     * force is not changed, and the verdict is not checked again.
     *
     * @param override the reason for a promotion against the verdict, or null
     * @param expectedGeneration the generation that the experiment must have, or null for any
     */
    public Uni<EditResult> promote(
            String testId, @Nullable String override, String actor, @Nullable Long expectedGeneration) {
        String arguments = override == null
                ? "{}"
                : new JsonObject().put("override", override).encode();
        return fourEyes.permitting(
                testId,
                FourEyes.Request.always(ApprovalKind.PROMOTE, arguments, actor),
                permission -> promote(testId, override, actor, expectedGeneration, permission));
    }

    /** The same, if it is permitted. */
    Uni<EditResult> promote(
            String testId,
            @Nullable String override,
            String actor,
            @Nullable Long expectedGeneration,
            Permission permission) {
        return store.find(testId)
                .chain(found -> found.map(locked -> promote(locked, override, actor, expectedGeneration, permission))
                        .orElseGet(() -> Uni.createFrom().item(new EditResult.Missing(testId))));
    }

    private Uni<EditResult> promote(
            LockedExperiment locked,
            @Nullable String override,
            String actor,
            @Nullable Long expectedGeneration,
            Permission permission) {
        Experiment experiment = locked.experiment();
        if (expectedGeneration != null && expectedGeneration != experiment.generation()) {
            return conflict("test " + experiment.testId() + " is at generation " + experiment.generation()
                    + ", the change was made for generation " + expectedGeneration
                    + "; read the test again and decide again");
        }
        if (locked.promoted()) {
            return Uni.createFrom().item(new EditResult.Unchanged(experiment));
        }
        return fitness.refusal(locked)
                .map(Promotions::conflict)
                .orElseGet(() -> inputs.of(experiment)
                        .chain(input -> evaluated(experiment, input, override, actor, permission)));
    }

    private Uni<EditResult> evaluated(
            Experiment experiment,
            EvaluationInput input,
            @Nullable String override,
            String actor,
            Permission permission) {
        DecisionRecord decision;
        try {
            decision = DecisionRecord.on(input);
        } catch (RuntimeException e) {
            LOG.errorf(e, "the evidence of experiment %s cannot be evaluated", experiment.testId());
            return conflict("the evidence of test " + experiment.testId()
                    + " cannot be evaluated, so it is not promoted; the log says why");
        }
        Evaluation evaluation = decision.evaluation();
        boolean within = evaluation.verdict() == Verdict.PROMOTE;
        if (!within && override == null) {
            return conflict("the verdict on test " + experiment.testId() + " is "
                    + evaluation.verdict().wireName() + ", not promote: " + String.join("; ", evaluation.reasons())
                    + ". Let the test continue, or promote it against the verdict with {\"override\": \"why\"}");
        }
        // only the generation that was evaluated is promoted
        return experiments.promote(
                experiment.testId(),
                actor,
                within ? null : override,
                within || override == null
                        ? List.of(withinVerdict(actor, decision))
                        : overridden(actor, override, decision),
                experiment.generation(),
                permission);
    }

    /**
     * Takes a promotion back: the control model answers for its own name again. Rejected if that model could not answer
     * while the promoted one can.
     *
     * @param expectedGeneration the generation that the experiment must have, or null for any
     */
    public Uni<EditResult> revert(String testId, String actor, @Nullable Long expectedGeneration) {
        return fourEyes.permitting(
                testId,
                FourEyes.Request.always(ApprovalKind.REVERT_PROMOTION, "{}", actor),
                permission -> revert(testId, actor, expectedGeneration, permission));
    }

    /** The same, if it is permitted. */
    Uni<EditResult> revert(String testId, String actor, @Nullable Long expectedGeneration, Permission permission) {
        return catalog.current().promotions().stream()
                .filter(promotion -> promotion.testId().equals(testId))
                .findFirst()
                .flatMap(fitness::missing)
                .map(Promotions::conflict)
                .orElseGet(() -> experiments.revertPromotion(testId, actor, expectedGeneration, permission));
    }

    private static AuditEntry withinVerdict(String actor, DecisionRecord decision) {
        return new AuditEntry(
                actor, AuditAction.PROMOTED, "the verdict was promote", DecisionRecordJson.write(decision));
    }

    private static List<AuditEntry> overridden(String actor, String override, DecisionRecord decision) {
        Evaluation evaluation = decision.evaluation();
        String evidence = DecisionRecordJson.write(decision);
        return List.of(
                new AuditEntry(actor, AuditAction.PROMOTION_OVERRIDDEN, override, evidence),
                new AuditEntry(
                        actor,
                        AuditAction.PROMOTED,
                        "the verdict was " + evaluation.verdict().wireName() + " and was overridden: " + override
                                + " (the verdict's reasons: " + String.join("; ", evaluation.reasons()) + ")",
                        evidence));
    }

    private static Uni<EditResult> conflict(String why) {
        return Uni.createFrom().item(new EditResult.Conflict(why));
    }
}

package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.assignment.ExperimentCommands;
import ai.ultrathink.understudy.change.ApprovalKind;
import ai.ultrathink.understudy.change.ApprovalRecord;
import ai.ultrathink.understudy.change.ApprovalState;
import ai.ultrathink.understudy.change.Consent;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.Permission;
import ai.ultrathink.understudy.rollout.ApprovalDecision.Forbidden;
import ai.ultrathink.understudy.rollout.ApprovalDecision.Made;
import ai.ultrathink.understudy.rollout.ApprovalDecision.Refused;
import ai.ultrathink.understudy.rollout.ApprovalDecision.Unknown;
import ai.ultrathink.understudy.storage.experiment.ApprovalStore;
import ai.ultrathink.understudy.storage.experiment.ExperimentStore;
import ai.ultrathink.understudy.storage.json.GuardrailsJson;
import ai.ultrathink.understudy.storage.json.OutcomePlanJson;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decisions of a second person. An approved change is made in the transaction that approves it, in the name of the person who asked,
 * with all checks that it had when it was asked for.
 */
@ApplicationScoped
public class Approvals {

    private final ApprovalStore store;
    private final ExperimentStore experiments;
    private final ExperimentCommands commands;
    private final Promotions promotions;
    private final Ramps ramps;

    Approvals(
            ApprovalStore store,
            ExperimentStore experiments,
            ExperimentCommands commands,
            Promotions promotions,
            Ramps ramps) {
        this.store = store;
        this.experiments = experiments;
        this.commands = commands;
        this.promotions = promotions;
        this.ramps = ramps;
    }

    /** The newest approvals, in one state or in all. */
    public Uni<List<ApprovalRecord>> newest(@Nullable ApprovalState state, int limit) {
        return store.newest(state, limit);
    }

    /** An approval with its report. */
    public Uni<Optional<ApprovalRecord>> find(UUID approvalId) {
        return store.find(approvalId);
    }

    /** Makes the change that was asked for. */
    public Uni<ApprovalDecision> approve(UUID approvalId, String actor) {
        return decide(
                approvalId,
                actor,
                approval -> execute(approval, new Permission.Given(new Consent(approval.approvalId(), actor)))
                        .chain(made -> switch (made) {
                            case EditResult.Done done -> decided(approvalId);
                            case EditResult.Conflict conflict -> notMade(approval, conflict.why());
                            case EditResult.Missing missing ->
                                notMade(approval, "test " + missing.testId() + " is deleted");
                            case EditResult.Unchanged unchanged ->
                                notMade(approval, "test " + approval.testId() + " already is as was asked for");
                            case EditResult.Awaiting awaiting ->
                                throw new IllegalStateException("a consent asks for another");
                        }));
    }

    /** Ends an approval without the change. */
    public Uni<ApprovalDecision> reject(UUID approvalId, String actor, String reason) {
        return decide(
                approvalId,
                actor,
                approval -> store.reject(approval, actor, reason)
                        .chain(rejected -> rejected ? decided(approvalId) : notMade(approval, "")));
    }

    private Uni<ApprovalDecision> decide(
            UUID approvalId, String actor, Function<ApprovalRecord, Uni<ApprovalDecision>> decision) {
        return store.find(approvalId)
                .chain(found -> found.map(approval -> approval.pending()
                                ? decide(approval, actor, decision)
                                : Uni.createFrom().<ApprovalDecision>item(over(approval)))
                        .orElseGet(() -> Uni.createFrom().item(new Unknown())));
    }

    /** What the test's last editor did came before the request, or the approval would be stale. */
    private Uni<ApprovalDecision> decide(
            ApprovalRecord approval, String actor, Function<ApprovalRecord, Uni<ApprovalDecision>> decision) {
        if (actor.equals(approval.requestedBy())) {
            return Uni.createFrom()
                    .item(new Forbidden(actor + " asked for it; another person has to approve or reject it"));
        }
        return store.lastEditor(approval.testId())
                .chain(editor -> editor.filter(actor::equals).isPresent()
                        ? Uni.createFrom()
                                .item(new Forbidden(actor + " was the last to change test " + approval.testId()
                                        + "; another person has to approve or reject it"))
                        : decision.apply(approval));
    }

    private Uni<EditResult> execute(ApprovalRecord approval, Permission permission) {
        String testId = approval.testId();
        String by = approval.requestedBy();
        long generation = approval.generation();
        JsonObject arguments = new JsonObject(approval.arguments());
        return switch (ApprovalKind.of(approval.what())) {
            case PROMOTE -> promotions.promote(testId, arguments.getString("override"), by, generation, permission);
            case REVERT_PROMOTION -> promotions.revert(testId, by, generation, permission);
            case RAMP_STEP ->
                experiments
                        .find(testId)
                        .chain(found -> found.map(
                                        locked -> ramps.approve(locked.experiment(), by, generation, permission))
                                .orElseGet(() -> Uni.createFrom().item(new EditResult.Missing(testId))));
            case LOOSEN_GUARDRAILS ->
                commands.updateGuardrails(
                        testId, was -> GuardrailsJson.read(approval.arguments()), by, generation, permission);
            case LOOSEN_OUTCOME ->
                commands.updateOutcome(
                        testId,
                        was -> Objects.requireNonNull(OutcomePlanJson.read(approval.arguments())),
                        by,
                        generation,
                        permission);
        };
    }

    private Uni<ApprovalDecision> decided(UUID approvalId) {
        return store.find(approvalId)
                .map(found -> found.<ApprovalDecision>map(Made::new).orElseGet(Unknown::new));
    }

    /** Why nothing was done: another person came first, something has changed, or it cannot be done now. */
    private Uni<ApprovalDecision> notMade(ApprovalRecord approval, String why) {
        return store.find(approval.approvalId())
                .map(found -> found.filter(now -> !now.pending())
                        .<ApprovalDecision>map(Approvals::over)
                        .orElseGet(
                                () -> new Refused(why + "; approval " + approval.approvalId() + " is still pending")));
    }

    private static ApprovalDecision over(ApprovalRecord approval) {
        String by = approval.decidedBy() == null ? "" : " by " + approval.decidedBy();
        return new Refused("approval " + approval.approvalId() + " is " + approval.state() + by
                + (approval.state().equals(ApprovalState.STALE.wireName())
                        ? ": test " + approval.testId() + " has changed since it was asked for; ask again"
                        : "")
                + "; nothing was done");
    }
}

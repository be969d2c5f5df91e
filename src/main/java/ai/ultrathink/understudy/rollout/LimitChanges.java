package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.assignment.ExperimentCommands;
import ai.ultrathink.understudy.change.ApprovalKind;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import ai.ultrathink.understudy.storage.json.GuardrailsJson;
import ai.ultrathink.understudy.storage.json.OutcomePlanJson;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Changes of an experiment's limits by people. Those that protect less may need a second person. */
@ApplicationScoped
public class LimitChanges {

    private final ExperimentCommands experiments;
    private final FourEyes fourEyes;

    LimitChanges(ExperimentCommands experiments, FourEyes fourEyes) {
        this.experiments = experiments;
        this.fourEyes = fourEyes;
    }

    /** Changes the guardrails. */
    public Uni<EditResult> updateGuardrails(
            String testId, UnaryOperator<Guardrails> change, String actor, @Nullable Long expectedGeneration) {
        return fourEyes.permitting(
                testId,
                new FourEyes.Request(
                        ApprovalKind.LOOSEN_GUARDRAILS,
                        Loosening::ofGuardrails,
                        changed -> GuardrailsJson.write(changed.guardrails()).encode(),
                        actor),
                permission -> experiments.updateGuardrails(testId, change, actor, expectedGeneration, permission));
    }

    /** Changes the plan for the realised outcomes. */
    public Uni<EditResult> updateOutcome(
            String testId,
            Function<@Nullable OutcomePlan, OutcomePlan> change,
            String actor,
            @Nullable Long expectedGeneration) {
        return fourEyes.permitting(
                testId,
                new FourEyes.Request(
                        ApprovalKind.LOOSEN_OUTCOME,
                        Loosening::ofOutcome,
                        changed -> Objects.requireNonNull(OutcomePlanJson.write(changed.outcome()))
                                .encode(),
                        actor),
                permission -> experiments.updateOutcome(testId, change, actor, expectedGeneration, permission));
    }
}

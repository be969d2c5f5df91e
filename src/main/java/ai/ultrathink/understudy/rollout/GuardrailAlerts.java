package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.GuardrailResult;
import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.log.LogFields;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Reports a breached guardrail in the log and in the audit trail, once for each generation of the experiment. */
final class GuardrailAlerts {

    private static final Logger LOG = Logger.getLogger(GuardrailAlerts.class);

    private final RolloutExperiments.Alerts trail;
    private final Set<Alert> told = ConcurrentHashMap.newKeySet();

    private record Alert(String testId, long generation, GuardrailMetric metric) {}

    GuardrailAlerts(RolloutExperiments.Alerts trail) {
        this.trail = trail;
    }

    /** Reports breaches that have not been reported. */
    Uni<Void> tell(Experiment experiment, RolloutActions actions) {
        return Multi.createFrom()
                .iterable(actions.breached(GuardrailAction.ALERT))
                .onItem()
                .transformToUniAndConcatenate(result -> tell(experiment, result, actions))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> tell(Experiment experiment, GuardrailResult result, RolloutActions actions) {
        Alert alert = new Alert(
                experiment.testId(), experiment.generation(), result.guardrail().metric());
        if (told.contains(alert)) {
            return Uni.createFrom().voidItem();
        }
        return trail.alert(
                        experiment.testId(),
                        experiment.generation(),
                        Map.of(
                                "guardrail",
                                alert.metric.wireName(),
                                "state",
                                result.state().wireName()),
                        new AuditEntry(
                                RolloutActions.GUARDRAILS,
                                AuditAction.GUARDRAIL_BREACHED,
                                result.reason(),
                                actions.evidence()))
                .invoke(() -> {
                    told.add(alert);
                    LogFields.of(LogFields.TEST, experiment.testId())
                            .and(LogFields.ACTOR, RolloutActions.GUARDRAILS)
                            .tell(() -> LOG.warnf(
                                    "experiment %s breaches a guardrail: %s", experiment.testId(), result.reason()));
                });
    }

    /** Forgets reports about experiments that have changed or are gone. */
    void retain(Map<String, Long> generations) {
        told.removeIf(alert -> !Long.valueOf(alert.generation).equals(generations.get(alert.testId)));
    }
}

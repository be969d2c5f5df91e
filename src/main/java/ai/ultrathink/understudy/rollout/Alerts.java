package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.Finding;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Measure;
import ai.ultrathink.understudy.experiment.Remedy;
import ai.ultrathink.understudy.storage.Deed;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Says in the log and in the audit trail that a guardrail is breached: once for each generation of the test. */
final class Alerts {

    private static final Logger LOG = Logger.getLogger(Alerts.class);

    private final Tests tests;
    private final Set<Alert> told = ConcurrentHashMap.newKeySet();

    private record Alert(String testId, long generation, Measure measure) {}

    Alerts(Tests tests) {
        this.tests = tests;
    }

    /** Tells what has not been told. */
    Uni<Void> tell(Experiment test, Remedies remedies) {
        return Multi.createFrom()
                .iterable(remedies.breached(Remedy.ALERT))
                .onItem()
                .transformToUniAndConcatenate(finding -> tell(test, finding, remedies))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> tell(Experiment test, Finding finding, Remedies remedies) {
        Alert alert =
                new Alert(test.testId(), test.generation(), finding.guardrail().measure());
        if (told.contains(alert)) {
            return Uni.createFrom().voidItem();
        }
        return tests.alert(
                        test.testId(),
                        test.generation(),
                        Map.of(
                                "guardrail",
                                alert.measure.wireName(),
                                "state",
                                finding.state().wireName()),
                        new Deed(Remedies.GUARDRAILS, "guardrail_breached", finding.reason(), remedies.evidence()))
                .invoke(() -> {
                    told.add(alert);
                    LOG.warnf("test %s breaches a guardrail: %s", test.testId(), finding.reason());
                });
    }

    /** Forgets what was told of tests that have changed or are gone. */
    void retain(Map<String, Long> generations) {
        told.removeIf(alert -> !Long.valueOf(alert.generation).equals(generations.get(alert.testId)));
    }
}

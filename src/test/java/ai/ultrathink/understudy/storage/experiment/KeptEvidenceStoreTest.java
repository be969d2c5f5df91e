package ai.ultrathink.understudy.storage.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import ai.ultrathink.understudy.evidence.KeptEvidence;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.http.Rows;
import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.storage.db.Schema;
import ai.ultrathink.understudy.testkit.Waiting;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class KeptEvidenceStoreTest {

    @Inject
    KeptEvidenceStore store;

    @Inject
    Schema schema;

    private final String testId = Service.newId("kept");

    @BeforeEach
    void wait_for_the_tables() {
        Waiting.await().until(schema::ready);
    }

    @Test
    void the_largest_evidence_is_kept_and_when_it_was_a_breach_for_the_first_time() {
        keep(2, null);
        assertEquals(List.of(evidence(2, null)), kept());

        keep(7, Instant.EPOCH);
        Instant breached = kept().getFirst().breachedAt();
        keep(5, null);
        keep(6, Instant.EPOCH);

        // the database's own time
        assertNotNull(breached);
        assertEquals(List.of(evidence(7, breached)), kept());
    }

    @Test
    void a_guardrail_that_only_another_release_knows_is_left_alone() {
        keep(2, null);
        Rows.change(
                "insert into ab_test_kept_evidence (test_id, guardrail, control_digest, treatment_digest, guardrail_limit,"
                        + " alpha, log_e) values ('" + testId + "', 'of_another_release', '', '', 1, 0.01, 1)");

        assertEquals(List.of(evidence(2, null)), kept());
    }

    private void keep(double logE, @Nullable Instant breachedAt) {
        await(store.keep(testId, List.of(evidence(logE, breachedAt))));
    }

    private KeptEvidence evidence(double logE, @Nullable Instant breachedAt) {
        return new KeptEvidence(GuardrailMetric.AGREEMENT, "a", "b", 0.9, 0.01, logE, 0, breachedAt, false);
    }

    private List<KeptEvidence> kept() {
        return await(store.kept(testId));
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(60));
    }
}

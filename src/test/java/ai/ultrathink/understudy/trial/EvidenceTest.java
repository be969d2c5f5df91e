package ai.ultrathink.understudy.trial;

import static ai.ultrathink.understudy.http.Service.createdShadow;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Groups;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Noise;
import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.storage.OwnStores;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From a prediction to the evidence that it leaves, with real models and a real database. */
@QuarkusTest
class EvidenceTest {

    private static final int REQUESTS = 20;

    private final OwnStores stores = new OwnStores();

    @AfterEach
    void delete_the_tests() {
        stores.close();
        Service.deleteTests();
    }

    @Test
    void each_request_of_a_split_is_counted_when_it_is_assigned_and_when_it_is_stored() {
        String testId = createdSplit("evidence", "constant_hold", "constant_buy", 0.5);
        for (int i = 0; i < REQUESTS; i++) {
            predicted(request(testId).put("unit_id", "u-" + i));
        }

        GenerationEvidence evidence =
                evidence(testId, e -> total(e.assigned()) == REQUESTS && total(e.stored()) == REQUESTS);

        assertEquals(evidence.assigned(), evidence.stored());
        assertEquals(
                new GenerationEvidence.Units(
                        evidence.stored().control(), evidence.stored().treatment()),
                evidence.units());
        assertEquals(0.5, evidence.configuredSplit());
    }

    @Test
    void a_network_that_is_put_to_the_same_question_twice_does_not_disagree_with_itself() {
        String testId = createdShadow("noise", "bull_specialist", "constant_sell");
        for (int i = 0; i < REQUESTS; i++) {
            predicted(request(testId).put("features", Service.features(i / 10.0)));
        }

        GenerationEvidence evidence = evidence(
                testId, e -> e.noise().pairs() == REQUESTS && e.stored().shadow() == REQUESTS);

        assertEquals(new Noise(REQUESTS, REQUESTS), evidence.noise());
        assertEquals(new Groups(0, 0, REQUESTS), evidence.assigned());
        assertEquals(REQUESTS, evidence.pairs().count());
    }

    private GenerationEvidence evidence(String testId, Predicate<GenerationEvidence> complete) {
        return await().until(() -> read(testId), all -> all.size() == 1 && complete.test(all.getFirst()))
                .getFirst();
    }

    private List<GenerationEvidence> read(String testId) {
        return stores.evidence().evidence(testId).await().atMost(Duration.ofSeconds(20));
    }

    private static long total(Groups groups) {
        return groups.control() + groups.treatment() + groups.shadow();
    }
}

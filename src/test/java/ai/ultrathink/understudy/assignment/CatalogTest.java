package ai.ultrathink.understudy.assignment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.change.Promotion;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.storage.experiment.StoredCatalog;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatalogTest {

    @Test
    void before_the_database_is_heard_there_is_no_test_and_every_model_answers_for_itself() {
        assertEquals(List.of(), Catalog.EMPTY.all());
        assertEquals(Optional.empty(), Catalog.EMPTY.find("t"));
        assertEquals(Optional.empty(), Catalog.EMPTY.applyingTo("bull"));
        assertEquals("bull", Catalog.EMPTY.serving("bull"));
    }

    @Test
    void a_test_is_found_by_its_id_even_when_it_is_disabled_or_explicit() {
        Experiment disabled = experiment("disabled", "bull", false, false);
        Experiment explicit = experiment("explicit", "bull", true, true);
        Catalog catalog = catalog(disabled, explicit);

        assertEquals(Optional.of(disabled), catalog.find("disabled"));
        assertEquals(Optional.of(explicit), catalog.find("explicit"));
        assertEquals(Optional.empty(), catalog.find("Explicit"));
    }

    @Test
    void only_an_enabled_test_that_is_not_explicit_applies_to_requests_for_its_control_model() {
        Experiment applying = experiment("applying", "bull", true, false);
        Catalog catalog = catalog(
                experiment("disabled", "bull", false, false), experiment("explicit", "bull", true, true), applying);

        assertEquals(Optional.of(applying), catalog.applyingTo("bull"));
        assertTrue(catalog.applyingTo("bull_v2").isEmpty());
        assertTrue(catalog.applyingTo("bear").isEmpty());
    }

    @Test
    void of_two_tests_that_a_hand_edit_left_for_one_model_the_newest_applies() {
        Experiment newest = experiment("newest", "bull", true, false);

        Catalog catalog = catalog(newest, experiment("older", "bull", true, false));

        assertEquals(Optional.of(newest), catalog.applyingTo("bull"));
    }

    @Test
    void a_promotion_lets_another_model_answer_for_a_name_and_goes_no_further() {
        Catalog catalog = new Catalog(new StoredCatalog(
                4,
                List.of(),
                Map.of("bull", promotion("bull", "bull_v2", "t1"), "bull_v2", promotion("bull_v2", "bull_v3", "t2"))));

        assertEquals("bull_v2", catalog.serving("bull"));
        assertEquals("bear", catalog.serving("bear"));
        assertEquals(4, catalog.version());
    }

    @Test
    void the_promotion_in_force_is_known_by_the_test_that_led_to_it_and_by_no_other() {
        Promotion inForce = promotion("bull", "bull_v2", "t1");
        Catalog catalog = new Catalog(new StoredCatalog(4, List.of(), Map.of("bull", inForce)));

        assertEquals(Optional.of(inForce), catalog.promotionBy(experiment("t1", "bull", false, false)));
        assertEquals(Optional.empty(), catalog.promotionBy(experiment("t2", "bull", false, false)));
        assertEquals(List.of(inForce), catalog.promotions());
    }

    private static Promotion promotion(String model, String serves, String testId) {
        return new Promotion(model, serves, testId, Instant.EPOCH, "ada", null, null);
    }

    private static Catalog catalog(Experiment... newestFirst) {
        return new Catalog(new StoredCatalog(1, List.of(newestFirst), Map.of()));
    }

    private static Experiment experiment(String id, String control, boolean enabled, boolean explicit) {
        return new Experiment(
                id,
                control,
                control + "_v2",
                new Split(0.1),
                Mode.TRAFFIC_SPLIT,
                enabled,
                explicit,
                "",
                Instant.EPOCH,
                1,
                null,
                null,
                Guardrails.USUAL);
    }
}

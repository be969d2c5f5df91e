package ai.ultrathink.understudy.storage.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.http.Rows;
import ai.ultrathink.understudy.storage.db.Schema;
import ai.ultrathink.understudy.testkit.Waiting;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@SuppressWarnings("NullAway") // a null fails the test
class CatalogStoreTest {

    private static final StoredCatalog NOTHING = new StoredCatalog(-1, List.of(), Map.of());
    private static final int MANY = 2_000;

    @Inject
    CatalogStore store;

    @Inject
    Schema schema;

    @BeforeEach
    void wait_for_the_tables() {
        Waiting.await().until(schema::ready);
    }

    @AfterEach
    void delete_the_tests() {
        Rows.change("update ab_test_configs set deleted_at = now(), enabled = false where deleted_at is null");
    }

    @Test
    void of_many_tests_a_change_reads_the_one_that_changed() {
        addMany();
        StoredCatalog before = load(NOTHING).catalog();
        assertEquals(MANY, before.experiments().size());

        Rows.change("update ab_test_configs set traffic_split = 0.7, generation = 2 where test_id = 'many-1234'");
        LoadedCatalog after = load(before);

        assertEquals(1, after.experimentsRead());
        assertNull(after.otherTruth());
        assertEquals(0.7, find(after, "many-1234").split().fraction());
        assertSameAsReadAnew(after);
    }

    @Test
    void new_and_deleted_tests_and_promotions_are_changes_like_others() {
        addMany();
        StoredCatalog before = load(NOTHING).catalog();

        Rows.change("insert into ab_test_configs (test_id, control_model, treatment_model, explicit)" + " values ('new-"
                + ids() + "', 'bull', 'bull_v2', true)");
        Rows.change("update ab_test_configs set deleted_at = now() where test_id = 'many-7'");
        Rows.change(
                "insert into ab_model_promotions (model, serves, test_id) values ('m-" + ids() + "', 'n', 'many-7')");
        LoadedCatalog after = load(before);

        assertEquals(1, after.experimentsRead());
        assertEquals(MANY, after.catalog().experiments().size());
        assertEquals("n", after.catalog().promotions().get("m-" + ids()).serves());
        assertTrue(after.catalog().experiments().stream()
                .noneMatch(test -> test.testId().equals("many-7")));
        assertSameAsReadAnew(after);
        Rows.change("delete from ab_model_promotions where serves = 'n'");
    }

    @Test
    void after_a_change_of_very_many_tests_all_are_read() {
        addMany();
        StoredCatalog before = load(NOTHING).catalog();

        Rows.change("update ab_test_configs set description = 'all of them' where deleted_at is null");
        LoadedCatalog after = load(before);

        assertEquals(MANY, after.experimentsRead());
        assertNull(after.otherTruth());
        assertSameAsReadAnew(after);
    }

    @Test
    void a_database_that_went_back_is_another_truth_and_read_anew() {
        addMany();
        StoredCatalog before = load(NOTHING).catalog();

        goBack(5);
        LoadedCatalog after = load(before);

        assertNotNull(after.otherTruth());
        assertTrue(after.otherTruth().contains("version " + (before.version().number() - 5)), after.otherTruth());
        assertEquals(MANY, after.experimentsRead());
        forward(5);
    }

    @Test
    void one_that_went_back_and_has_come_further_since_is_another_truth_too() {
        addMany();
        touch(3);
        StoredCatalog before = load(NOTHING).catalog();

        goBack(3);
        touch(5);
        LoadedCatalog after = load(before);

        assertNotNull(after.otherTruth());
        assertTrue(after.otherTruth().contains("is not the one that this replica had"), after.otherTruth());
        assertSameAsReadAnew(after);
    }

    @Test
    void one_that_went_back_to_a_version_that_this_replica_had_not_passed_goes_on_from_it() {
        addMany();
        StoredCatalog before = load(NOTHING).catalog();
        touch(3);

        goBack(3);
        touch(5);
        LoadedCatalog after = load(before);

        assertNull(after.otherTruth());
        assertEquals(1, after.experimentsRead());
        assertSameAsReadAnew(after);
    }

    private void assertSameAsReadAnew(LoadedCatalog loaded) {
        assertEquals(load(NOTHING).catalog(), loaded.catalog());
    }

    private static Experiment find(LoadedCatalog loaded, String testId) {
        return loaded.catalog().experiments().stream()
                .filter(test -> test.testId().equals(testId))
                .findFirst()
                .orElseThrow();
    }

    private LoadedCatalog load(StoredCatalog known) {
        return store.load(known).await().atMost(Duration.ofSeconds(20));
    }

    private static void addMany() {
        Rows.change("insert into ab_test_configs (test_id, control_model, treatment_model, explicit, created_at)"
                + " select 'many-' || i, 'bull', 'bull_v2', true, now() - i * interval '1 second'"
                + " from generate_series(1, " + MANY + ") i"
                + " on conflict (test_id) do update set deleted_at = null, traffic_split = 0.05, generation = 1");
    }

    private static void touch(int times) {
        for (int i = 0; i < times; i++) {
            Rows.change("update ab_test_configs set description = description || '.' where test_id = 'many-3'");
        }
    }

    /** As a restored backup does it, the changes' rows among what is restored. */
    private static void goBack(int versions) {
        Rows.change("delete from ab_catalog_changes where version > (select version - " + versions
                + " from ab_catalog_version)");
        forward(-versions);
    }

    private static void forward(int versions) {
        Rows.change("update ab_catalog_version set version = version + " + versions);
    }

    private static String ids() {
        return String.valueOf(ProcessHandle.current().pid());
    }
}

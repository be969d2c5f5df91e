package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.TESTS;
import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.assertProblem;
import static ai.ultrathink.understudy.http.Service.createTest;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.placement;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.http.Service.test;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A database that goes back, or that cannot be read after a change: what was answered is in force all the same. */
@QuarkusTest
class RestoredDatabaseTest {

    /** Changes go on, and reading the catalog, the one transaction that only reads, fails as where a server has no room. */
    private static final String NOT_TO_BE_READ =
            "create function not_now() returns boolean language plpgsql stable as $$"
                    + " begin if current_setting('transaction_read_only') = 'on' then"
                    + " raise exception 'not now' using errcode = '53000'; end if; return true; end $$;"
                    + " alter table ab_model_promotions rename to kept_promotions;"
                    + " create view ab_model_promotions as select * from kept_promotions where not_now()";

    private static final String TO_BE_READ = "drop view ab_model_promotions;"
            + " alter table kept_promotions rename to ab_model_promotions; drop function not_now()";

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @Test
    void a_test_that_is_disabled_after_the_database_went_back_is_disabled() {
        String testId = createdSplit("restored", "constant_hold", "constant_buy", 1);
        for (String split : new String[] {"0.9", "0.8", "0.7", "0.6", "0.5", "0.4", "1.0"}) {
            ok(post(about(testId, "update-split"), "{\"traffic_split\":" + split + "}"));
        }
        assertEquals("BUY", predicted(request(testId)).getString("action"));

        goBack(testId, 7);

        ok(post(about(testId, "disable")));
        assertEquals("test_disabled", placement(predicted(request(testId))).getString("fallback"));
        assertEquals("HOLD", predicted(request(testId)).getString("action"));
        assertEquals(2, test(testId).getInteger("generation"));
    }

    @Test
    void what_a_restored_database_holds_is_in_force_without_a_change() {
        String testId = createdSplit("restored", "constant_hold", "constant_buy", 1);
        ok(post(about(testId, "update-split"), "{\"traffic_split\":0.5}"));

        goBack(testId, 1);

        await().until(() -> test(testId).getInteger("generation") == 1);
        assertEquals("BUY", predicted(request(testId)).getString("action"));
    }

    @Test
    void disabling_what_the_restored_database_has_as_disabled_takes_it_out_of_use_here_too() {
        String testId = createdSplit("restored", "constant_hold", "constant_buy", 1);
        ok(post(about(testId, "disable")));
        ok(post(about(testId, "enable")));
        assertEquals("BUY", predicted(request(testId)).getString("action"));

        goBack(testId, 1);
        Rows.change("set session_replication_role = replica;"
                + " update ab_test_configs set enabled = false where test_id = '" + testId + "'");
        ok(post(about(testId, "disable")));

        assertEquals("HOLD", predicted(request(testId)).getString("action"));
    }

    @Test
    void a_change_that_cannot_be_read_back_has_its_own_answer_and_is_in_force() {
        String disabled = createdSplit("unread", "constant_hold", "constant_buy", 1);
        String deleted = createdSplit("unread", "constant_hold", "constant_buy", 1);
        String created = newId("unread");
        Rows.change(NOT_TO_BE_READ);
        try {
            ok(post(about(disabled, "disable")));
            assertEquals(
                    201,
                    createTest(explicitTest(created, "constant_hold", "constant_sell")
                                    .put("traffic_split", 1))
                            .statusCode());
            assertEquals(204, Service.delete(TESTS + "/" + deleted).statusCode());

            assertEquals(
                    "test_disabled", placement(predicted(request(disabled))).getString("fallback"));
            assertEquals("SELL", predicted(request(created)).getString("action"));
            assertProblem(404, Service.predict(request(deleted)), deleted);
        } finally {
            Rows.change(TO_BE_READ);
        }
        assertEquals(false, test(disabled).getBoolean("enabled"));
        assertEquals("SELL", predicted(request(created)).getString("action"));
    }

    /** As a standby that lagged, or a backup: the rows, the version and its history are those of some changes ago. */
    private static void goBack(String testId, int changes) {
        Rows.change("set session_replication_role = replica;"
                + " update ab_test_configs set generation = generation - " + changes
                + ", enabled = true, traffic_split = 1 where test_id = '" + testId + "';"
                + " delete from ab_catalog_changes where version > (select version - " + changes
                + " from ab_catalog_version);"
                + " update ab_catalog_version set version = version - " + changes);
    }

    @Test
    void a_deleted_test_can_be_read_and_says_that_it_is_deleted() {
        String testId = createdSplit("deleted", "constant_hold", "constant_buy", 1);
        predicted(request(testId));
        Service.flush(testId);
        assertEquals(204, Service.delete(TESTS + "/" + testId).statusCode());

        String deletedAt = test(testId).getString("deleted_at");

        assertEquals(false, test(testId).getBoolean("enabled"));
        for (String call : new String[] {"stats", "actions", "disagreements", "verify-split"}) {
            assertEquals(deletedAt, ok(get(about(testId, call))).getString("deleted_at"), call);
        }
        assertEquals(1, ok(get(about(testId, "stats"))).getInteger("total_samples"));
        assertEquals(
                deletedAt,
                ok(get(about(testId, "report"))).getJsonObject("test").getString("deleted_at"));
        assertProblem(404, post(about(testId, "enable")), testId);
    }

    @Test
    void a_test_that_is_not_deleted_says_nothing_of_it() {
        String testId = createdSplit("kept", "constant_hold", "constant_buy", 1);

        assertEquals(false, test(testId).containsKey("deleted_at"));
        assertEquals(false, test(testId).containsKey("problem"));
        assertEquals(false, ok(get(about(testId, "stats"))).containsKey("deleted_at"));
    }
}

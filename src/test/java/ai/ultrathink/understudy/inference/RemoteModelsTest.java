package ai.ultrathink.understudy.inference;

import static ai.ultrathink.understudy.inference.RemoteFixture.get;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.testkit.OipServer;
import ai.ultrathink.understudy.testkit.OipServer.Deed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model on a server: loaded, asked in both roles, and failing in every way. */
@Tag("libtorch")
class RemoteModelsTest {

    @TempDir
    Path root = Path.of("");

    private RemoteFixture far = new RemoteFixture(root);

    enum Form {
        JSON,
        BINARY,
        GRPC;

        OipServer server() {
            return switch (this) {
                case JSON -> OipServer.rest();
                case BINARY -> OipServer.rest().knowsBinary();
                case GRPC -> OipServer.rpc();
            };
        }
    }

    @BeforeEach
    void open() {
        far.close();
        far = new RemoteFixture(root);
    }

    @AfterEach
    void close() {
        far.close();
    }

    @ParameterizedTest
    @EnumSource
    void it_is_loaded_and_answers_in_both_roles(Form form) throws IOException {
        try (OipServer server = form.server()) {
            ModelStatus status = far.load(server.card());

            assertEquals(ModelStatus.State.LOADED, status.state(), status.reason());
            assertEquals("7", status.version());
            assertEquals(
                    "answered by echo at " + server.url() + " (strict 1.0, version 3)", String.valueOf(status.note()));
            assertEquals("blocks of 64", status.batching());
            for (Variant role : Variant.values()) {
                Outcome.Answered answered = assertInstanceOf(Outcome.Answered.class, get(far.ask(role, 0.75f, 2f)));
                assertEquals(0.75f, answered.answer().probability("HOLD"));
                assertEquals("far", answered.model());
                assertEquals("7", answered.version());
                assertInstanceOf(Outcome.Answered.class, far.probe(role));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void several_passes_are_under_way_and_what_arrives_meanwhile_is_the_next_batch(Form form) throws IOException {
        try (OipServer server = form.server()) {
            far.load(server.card());
            server.will(Deed.SILENT);
            int before = server.batches().size();
            List<CompletableFuture<Outcome>> waiting = new ArrayList<>();
            for (int i = 0; i < RemoteFixture.PASSES; i++) {
                waiting.add(far.ask(Variant.CONTROL, 0.5f, 0f));
                RemoteFixture.awaitPasses(server, before + i + 1);
            }
            List<CompletableFuture<Outcome>> next = new ArrayList<>();
            server.will(Deed.ANSWER);
            for (int i = 0; i < 5; i++) {
                next.add(far.ask(Variant.CONTROL, i / 10f, 0f));
            }
            assertEquals(before + RemoteFixture.PASSES, server.batches().size());

            waiting.getFirst().cancel(false);

            for (int i = 0; i < 5; i++) {
                Outcome.Answered answered = assertInstanceOf(Outcome.Answered.class, get(next.get(i)));
                assertEquals(i / 10f, answered.answer().probability("HOLD"));
            }
            assertEquals(5, server.batches().getLast());
            assertEquals(before + RemoteFixture.PASSES + 1, server.batches().size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void treatments_never_use_the_last_place(Form form) throws IOException {
        try (OipServer server = form.server()) {
            far.load(server.card());
            server.will(Deed.SILENT);
            int before = server.batches().size();
            List<CompletableFuture<Outcome>> asked = new ArrayList<>();
            for (int i = 0; i < RemoteFixture.PASSES - 1; i++) {
                asked.add(far.ask(Variant.TREATMENT, 0.5f, 0f));
                RemoteFixture.awaitPasses(server, before + i + 1);
            }
            CompletableFuture<Outcome> queued = far.ask(Variant.TREATMENT, 0.5f, 0f);
            server.will(Deed.ANSWER);

            assertInstanceOf(Outcome.Answered.class, get(far.ask(Variant.CONTROL, 0.5f, 0f)));
            assertFalse(queued.isDone());
            asked.forEach(one -> assertFalse(one.isDone()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_silent_server_ends_at_the_deadline_and_its_request_is_given_up(Form form) throws IOException {
        assertGivenUp(form, Deed.SILENT);
    }

    @ParameterizedTest
    @EnumSource
    void a_reply_that_drips_ends_at_the_deadline_and_is_given_up(Form form) throws IOException {
        assertGivenUp(form, Deed.DRIP);
    }

    private void assertGivenUp(Form form, Deed deed) throws IOException {
        try (OipServer server = form.server()) {
            far.load(server.card());
            server.will(deed);
            int before = server.batches().size();
            CompletableFuture<Outcome> asked = far.ask(Variant.TREATMENT, 0.5f, 0f);
            RemoteFixture.awaitPasses(server, before + 1);
            assertFalse(asked.isDone());

            far.time().advance(RemoteFixture.DEADLINE);

            assertEquals(new Outcome.TimedOut(100), get(asked));
            await().until(() -> server.abandoned() > 0);
            server.will(Deed.ANSWER);
            assertInstanceOf(Outcome.Answered.class, get(far.ask(Variant.TREATMENT, 0.5f, 0f)));
            assertEquals(1.0, failures("timeout"));
            if (form == Form.GRPC) {
                assertEquals(1, server.connections(), "other passes of the connection go on");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void each_failure_is_told_with_its_reason(Form form) throws IOException {
        try (OipServer server = form.server()) {
            far.load(server.card());
            boolean rpc = form == Form.GRPC;
            assertFailed(
                    server,
                    Deed.BUSY,
                    rpc ? "it answered UNAVAILABLE: the model is loading" : "it answered 503: the model is loading");
            assertFailed(
                    server,
                    Deed.TOO_MANY,
                    rpc ? "it answered RESOURCE_EXHAUSTED: too many requests" : "it answered 429: too many requests");
            assertFailed(
                    server, Deed.BROKEN, rpc ? "it answered INTERNAL: out of order" : "it answered 500: out of order");
            assertFailed(server, Deed.CLOSE, "the connection ended before the reply was complete");
            assertFailed(server, Deed.HALF, "the connection ended before the reply was complete");
            assertFailed(server, Deed.REDIRECT, rpc ? "it answered HTTP 302" : "redirects are not followed");
            assertInvalid(
                    server, Deed.GARBAGE, rpc ? "its reply is not the protocol's message" : "its reply is not JSON");
            assertInvalid(server, Deed.WRONG_SHAPE, "output has shape [1, 4], expected [1, 3]");
            assertInvalid(server, Deed.WRONG_TYPE, "output p is INT64, expected FP32 or FP64");
            assertInvalid(server, Deed.WRONG_ID, "its reply has id another, expected ");
            assertInvalid(server, Deed.TOO_FEW, "output has 2 numbers, its shape [1, 3] needs 3");
            assertInvalid(server, Deed.OTHER_MODEL, "its reply has model_name other, expected echo");
            assertInvalid(server, Deed.OTHER_VERSION, "version 99 answered, and version 3 was loaded");
            assertInvalid(
                    server, Deed.NOT_FINITE, form == Form.JSON ? "where a number is expected" : "output is not finite");
            assertInvalid(server, Deed.LONG, "its reply is longer than");
            if (!rpc) {
                assertInvalid(server, Deed.ERROR_AS_ANSWER, "its reply is an error: out of memory");
                assertInvalid(server, Deed.NO_LIST, "outputs is {\"p\":{}}, expected a list");
            }
            server.stop();
            // a call may meet the end of its connection
            await().until(() ->
                    says(outcome(server, Deed.ANSWER), "start the server, or correct remote.url in model.json"));
            server.start();
            assertInstanceOf(Outcome.Answered.class, get(far.ask(Variant.CONTROL, 0.5f, 0f)));
        }
    }

    private void assertFailed(OipServer server, Deed deed, String why) {
        Outcome outcome = outcome(server, deed);
        assertSays(
                assertInstanceOf(Outcome.Failed.class, outcome, outcome::toString)
                        .detail(),
                why,
                deed);
    }

    private static boolean says(Outcome outcome, String why) {
        return outcome instanceof Outcome.Failed failed && failed.detail().contains(why);
    }

    private void assertInvalid(OipServer server, Deed deed, String why) {
        Outcome outcome = outcome(server, deed);
        assertSays(
                assertInstanceOf(Outcome.Invalid.class, outcome, outcome::toString)
                        .detail(),
                why,
                deed);
    }

    private Outcome outcome(OipServer server, Deed deed) {
        server.will(deed);
        return get(far.ask(Variant.TREATMENT, 0.5f, 0f));
    }

    private static void assertSays(String detail, String why, Deed deed) {
        assertTrue(detail.contains(why), deed + ": " + detail);
        assertTrue(detail.startsWith("echo at ") || deed == Deed.NOT_FINITE, deed + ": " + detail);
    }

    @ParameterizedTest
    @EnumSource
    void a_row_that_the_server_refuses_does_not_fail_the_others_of_its_batch(Form form) throws IOException {
        try (OipServer server = form.server()) {
            far.load(server.card());
            server.will(Deed.SILENT);
            int before = server.batches().size();
            CompletableFuture<Outcome> first = far.ask(Variant.CONTROL, 0.1f, 0f);
            RemoteFixture.awaitPasses(server, before + 1);
            List<CompletableFuture<Outcome>> asked = new ArrayList<>();
            for (int i = 1; i < RemoteFixture.PASSES; i++) {
                asked.add(far.ask(Variant.CONTROL, 0.5f, 0f));
                RemoteFixture.awaitPasses(server, before + i + 1);
            }
            server.will(Deed.ANSWER).refusesRowsOf(0.25f);
            CompletableFuture<Outcome> good = far.ask(Variant.CONTROL, 0.75f, 0f);
            CompletableFuture<Outcome> bad = far.ask(Variant.CONTROL, 0.25f, 0f);

            first.cancel(false);

            assertInstanceOf(Outcome.Answered.class, get(good));
            assertTrue(assertInstanceOf(Outcome.Failed.class, get(bad)).detail().contains("a bad row"));
            assertTrue(server.batches().contains(2));
            asked.forEach(one -> assertFalse(one.isDone()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_changed_version_fails_the_probe_and_the_former_one_passes_again(Form form) throws IOException {
        try (OipServer server = form.server()) {
            far.load(server.card());
            server.has("4");

            String detail = assertInstanceOf(Outcome.Invalid.class, far.probe(Variant.TREATMENT))
                    .detail();

            assertTrue(detail.contains("versions were [3] when it was loaded, and are [4]"), detail);
            assertTrue(detail.contains("change version in model.json and reload"), detail);
            server.has("3");
            assertInstanceOf(Outcome.Answered.class, far.probe(Variant.TREATMENT));
            server.takes("FP64");
            assertInstanceOf(Outcome.Invalid.class, far.probe(Variant.CONTROL));
            server.takes("FP32").stop();
            assertInstanceOf(Outcome.Failed.class, far.probe(Variant.CONTROL));
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_does_not_fit_the_card_is_not_loaded(Form form) throws IOException {
        try (OipServer server = form.server()) {
            assertRefused(
                    server.card()
                            .replace("\"input_size\": 2", "\"input_size\": 3")
                            .replace("[0.25, 1.0", "[0.25, 1.0, 1.0"),
                    "the model takes x FP32 [-1, 2]");
            assertRefused(server.card().replace("\"echo\"", "\"other\""), "no model");
            assertRefused(server.card(", \"input\": {\"name\": \"y\"}"), "model.json names y");
            assertRefused(server.card(", \"input\": {\"dtype\": \"float64\"}"), "set input.dtype in model.json");
            assertRefused(
                    server.card().replace("\"SELL\"]", "\"SELL\", \"WAIT\"]").replace("0.0]", "0.0, 0]"),
                    "model.json names 4 actions");
            assertRefused(server.card().replace("0.75,", "0.5,"), "golden answer [1] is 0.75, model.json expects 0.5");
            assertRefused(
                    server.card().replace("\"model\": \"echo\"", "\"model\": \"echo\", \"version\": \"9\""),
                    form == Form.GRPC ? "NOT_FOUND" : "404");
            server.takes("FP16");
            assertRefused(server.card(), "the model takes x FP16");
            server.takes("FP32").will(Deed.BROKEN);
            assertRefused(server.card(), "out of order");
            server.will(Deed.ANSWER).stop();
            assertRefused(server.card(), "it cannot be reached");
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_a_server_says_of_its_model_fills_no_log_and_has_no_control_characters(Form form) throws IOException {
        try (OipServer server = form.server()) {
            far.load(server.card());
            server.has("\u001b[2J\n" + "9".repeat(100_000));
            assertShort(far.probe(Variant.CONTROL).toString());

            server.has("3").takes("\u001b[2J\n" + "F".repeat(100_000));
            ModelStatus status = far.load(server.card() + " ");
            assertShort(String.valueOf(status.reason()));
        }
    }

    private static void assertShort(String text) {
        assertTrue(text.length() < 1_000, () -> text.length() + " characters");
        assertTrue(text.codePoints().noneMatch(Character::isISOControl), text);
    }

    private void assertRefused(String card, String why) throws IOException {
        ModelStatus status = far.load(card);
        assertEquals(ModelStatus.State.FAILED, status.state());
        assertTrue(String.valueOf(status.reason()).contains(why), status.reason());
    }

    @ParameterizedTest
    @EnumSource
    void the_largest_batch_is_what_the_server_takes(Form form) throws IOException {
        try (OipServer server = form.server().takesRows(16)) {
            ModelStatus status = far.load(server.card());
            assertEquals("blocks of 16", status.batching());
            assertTrue(String.valueOf(status.note()).contains("batch-size must be <= 16"), status.note());

            server.saysOfBatches(1);
            status = far.load(server.card() + " ");
            assertEquals("row by row", status.batching());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_golden_answer_that_the_card_lacks_is_recorded(Form form) throws IOException {
        try (OipServer server = form.server()) {
            ModelStatus status = far.load(server.card(""));

            assertEquals(ModelStatus.State.LOADED, status.state(), status.reason());
            assertTrue(String.valueOf(status.note()).contains("recorded"), status.note());
            assertTrue(Files.exists(root.resolve(RemoteFixture.NAME).resolve("golden.json")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_was_away_at_the_start_is_asked_again_and_its_model_serves(Form form) throws IOException {
        try (OipServer server = form.server()) {
            server.stop();
            assertRefused(server.card(), "it cannot be reached");
            far.time().advance(Duration.ofSeconds(5));
            server.start();
            // an attempt may still have found it away; the next follows after twice as long
            await().until(() -> {
                far.time().advance(Duration.ofSeconds(1));
                return far.status().state() == ModelStatus.State.LOADED;
            });

            assertInstanceOf(Outcome.Answered.class, get(far.ask(Variant.CONTROL, 0.5f, 0f)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_client_that_is_closed_says_so_and_nothing_waits_for_it(Form form) throws IOException {
        try (OipServer server = form.server()) {
            far.load(server.card());
            far.closeClient();

            assertInstanceOf(Outcome.Failed.class, far.probe(Variant.TREATMENT));
            assertInstanceOf(Outcome.Failed.class, get(far.ask(Variant.CONTROL, 0.5f, 0f)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void connections_are_kept_and_bounded(Form form) throws IOException {
        try (OipServer server = form.server()) {
            far.load(server.card());
            for (int i = 0; i < 20; i++) {
                List<CompletableFuture<Outcome>> asked = new ArrayList<>();
                for (int call = 0; call < 20; call++) {
                    asked.add(far.ask(Variant.CONTROL, 0.5f, 0f));
                }
                asked.forEach(one -> assertInstanceOf(Outcome.Answered.class, get(one)));
            }
            assertTrue(server.connections() <= RemoteFixture.PASSES + 2, server.connections() + " connections");
        }
    }

    @ParameterizedTest
    @EnumSource
    void times_are_told_apart(Form form) throws IOException {
        try (OipServer server = form.server()) {
            far.load(server.card());
            get(far.ask(Variant.CONTROL, 0.5f, 0f));

            assertTrue(far.registry()
                            .get("understudy.remote.calls")
                            .tag("model", "far")
                            .timer()
                            .count()
                    > 0);
            assertTrue(far.registry().get("understudy.remote.connect").timer().count() > 0);
            if (form == Form.GRPC) {
                assertNull(far.registry().find("understudy.remote.server").timer());
            } else {
                assertEquals(
                        1.5,
                        far.registry().get("understudy.remote.server").timer().max(TimeUnit.MILLISECONDS),
                        1e-6);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_model_moves_to_a_server_and_back_while_it_is_asked(Form form) throws IOException {
        try (OipServer server = form.server()) {
            far.load(server.card());
            server.will(Deed.SILENT);
            int before = server.batches().size();
            CompletableFuture<Outcome> there = far.ask(Variant.TREATMENT, 0.5f, 0f);
            RemoteFixture.awaitPasses(server, before + 1);
            far.putHere();
            assertEquals(ModelStatus.State.LOADED, far.reload().state());

            assertInstanceOf(Outcome.Answered.class, get(far.ask(Variant.TREATMENT, 0.5f)));
            far.time().advance(RemoteFixture.DEADLINE);
            assertEquals(new Outcome.TimedOut(100), get(there));

            server.will(Deed.ANSWER);
            assertEquals(
                    ModelStatus.State.LOADED, far.load(server.card() + "  ").state());
            assertInstanceOf(Outcome.Answered.class, get(far.ask(Variant.TREATMENT, 0.5f, 0f)));
        }
    }

    private double failures(String reason) {
        return far.registry()
                .get("understudy.remote.failures")
                .tag("reason", reason)
                .counter()
                .count();
    }
}

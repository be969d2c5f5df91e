package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.MODELS;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.okList;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.inference.ScriptedModel;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ModelsTest {

    private static final String SWAPPED = "swapped";
    private static final String DRY_RUN = MODELS + "/" + SWAPPED + "/dry-run";

    @AfterEach
    void remove_the_model() {
        ModelsDirectory.remove(SWAPPED);
        reload();
    }

    @Test
    void every_folder_is_listed_with_what_is_known_of_it() {
        JsonObject model = model(get(MODELS), "bull_specialist");

        assertEquals(
                Set.of(
                        "name",
                        "version",
                        "parameters",
                        "input_size",
                        "actions",
                        "device",
                        "loaded_at",
                        "state",
                        "reason",
                        "digest",
                        "batching",
                        "note",
                        "wanted",
                        "replicas"),
                model.fieldNames());
        assertEquals("1", model.getString("version"));
        assertEquals(43, model.getInteger("input_size"));
        assertEquals(
                List.of("HOLD", "BUY", "SELL"), model.getJsonArray("actions").getList());
        assertTrue(model.getLong("parameters") > 0);
        assertEquals("cpu", model.getString("device"));
        assertEquals("loaded", model.getString("state"));
        assertNull(model.getString("reason"));
        assertEquals("blocks of 64", model.getString("batching"));
        assertNull(model.getString("note"));
        assertFalse(Instant.parse(model.getString("loaded_at")).isAfter(Instant.now()));
    }

    @Test
    void a_folder_that_does_not_load_is_failed_and_says_why() {
        Map<String, String> reasons = Map.of(
                "throws", "this model always throws",
                "nan", "NaN",
                "wrong_shape", "[1, 2], expected [1, 3]",
                "bad_golden", "golden",
                "corrupt", "",
                "no_card", "model.json is missing");

        Response listed = get(MODELS);

        reasons.forEach((name, reason) -> {
            JsonObject model = model(listed, name);
            assertEquals("failed", model.getString("state"), name);
            assertTrue(model.getString("reason").contains(reason), model::encode);
            assertFalse(model.getString("reason").isBlank());
            assertNull(model.getValue("version"));
            assertNull(model.getValue("loaded_at"));
        });
    }

    @Test
    void a_model_that_takes_one_row_only_runs_row_by_row_and_says_why() {
        JsonObject model = model(get(MODELS), "drops_rows");

        assertEquals("loaded", model.getString("state"));
        assertEquals("row by row", model.getString("batching"));
        assertEquals("output for a batch of 2 has shape [1, 3], expected [2, 3]", model.getString("note"));
    }

    @Test
    void probabilities_that_do_not_sum_to_one_are_never_answered() {
        Service.assertProblem(503, Service.predict(request().put("model", "not_summing")));
    }

    @Test
    void the_other_models_serve_beside_broken_folders() {
        for (String name : List.of("bull_specialist", "bear_specialist_v2", "universal", "logits", "throws_later")) {
            assertEquals("loaded", model(get(MODELS), name).getString("state"));
            assertEquals(
                    name,
                    predicted(request().put("model", name))
                            .getJsonObject("metadata")
                            .getString("model"));
        }
    }

    @Test
    void a_new_folder_serves_after_a_reload() {
        ModelsDirectory.put(SWAPPED, "constant_buy", "1");

        assertEquals("loaded", model(reload(), SWAPPED).getString("state"));
        assertEquals("BUY", swapped().getString("action"));
    }

    @Test
    void a_reload_leaves_unchanged_models_in_memory() {
        String before = model(get(MODELS), "bull_specialist").getString("loaded_at");

        assertEquals(before, model(reload(), "bull_specialist").getString("loaded_at"));
    }

    @Test
    void a_changed_model_is_swapped_under_traffic_without_one_failed_request() throws Exception {
        ModelsDirectory.put(SWAPPED, "constant_buy", "1");
        reload();
        AtomicBoolean enough = new AtomicBoolean();
        Map<String, Integer> seen = new ConcurrentHashMap<>();

        try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
            List<Future<List<String>>> failures = IntStream.range(0, 8)
                    .mapToObj(i -> callers.submit(() -> keepAsking(enough, seen)))
                    .toList();
            try {
                await().until(() -> seen.containsKey("1 BUY"));
                for (int version = 2; version <= 6; version++) {
                    String action = version % 2 == 0 ? "SELL" : "BUY";
                    ModelsDirectory.put(SWAPPED, version % 2 == 0 ? "constant_sell" : "constant_buy", version + "");
                    assertEquals(version + "", model(reload(), SWAPPED).getString("version"));
                    // whoever asks after the reload's answer is answered by the new version
                    assertEquals(
                            version + "", swapped().getJsonObject("metadata").getString("model_version"));
                    String answer = version + " " + action;
                    await().until(() -> seen.containsKey(answer));
                }
            } finally {
                enough.set(true);
            }
            for (Future<List<String>> failed : failures) {
                assertEquals(List.of(), failed.get(30, SECONDS));
            }
        }
        assertEquals(Set.of("1 BUY", "2 SELL", "3 BUY", "4 SELL", "5 BUY", "6 SELL"), seen.keySet());
    }

    @Test
    void where_a_new_version_does_not_load_the_old_one_serves_on_as_stale() {
        ModelsDirectory.put(SWAPPED, "constant_buy", "1");
        reload();

        ModelsDirectory.put(SWAPPED, "bad_golden", "2");
        JsonObject stale = model(reload(), SWAPPED);

        assertEquals("stale", stale.getString("state"));
        assertEquals("1", stale.getString("version"));
        assertTrue(stale.getString("reason").contains("golden"), stale::encode);
        assertEquals("BUY", swapped().getString("action"));
        assertEquals("1", swapped().getJsonObject("metadata").getString("model_version"));
    }

    @Test
    void a_stale_model_is_loaded_again_when_its_folder_is_mended() {
        ModelsDirectory.put(SWAPPED, "constant_buy", "1");
        reload();
        ModelsDirectory.put(SWAPPED, "corrupt", "2");
        reload();

        ModelsDirectory.put(SWAPPED, "constant_sell", "3");

        assertEquals("loaded", model(reload(), SWAPPED).getString("state"));
        assertEquals("SELL", swapped().getString("action"));
    }

    @Test
    void a_removed_folder_no_longer_serves() {
        ModelsDirectory.put(SWAPPED, "constant_buy", "1");
        reload();

        ModelsDirectory.remove(SWAPPED);

        assertTrue(names(reload()).stream().noneMatch(SWAPPED::equals));
        Service.assertProblem(400, Service.predict(request().put("model", SWAPPED)), SWAPPED);
    }

    @Test
    void a_network_of_another_form_serves_and_shows_its_own_numbers() throws IOException {
        // an actor and a critic that look at the last of two steps
        byte[] network = ScriptedModel.archiveOf(
                "Tuple[Tensor, Tensor]",
                "cpu",
                "last = torch.select(x, 1, 1)",
                "return (torch.slice(last, 1, 2, 3), torch.unsqueeze(last, 1))");
        ModelsDirectory.put(SWAPPED, network, """
                {"version": "7", "input": {"shape": [2, 3]}, "actions": ["SELL", "HOLD", "BUY"],
                 "output": {"kind": "logits", "index": 1}}""");

        JsonObject listed = model(reload(), SWAPPED);
        assertEquals("loaded", listed.getString("state"), listed.encode());
        assertEquals(6, listed.getInteger("input_size"));
        assertTrue(listed.getString("note").contains("recorded"), listed.getString("note"));

        JsonObject asked = new JsonObject().put("features", List.of(9, 9, 9, 1, 2, 3));
        JsonObject dry = Service.ok(post(DRY_RUN, asked));
        assertEquals(List.of(1.0, 2.0, 3.0), dry.getJsonArray("raw").getList());
        assertEquals(List.of("SELL", "HOLD", "BUY"), dry.getJsonArray("actions").getList());
        assertEquals(
                List.of(2, 3), dry.getJsonObject("input").getJsonArray("shape").getList());
        assertEquals("logits", dry.getJsonObject("output").getString("kind"));
        assertEquals("BUY", dry.getString("action"));
        assertEquals(listed.getString("digest"), dry.getString("model_digest"));
        JsonObject predicted =
                predicted(request().put("model", SWAPPED).put("features", asked.getJsonArray("features")));
        assertEquals(dry.getJsonObject("action_probabilities"), predicted.getJsonObject("action_probabilities"));
    }

    @Test
    void a_dry_run_says_what_is_wrong_with_an_answer() throws IOException {
        byte[] network =
                ScriptedModel.archive("cpu", "return torch.div(torch.slice(x, 1, 0, 3), torch.slice(x, 1, 3, 4))");
        ModelsDirectory.put(SWAPPED, network, """
                {"version": "1", "input_size": 4, "actions": ["HOLD", "BUY", "SELL"], "output": "probabilities",
                 "golden": {"input": [0.2, 0.3, 0.5, 1]}}""");
        reload();

        JsonObject sum = Service.ok(post(DRY_RUN, "{\"features\": [1, 2, 3, 1]}"));
        JsonObject infinite = Service.ok(post(DRY_RUN, "{\"features\": [1, 0, 3, 0]}"));

        assertEquals(List.of(1.0, 2.0, 3.0), sum.getJsonArray("raw").getList());
        assertTrue(sum.getString("problem").startsWith("output is not a probability distribution"), sum.encode());
        assertNull(sum.getString("action"));
        assertEquals(
                Arrays.asList(null, null, null), infinite.getJsonArray("raw").getList());
        assertTrue(infinite.getString("problem").startsWith("output is not finite"), infinite.encode());
    }

    @Test
    void a_dry_run_of_what_does_not_fit_is_refused() {
        Service.assertProblem(
                404, post(MODELS + "/nothing/dry-run", "{\"features\": [1]}"), "model nothing does not exist");
        Service.assertProblem(
                503, post(MODELS + "/corrupt/dry-run", "{\"features\": [1]}"), "not a TorchScript module");
        String sound = MODELS + "/bull_specialist/dry-run";
        Service.assertProblem(400, post(sound, "{\"features\": [1]}"), "features: got 1; allowed: 43 numbers");
        Service.assertProblem(400, post(sound, "{\"features\": [null]}"), "features[0]");
        Service.assertProblem(400, post(sound, "{\"features\": [1e39]}"), "features[0]");
        Service.assertProblem(400, post(sound, "{\"features\": \"1\"}"), "features");
        Service.assertProblem(400, post(sound, "{}"), "features");
    }

    private static List<String> keepAsking(AtomicBoolean enough, Map<String, Integer> seen)
            throws IOException, InterruptedException {
        List<String> failures = new java.util.ArrayList<>();
        try (HttpClient client = Crowd.client()) {
            while (!enough.get()) {
                HttpResponse<String> response = client.send(
                        Crowd.prediction(request().put("model", SWAPPED)), HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == 200) {
                    JsonObject answer = new JsonObject(response.body());
                    String version = answer.getJsonObject("metadata").getString("model_version");
                    seen.merge(version + " " + answer.getString("action"), 1, Integer::sum);
                } else {
                    failures.add(response.body());
                }
            }
        }
        return failures;
    }

    private static JsonObject swapped() {
        return predicted(request().put("model", SWAPPED));
    }

    private static Response reload() {
        return post(MODELS + "/reload");
    }

    private static JsonObject model(Response models, String name) {
        return okList(models).stream()
                .map(JsonObject.class::cast)
                .filter(model -> model.getString("name").equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among " + names(models)));
    }

    private static Set<String> names(Response models) {
        return okList(models).stream()
                .map(model -> ((JsonObject) model).getString("name"))
                .collect(Collectors.toSet());
    }
}

package ai.ultrathink.understudy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The experiments of the demonstration, each of bull_specialist against another model. */
final class DemoExperiments {

    static final String CONTROL = "bull_specialist";
    static final String TREATMENT = "bull_specialist_v2";

    private static final String PATH = "/api/v1/ab-test/";
    private static final int CONFLICT = 409;
    private static final int MOST_RUNS = 1000;

    private final Api api;

    DemoExperiments(Api api) {
        this.api = api;
    }

    /** An earlier run may have left an experiment enabled, and a control model has one at a time. */
    void disableLeftOvers() throws IOException {
        for (JsonNode test : api.get(PATH + "list?enabled=true")) {
            if (CONTROL.equals(test.path("control_model").asText())) {
                disable(test.path("test_id").asText());
            }
        }
    }

    /**
     * Creates an experiment and returns its id. An id is used once, so another run of the demonstration adds a number.
     *
     * @param mode shadow or traffic_split
     */
    String create(String id, String mode, double split) throws IOException {
        return create(id, TREATMENT, Map.of("mode", mode, "traffic_split", split));
    }

    /** @param settings other fields of the request that creates it */
    String create(String id, String treatment, Map<String, ?> settings) throws IOException {
        Map<String, Object> test = new LinkedHashMap<>();
        test.put("control_model", CONTROL);
        test.put("treatment_model", treatment);
        test.put("description", "made by the demonstration");
        test.putAll(settings);
        for (int run = 1; run <= MOST_RUNS; run++) {
            String candidate = run == 1 ? id : id + "-" + run;
            test.put("test_id", candidate);
            Api.Response created = api.post(PATH + "create", test);
            if (created.status() != CONFLICT) {
                created.ok();
                return candidate;
            }
        }
        throw new DemoFailedException(
                "There have been " + MOST_RUNS + " demonstrations; remove " + DemoService.DATA + " to start again.");
    }

    void disable(String id) throws IOException {
        api.post(PATH + id + "/disable", Map.of()).ok();
    }

    /** Asks for a promotion without an override. */
    Api.Response promote(String id) throws IOException {
        return api.post(PATH + id + "/promote", Map.of());
    }

    /** Waits until every result is in the database. */
    void flush(String id) throws IOException {
        api.post(PATH + id + "/flush", Map.of()).ok();
    }

    /** The audit trail, oldest first. */
    List<JsonNode> events(String id) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        api.get(PATH + id + "/events").forEach(events::addFirst);
        return events;
    }

    /** Whether the decision of an event follows from its decision record. */
    JsonNode replay(String id, long event) throws IOException {
        return api.get(PATH + id + "/events/" + event + "/replay");
    }

    /** The report, as a document. */
    String document(String id) throws IOException {
        return api.document(PATH + id + "/report");
    }

    JsonNode report(String id) throws IOException {
        return api.get(PATH + id + "/report");
    }

    JsonNode stats(String id) throws IOException {
        return api.get(PATH + id + "/stats");
    }

    JsonNode actions(String id) throws IOException {
        return api.get(PATH + id + "/actions");
    }

    /** The newest requests on which the models disagree. */
    JsonNode disagreements(String id, int most) throws IOException {
        return api.get(PATH + id + "/disagreements?limit=" + most).path("disagreements");
    }

    JsonNode verifySplit(String id) throws IOException {
        return api.get(PATH + id + "/verify-split");
    }
}

package demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The two tests of the demonstration, both of bull_specialist against its second version. */
final class Tests {

    static final String CONTROL = "bull_specialist";
    static final String TREATMENT = "bull_specialist_v2";

    private static final String PATH = "/api/v1/ab-test/";
    private static final int CONFLICT = 409;
    private static final int MOST_RUNS = 1000;

    private final Api api;

    Tests(Api api) {
        this.api = api;
    }

    /** A demonstration that ran before may have left its test enabled, and a control model has one at a time. */
    void disableLeftOvers() throws IOException, InterruptedException {
        for (JsonNode test : api.get(PATH + "list?enabled=true")) {
            if (CONTROL.equals(test.path("control_model").asText())) {
                disable(test.path("test_id").asText());
            }
        }
    }

    /**
     * Creates a test and says under which id. Ids are not used twice, so a demonstration that runs again counts on.
     *
     * @param mode shadow or traffic_split
     */
    String create(String id, String mode, double split) throws IOException, InterruptedException {
        Map<String, Object> test = new LinkedHashMap<>();
        test.put("control_model", CONTROL);
        test.put("treatment_model", TREATMENT);
        test.put("mode", mode);
        test.put("traffic_split", split);
        test.put("description", "made by the demonstration");
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
                "There have been " + MOST_RUNS + " demonstrations; remove " + Service.DATA + " to begin anew.");
    }

    void disable(String id) throws IOException, InterruptedException {
        api.post(PATH + id + "/disable", Map.of()).ok();
    }

    /** Waits until every result is in the database. */
    void flush(String id) throws IOException, InterruptedException {
        api.post(PATH + id + "/flush", Map.of()).ok();
    }

    JsonNode stats(String id) throws IOException, InterruptedException {
        return api.get(PATH + id + "/stats");
    }

    JsonNode actions(String id) throws IOException, InterruptedException {
        return api.get(PATH + id + "/actions");
    }

    JsonNode newestDisagreements(String id, int limit) throws IOException, InterruptedException {
        return api.get(PATH + id + "/disagreements?limit=" + limit).path("disagreements");
    }

    JsonNode verifySplit(String id) throws IOException, InterruptedException {
        return api.get(PATH + id + "/verify-split");
    }
}

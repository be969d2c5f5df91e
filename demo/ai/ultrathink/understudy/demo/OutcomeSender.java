package ai.ultrathink.understudy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Reports realised outcomes, as many a call as it takes. */
final class OutcomeSender {

    private static final int A_CALL = 1000;

    private final Api api;

    OutcomeSender(Api api) {
        this.api = api;
    }

    /** Sends outcomes, all of which must be taken. */
    void send(List<Map<String, Object>> outcomes) throws IOException {
        for (int from = 0; from < outcomes.size(); from += A_CALL) {
            List<Map<String, Object>> batch = outcomes.subList(from, Math.min(from + A_CALL, outcomes.size()));
            JsonNode rejected =
                    api.post("/api/v1/outcomes", Map.of("outcomes", batch)).ok().path("rejected");
            if (!rejected.isEmpty()) {
                throw new DemoFailedException("An outcome was not taken: "
                        + rejected.get(0).path("detail").asText());
            }
        }
    }
}

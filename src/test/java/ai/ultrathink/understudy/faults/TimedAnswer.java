package ai.ultrathink.understudy.faults;

import io.vertx.core.json.JsonObject;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one request came to.
 *
 * @param requestId as it was sent
 * @param number of the question and of the unit
 * @param sentNanos when it was due to be sent, as System.nanoTime() counts
 * @param nanos from then to the end of the answer, so a load that falls behind counts against the service
 * @param status of the answer; 0 when there was none
 * @param retryAfter the answer's header, or null
 * @param body of the answer, or what happened to the connection
 */
record TimedAnswer(
        String requestId,
        int number,
        long sentNanos,
        long nanos,
        int status,
        @Nullable String retryAfter,
        String body) {

    // the numbers as they were written, not as they would be read
    private static final Pattern IDS = Pattern.compile(",\"(?:request|trace)_id\":\"[^\"]*\"");
    private static final Pattern ANSWER = Pattern.compile("\"action\":.*?\"action_probabilities\":\\{[^}]*}");

    boolean ok() {
        return status == 200;
    }

    long answeredNanos() {
        return sentNanos + nanos;
    }

    /** Action, confidence and probabilities, bit for bit; or why there is none, without the ids of the request. */
    String text() {
        Matcher answer = ANSWER.matcher(body);
        return answer.find()
                ? answer.group()
                : "no answer in " + IDS.matcher(body).replaceAll("");
    }

    /** "control", also where no test applied, or "treatment"; empty when nobody answered. */
    String servedBy() {
        return ok() ? placed("served_by", "control") : "";
    }

    /** "control", "treatment" or "shadow"; empty where no test applied. */
    String group() {
        return placed("assigned_group", "");
    }

    /** Why control answered for treatment; empty when it did not. */
    String fallback() {
        return placed("fallback", "");
    }

    private String placed(String field, String otherwise) {
        if (!ok()) {
            return otherwise;
        }
        JsonObject test = new JsonObject(body).getJsonObject("metadata").getJsonObject("ab_test");
        String value = test == null ? null : test.getString(field);
        return value == null ? otherwise : value;
    }
}

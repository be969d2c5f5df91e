package ai.ultrathink.understudy.faults;

import org.jspecify.annotations.Nullable;

/**
 * What a load asks for.
 *
 * @param control the model whose answer is control's
 * @param testId the test that requests name, or null for a plain prediction
 */
record Ask(String control, @Nullable String testId) {

    static Ask plain(String model) {
        return new Ask(model, null);
    }

    static Ask under(String testId, String control) {
        return new Ask(control, testId);
    }

    /**
     * The body of a request.
     *
     * @param requestId unique in its test
     * @param number decides the question and the unit
     */
    String body(String requestId, int number) {
        String addressee = testId == null ? "\"model\":\"" + control + "\"" : "\"test_id\":\"" + testId + "\"";
        return "{\"symbol\":\"SPX\",\"request_id\":\"" + requestId + "\",\"unit_id\":\"unit-" + number + "\","
                + addressee + ",\"features\":" + FixedQuestions.features(number) + "}";
    }
}

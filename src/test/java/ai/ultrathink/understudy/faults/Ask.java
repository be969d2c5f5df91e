package ai.ultrathink.understudy.faults;

import org.jspecify.annotations.Nullable;

/**
 * What a load asks for.
 *
 * @param control the model whose answer is control's
 * @param testId the test that requests name, or null for a plain prediction
 * @param which of the questions it asks
 */
record Ask(String control, @Nullable String testId, Which which) {

    /** Some models misbehave at some of the questions. */
    enum Which {
        ALL,
        SOUND,
        PROVOKING
    }

    static Ask plain(String model) {
        return new Ask(model, null, Which.ALL);
    }

    static Ask under(String testId, String control) {
        return new Ask(control, testId, Which.ALL);
    }

    /** The same, at those questions only that no model misbehaves at, or at the others only. */
    Ask only(Which questions) {
        return new Ask(control, testId, questions);
    }

    /** The number of the question of a request. */
    int question(int number) {
        return switch (which) {
            case ALL -> number;
            case SOUND -> FixedQuestions.provokes(number) ? number + 1 : number;
            case PROVOKING -> FixedQuestions.provoking(number);
        };
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

package ai.ultrathink.understudy.command;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the service answered.
 *
 * @param text as it was sent
 * @param json what that means; missing if it is no JSON
 */
record ServiceAnswer(int status, String text, JsonNode json) {

    private static final int ACCEPTED = 202;

    /** Whether it waits for another person, or for replicas. */
    boolean accepted() {
        return status == ACCEPTED;
    }
}

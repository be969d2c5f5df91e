package ai.ultrathink.understudy.storage.framework;

import java.util.Locale;

/** Why a row of the framework is not taken over. */
public enum RowRefusal {
    TOO_OLD("a time from before the retention", true),
    IN_THE_FUTURE("a time more than an hour ahead", false),
    UNKNOWN_GROUP("a group other than control, treatment and shadow", false),
    BAD_REQUEST_ID("a request_id of other than 1 to 100 characters", false),
    BAD_SYMBOL("a symbol of more than 20 characters", false),
    NO_MODEL("no name of a model that answered", false),
    BAD_ACTION("an action of other than 1 to 32 characters", false),
    INCOMPLETE_ANSWER("an action, a confidence or a latency without the other two", false),
    NO_ANSWER("no answer of the model that was to answer", false),
    BAD_CONFIDENCE("a confidence that is no number from 0 to 1", false),
    BAD_LATENCY("a latency that is no number, or below 0", false);

    private final String wireName = name().toLowerCase(Locale.ROOT);
    private final String sentence;
    private final boolean expected;

    RowRefusal(String sentence, boolean expected) {
        this.sentence = sentence;
        this.expected = expected;
    }

    /** The name in JSON. */
    public String wireName() {
        return wireName;
    }

    /** What such a row has, for people. */
    public String sentence() {
        return sentence;
    }

    /** Whether nothing is wrong with such a row. */
    public boolean expected() {
        return expected;
    }
}

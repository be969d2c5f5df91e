package ai.ultrathink.understudy.outcome;

import java.util.Locale;

/** What became of a split's request that was drawn to be answered by both models. Other requests of a split have none. */
public enum Pairing {
    /** The other model was asked as well. */
    PAIRED,
    /** It was not, or did not get a turn, for want of capacity. */
    SHED,
    /** It was not, because the treatment may not be used now. */
    WITHHELD;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in the database and in metric labels. */
    public String wireName() {
        return wireName;
    }
}

package ai.ultrathink.understudy.outcome;

import java.util.Locale;

/** Result of asking the second model for a pair in a split. Other requests of a split have none. */
public enum Pairing {
    /** The other model was asked as well. */
    PAIRED,
    /** The other model was not asked, or was rejected, for lack of capacity. */
    SHED,
    /** The other model was not asked, because the treatment may not be used now. */
    WITHHELD;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in the database and in metric labels. */
    public String wireName() {
        return wireName;
    }
}

package ai.ultrathink.understudy.storage;

import org.jspecify.annotations.Nullable;

/**
 * What the audit trail says of a change.
 *
 * @param actor who
 * @param action what, as a past participle
 * @param reason why, in words
 * @param evidence JSON of all that an automatic decision rested on
 */
public record Deed(
        String actor,
        String action,
        @Nullable String reason,
        @Nullable String evidence) {

    /** A person's, who need not give reasons. */
    public static Deed of(String actor, String action) {
        return new Deed(actor, action, null, null);
    }

    /** One with its reason. */
    public static Deed of(String actor, String action, String reason) {
        return new Deed(actor, action, reason, null);
    }
}

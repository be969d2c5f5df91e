package ai.ultrathink.understudy.notice;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A destination that notices are posted to.
 *
 * @param name as in the settings
 * @param secret null where nothing is signed
 * @param authorities a file with those that are trusted for {@code https}, in place of the JVM's; or null
 * @param actions what it gets notices of; empty means all
 */
record Webhook(
        String name,
        WebhookUrl url,
        NoticeFormat format,
        @Nullable SecretFile<SigningKeys> secret,
        @Nullable Path authorities,
        Set<String> actions) {

    Webhook {
        actions = Set.copyOf(actions);
    }

    boolean wants(String action) {
        return actions.isEmpty() || actions.contains(action);
    }

    /** For the log: nothing that is secret. */
    @Override
    public String toString() {
        return name + " (" + format.wireName() + ", " + url + ")";
    }
}

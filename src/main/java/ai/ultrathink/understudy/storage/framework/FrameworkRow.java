package ai.ultrathink.understudy.storage.framework;

import ai.ultrathink.understudy.experiment.IdentifierRules;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A result as the framework has stored it. */
record FrameworkRow(
        Instant time,
        String testId,
        String requestId,
        String group,
        @Nullable String symbol,
        FrameworkAnswer control,
        FrameworkAnswer treatment) {

    /** What stands for a symbol that was not given, as in the Open Inference Protocol. */
    private static final String NO_SYMBOL = "-";

    private static final Set<String> GROUPS = Set.of("control", "treatment", "shadow");

    /** What the framework had: everything by which two rows differ. */
    String content() {
        return String.join(
                "\0",
                time.toString(),
                testId,
                requestId,
                group,
                String.valueOf(symbol),
                control.content(),
                treatment.content());
    }

    /**
     * Its id here, the same each time that it is taken over: the framework's table has no key.
     *
     * @param place its place among rows of the same content
     */
    UUID id(int place) {
        return UUID.nameUUIDFromBytes(
                ("understudy import\0" + content() + "\0" + place).getBytes(StandardCharsets.UTF_8));
    }

    /** Why it cannot be a row here, apart from its time, if so. */
    Optional<RowRefusal> refusal() {
        if (!GROUPS.contains(group)) {
            return Optional.of(RowRefusal.UNKNOWN_GROUP);
        }
        if (requestId.isEmpty() || length(requestId) > IdentifierRules.MAX_ID) {
            return Optional.of(RowRefusal.BAD_REQUEST_ID);
        }
        if (length(shownSymbol()) > IdentifierRules.MAX_SYMBOL) {
            return Optional.of(RowRefusal.BAD_SYMBOL);
        }
        return control.refusal(!group.equals("treatment")).or(() -> treatment.refusal(!group.equals("control")));
    }

    String shownSymbol() {
        return symbol == null || symbol.isBlank() ? NO_SYMBOL : symbol.toUpperCase(Locale.ROOT);
    }

    /** The model whose answer the caller got: in a shadow control's. */
    String servedBy() {
        return group.equals("treatment") ? "treatment" : "control";
    }

    boolean bothAnswered() {
        return control.action() != null && treatment.action() != null;
    }

    /** Whether a request of a split was answered by both models, which the framework does not do. */
    boolean paired() {
        return bothAnswered() && !group.equals("shadow");
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}

package ai.ultrathink.understudy.experiment;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules for the strings of a request. Lengths count Unicode characters, as PostgreSQL does. */
public final class IdentifierRules {

    /** The longest experiment id, request id and unit id. */
    public static final int MAX_ID = 100;

    /** The longest model name. */
    public static final int MAX_MODEL = 255;

    /** The longest reason in characters. */
    public static final int MAX_REASON = 500;

    /** The longest symbol. */
    public static final int MAX_SYMBOL = 20;

    /** The longest description in bytes of UTF-8. */
    public static final int MAX_DESCRIPTION_BYTES = 4096;

    private static final String ELLIPSIS = "…";
    private static final int LONGEST_CHARACTER = 4;

    /** Ids that no path could name: parts of paths, and the calls beside that of a test. */
    private static final Set<String> TAKEN = Set.of(".", "..", "create", "list");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

    private IdentifierRules() {}

    /** An experiment id: 1–100 of A-Z a-z 0-9 . _ - */
    public static String testId(@Nullable String value) {
        return name("test_id", value, MAX_ID);
    }

    /** The id of a new experiment, which a URL must be able to name: ".", ".." and the names of calls are excluded. */
    public static String newTestId(@Nullable String value) {
        String testId = testId(value);
        if (TAKEN.contains(testId)) {
            throw new InvalidValueException(
                    "test_id", testId, "1 to " + MAX_ID + " of A-Z a-z 0-9 . _ -, not . or .. or create or list");
        }
        return testId;
    }

    /** A model name: 1–255 of A-Z a-z 0-9 . _ - */
    public static String model(String field, @Nullable String value) {
        return name(field, value, MAX_MODEL);
    }

    /** A request id or unit id: 1–100 characters, none of them a control character. */
    public static String id(String field, @Nullable String value) {
        return text(field, value, 1, MAX_ID);
    }

    /** A symbol, upper-cased: 1–20 characters, none of them a control character. */
    public static String symbol(@Nullable String value) {
        return text("symbol", text("symbol", value, 1, MAX_SYMBOL).toUpperCase(Locale.ROOT), 1, MAX_SYMBOL);
    }

    /** A description: up to 4,096 bytes in UTF-8; line breaks and tabs are allowed. */
    public static String description(@Nullable String value) {
        String text = value == null ? "" : value;
        text("description", text.replaceAll("[\\n\\r\\t]", " "), 0, MAX_DESCRIPTION_BYTES);
        int bytes = bytes(text);
        if (bytes > MAX_DESCRIPTION_BYTES) {
            throw new InvalidValueException(
                    "description", bytes + " bytes", "up to " + MAX_DESCRIPTION_BYTES + " bytes of UTF-8");
        }
        return text;
    }

    /** A person's reason: 1–500 characters, none of them a control character, and not blank. */
    public static String reason(String field, @Nullable String value) {
        String text = text(field, value, 1, MAX_REASON);
        if (text.isBlank()) {
            throw new InvalidValueException(field, value, "1 to " + MAX_REASON + " characters that say why");
        }
        return text;
    }

    /**
     * A description within the limit. One that was stored before there was a limit is cut and ends with an ellipsis.
     */
    public static String shortened(String description) {
        if (description.length() <= MAX_DESCRIPTION_BYTES / LONGEST_CHARACTER
                || bytes(description) <= MAX_DESCRIPTION_BYTES) {
            return description;
        }
        int end = 0;
        int left = MAX_DESCRIPTION_BYTES - bytes(ELLIPSIS);
        while (end < description.length()) {
            int next = description.offsetByCodePoints(end, 1);
            left -= bytes(description.substring(end, next));
            if (left < 0) {
                break;
            }
            end = next;
        }
        return description.substring(0, end) + ELLIPSIS;
    }

    /** Whether a description may have been shortened. */
    public static boolean maybeShortened(String description) {
        return description.endsWith(ELLIPSIS) && bytes(description) > MAX_DESCRIPTION_BYTES - LONGEST_CHARACTER;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String name(String field, @Nullable String value, int max) {
        if (value == null || value.length() > max || !NAME.matcher(value).matches()) {
            throw new InvalidValueException(field, value, "1 to " + max + " of A-Z a-z 0-9 . _ -");
        }
        return value;
    }

    private static String text(String field, @Nullable String value, int min, int max) {
        if (value == null || !fits(value, min, max)) {
            throw new InvalidValueException(
                    field, value, min + " to " + max + " characters, none of them a control character");
        }
        return value;
    }

    private static boolean fits(String value, int min, int max) {
        if (value.length() < min || value.length() > 2 * max || value.codePointCount(0, value.length()) > max) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isISOControl(c)) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                // an unpaired surrogate cannot be encoded as UTF-8, so it could be neither hashed nor stored
                if (!Character.isHighSurrogate(c)
                        || i + 1 == value.length()
                        || !Character.isLowSurrogate(value.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}

package ai.ultrathink.understudy.experiment;

import org.jspecify.annotations.Nullable;

/** An invalid value from a caller. The message names the field, the value received and the allowed values. */
public final class InvalidValueException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 120;
    private static final int MOST_SHOWN = 240;

    private final String field;

    public InvalidValueException(String field, @Nullable Object got, String allowed) {
        super(field + ": got " + shown(got) + "; allowed: " + allowed);
        this.field = field;
    }

    /** The invalid field, as the caller wrote it. */
    public String field() {
        return field;
    }

    private static String shown(@Nullable Object got) {
        if (!(got instanceof CharSequence text)) {
            String shown = got == null ? "nothing" : got.toString();
            return shown.length() <= MOST_SHOWN ? shown : shown.substring(0, MOST_SHOWN) + "…";
        }
        int end = Math.min(text.length(), SHOWN);
        StringBuilder shown = new StringBuilder("\"");
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            // a sender must not control the terminal of a person who reads this
            if (Character.isISOControl(c) || Character.isSurrogate(c)) {
                shown.append(String.format("\\u%04x", (int) c));
            } else {
                shown.append(c);
            }
        }
        return shown.append(end < text.length() ? "…\" (" + text.length() + " characters)" : "\"")
                .toString();
    }
}

package ai.ultrathink.understudy.experiment;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The symbols that an experiment is for. To requests with another symbol it does not apply.
 *
 * @param patterns symbols, or beginnings of symbols with {@code *} at the end, in upper case; empty means all
 */
public record Symbols(List<String> patterns) {

    /** All symbols. */
    public static final Symbols ALL = new Symbols(List.of());

    private static final int MOST = 100;
    private static final int LONGEST = 20;
    private static final String FORM =
            "1 to 20 characters of a symbol, or its beginning and then *, such as \"SPX\" or \"BTC-*\"";

    public Symbols {
        patterns = List.copyOf(patterns);
    }

    /**
     * Reads what a caller gives; null and an empty list mean all.
     *
     * @throws InvalidValueException which names the pattern
     */
    public static Symbols of(@Nullable List<@Nullable String> given) {
        if (given == null || given.isEmpty()) {
            return ALL;
        }
        if (given.size() > MOST) {
            throw new InvalidValueException("symbols", given.size() + " patterns", "1 to " + MOST);
        }
        return new Symbols(given.stream().map(Symbols::pattern).distinct().toList());
    }

    private static String pattern(@Nullable String given) {
        String pattern = given == null ? "" : given.toUpperCase(Locale.ROOT);
        int star = pattern.indexOf('*');
        boolean form = !pattern.isBlank()
                && pattern.codePointCount(0, pattern.length()) <= LONGEST
                && (star < 0 || (star > 0 && star == pattern.length() - 1))
                && pattern.chars().noneMatch(Character::isISOControl)
                && pattern.chars().noneMatch(c -> Character.isSurrogate((char) c));
        if (!form) {
            throw new InvalidValueException("symbols", given, FORM + "; without symbols a test is for all");
        }
        return pattern;
    }

    /** Whether the experiment is for all symbols. */
    public boolean all() {
        return patterns.isEmpty();
    }

    /**
     * Whether the experiment is for a symbol.
     *
     * @param symbol in upper case
     */
    public boolean include(String symbol) {
        if (patterns.isEmpty()) {
            return true;
        }
        for (String pattern : patterns) {
            int last = pattern.length() - 1;
            if (pattern.charAt(last) == '*' ? symbol.regionMatches(0, pattern, 0, last) : symbol.equals(pattern)) {
                return true;
            }
        }
        return false;
    }
}

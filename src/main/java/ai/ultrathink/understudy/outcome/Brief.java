package ai.ultrathink.understudy.outcome;

/**
 * The words of a failure as a row keeps them: on one line, bounded, and such as every database takes. Of many lines the first and
 * the last are kept, for that is where a stack of calls says what happened.
 */
final class Brief {

    /** Characters at the most. */
    static final int LONGEST = 200;

    private static final String GAP = " … ";

    private Brief() {}

    static String of(String words) {
        String line = oneLine(words);
        if (line.length() <= LONGEST) {
            return line;
        }
        String[] lines = words.strip().split("\\R", -1);
        String last = oneLine(lines[lines.length - 1]);
        if (lines.length == 1 || last.isEmpty()) {
            return cut(line, LONGEST);
        }
        String end = cut(last, LONGEST * 2 / 3);
        return cut(oneLine(lines[0]), LONGEST - GAP.length() - end.length()) + GAP + end;
    }

    /** What is no text, such as half of a character or a zero byte, becomes a space. */
    private static String oneLine(String words) {
        StringBuilder line = new StringBuilder(words.length());
        boolean gap = false;
        for (int i = 0; i < words.length(); ) {
            int character = words.codePointAt(i);
            i += Character.charCount(character);
            boolean text = !Character.isWhitespace(character)
                    && !Character.isISOControl(character)
                    && Character.getType(character) != Character.SURROGATE;
            if (text && gap && !line.isEmpty()) {
                line.append(' ');
            }
            if (text) {
                line.appendCodePoint(character);
            }
            gap = !text;
        }
        return line.toString();
    }

    /** Never in the middle of a character. */
    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end).stripTrailing();
    }
}

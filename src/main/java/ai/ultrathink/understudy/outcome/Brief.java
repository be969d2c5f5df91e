package ai.ultrathink.understudy.outcome;

/**
 * Text of a failure as it is stored: on one line, limited in length, and valid in every database. Of many lines the
 * first and the last are kept, because a stack trace names the cause there.
 */
final class Brief {

    /** Maximum length in characters. */
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

    /** Replaces characters that are not text, such as an unpaired surrogate or a zero byte, by a space. */
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

    /** Cuts a text, but never in the middle of a surrogate pair. */
    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end).stripTrailing();
    }
}

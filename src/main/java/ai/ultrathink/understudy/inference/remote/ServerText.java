package ai.ultrathink.understudy.inference.remote;

import java.util.List;

/** Texts of a server as readers get them. A server must not fill the log, nor control the terminal of a person who reads it. */
public final class ServerText {

    private static final int MOST_CHARACTERS = 100;
    private static final int MOST_ELEMENTS = 5;

    private ServerText() {}

    /** Its beginning, without control characters. */
    public static String shown(String text) {
        String plain = text.codePoints()
                .limit(MOST_CHARACTERS)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return plain.length() < text.length() ? plain + "…" : plain;
    }

    /** The first elements, each as {@link #shown(String)} has it, and how many more there are. */
    public static String shown(List<String> texts) {
        String first = String.join(
                ", ", texts.stream().limit(MOST_ELEMENTS).map(ServerText::shown).toList());
        return "[" + first + (texts.size() > MOST_ELEMENTS ? " and " + (texts.size() - MOST_ELEMENTS) + " more" : "")
                + "]";
    }

    /** Tensors, as {@link TensorMetadata#describe} has each. */
    public static String tensors(List<TensorMetadata> tensors) {
        return shown(tensors.stream().map(TensorMetadata::describe).toList());
    }
}

package ai.ultrathink.understudy.analysis.report;

/** The parts of a Markdown document. */
final class Markdown {

    private Markdown() {}

    static void section(StringBuilder document, String title, String content) {
        document.append("\n## ").append(title).append("\n\n").append(content);
    }

    static String bullets(Iterable<String> lines) {
        StringBuilder list = new StringBuilder();
        lines.forEach(line -> list.append("- ").append(text(line)).append('\n'));
        return list.toString();
    }

    static String words(String wireName) {
        return wireName.replace('_', ' ');
    }

    static String code(String name) {
        return "`" + name + "`";
    }

    /** Untrusted text on one line, with Markdown escaped, and without characters that turn the direction of what follows. */
    static String text(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u202A-\\u202E\\u2066-\\u2069]+", " ")
                .replaceAll("([\\\\`*_\\[\\]<>|#~])", "\\\\$1");
    }
}

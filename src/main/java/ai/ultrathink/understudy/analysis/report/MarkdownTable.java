package ai.ultrathink.understudy.analysis.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A Markdown table that is readable as plain text: text columns first and left-aligned, number columns right-aligned.
 */
final class MarkdownTable {

    /** Minimum width of a column, which the line under the header needs. */
    private static final int NARROWEST = 3;

    private final int words;
    private final List<String[]> rows = new ArrayList<>();

    /** @param words the number of text columns, which come first */
    MarkdownTable(int words, String... header) {
        this.words = words;
        rows.add(header);
    }

    MarkdownTable row(String... cells) {
        if (cells.length != rows.getFirst().length) {
            throw new IllegalArgumentException("cells: got " + Arrays.toString(cells));
        }
        rows.add(cells);
        return this;
    }

    String render() {
        int[] widths =
                IntStream.range(0, rows.getFirst().length).map(this::width).toArray();
        List<String> lines = new ArrayList<>();
        for (String[] row : rows) {
            lines.add(line(i -> padded(row[i], widths[i], i)));
        }
        lines.add(1, line(i -> i < words ? "-".repeat(widths[i]) : "-".repeat(widths[i] - 1) + ":"));
        return String.join("\n", lines) + "\n";
    }

    private String line(IntFunction<String> cell) {
        return IntStream.range(0, rows.getFirst().length).mapToObj(cell).collect(Collectors.joining(" | ", "| ", " |"));
    }

    private int width(int column) {
        return Math.max(
                NARROWEST,
                rows.stream().mapToInt(row -> length(row[column])).max().orElse(0));
    }

    private String padded(String cell, int width, int column) {
        String padding = " ".repeat(width - length(cell));
        return column < words ? cell + padding : padding + cell;
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}

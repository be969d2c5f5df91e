package ai.ultrathink.understudy.command;

import java.util.ArrayList;
import java.util.List;

/** Rows under their titles, in columns that are as wide as their widest cell. */
public final class TextTable {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    public TextTable(String... titles) {
        rows.add(List.of(titles));
    }

    public TextTable row(String... cells) {
        rows.add(List.of(cells).stream().map(TextTable::printable).toList());
        return this;
    }

    /** What comes from others may have control characters, which a terminal would obey. */
    public static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}|[\\u202a-\\u202e\\u2066-\\u2069]", " ");
    }

    /** The lines, without blanks at their ends. */
    public List<String> lines() {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(
                        widths[i], row.get(i).codePointCount(0, row.get(i).length()));
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            line.append(cell)
                    .append(" ".repeat(widths[i] - cell.codePointCount(0, cell.length())))
                    .append(GAP);
        }
        return line.toString().stripTrailing();
    }
}

package ai.ultrathink.understudy.demo;

import java.util.ArrayList;
import java.util.List;

/** Lines of cells, printed with their columns aligned: the first to the left, the others to the right. */
final class Table {

    private static final String INDENT = "   ";
    private static final String GAP = "   ";

    private final List<String[]> rows = new ArrayList<>();

    Table row(Object... cells) {
        String[] texts = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            texts[i] = String.valueOf(cells[i]);
        }
        rows.add(texts);
        return this;
    }

    void print() {
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder(INDENT);
            for (int column = 0; column < row.length; column++) {
                String padding = " ".repeat(width(column) - row[column].length());
                line.append(column == 0 ? "" : GAP).append(column == 0 ? row[column] + padding : padding + row[column]);
            }
            System.out.println(line.toString().stripTrailing());
        }
    }

    private int width(int column) {
        return rows.stream()
                .filter(row -> row.length > column)
                .mapToInt(row -> row[column].length())
                .max()
                .orElse(0);
    }
}

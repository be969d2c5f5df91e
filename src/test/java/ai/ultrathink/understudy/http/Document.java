package ai.ultrathink.understudy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A report in Markdown, read as a person reads it: title, table, row, cell. */
record Document(String text) {

    static Document of(String text) {
        return new Document(text);
    }

    /** Whether a sentence stands there, whatever had to be escaped in it. */
    boolean has(String sentence) {
        return text.replace("\\", "").contains(sentence.replace("\\", ""));
    }

    /** The rows of the first table under a title. */
    Rows table(String title) {
        List<String> lines = text.lines()
                .dropWhile(line -> !line.equals("## " + title))
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        assertTrue(lines.size() > 2, () -> "no table " + title + " in " + text);
        return new Rows(cells(lines.getFirst()), lines.stream().skip(2).iterator());
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1).split("(?<!\\\\)\\|"))
                .map(String::strip)
                .toList();
    }

    /** Rows, one after the other. */
    record Rows(List<String> header, Iterator<String> lines) {

        Row next() {
            return new Row(header, cells(lines.next()));
        }

        /** The next row, which has this name. */
        Row next(String name) {
            Row row = next();
            assertEquals(name, row.cells.getFirst().replace("\\", ""));
            return row;
        }
    }

    /** Cells by the names of their columns. */
    record Row(List<String> header, List<String> cells) {

        Row says(String column, String words) {
            assertEquals(words, cell(column), this::toString);
            return this;
        }

        /** Four digits of this number, or a dash where there is none. */
        Row shows(String column, @Nullable Double number) {
            assertNumber(number, cell(column));
            return this;
        }

        /** Both ends of an interval. */
        Row shows(String column, @Nullable Double lower, @Nullable Double upper) {
            if (lower == null && upper == null) {
                return shows(column, null);
            }
            String[] ends = cell(column).split(" to ", -1);
            assertEquals(2, ends.length, this::toString);
            assertNumber(lower, ends[0]);
            assertNumber(upper, ends[1]);
            return this;
        }

        private void assertNumber(@Nullable Double number, String shown) {
            if (number == null) {
                assertEquals("–", shown, this::toString);
                return;
            }
            boolean count = number == Math.rint(number) && Math.abs(number) >= 1;
            BigDecimal expected = count
                    ? BigDecimal.valueOf(number)
                    : BigDecimal.valueOf(number).round(new MathContext(4));
            assertEquals(
                    0,
                    expected.compareTo(new BigDecimal(shown.replace(",", "").replace('−', '-'))),
                    () -> number + " in " + this);
        }

        private String cell(String column) {
            int index = header.indexOf(column);
            assertTrue(index >= 0, () -> "no column " + column + " in " + header);
            return cells.get(index);
        }
    }
}

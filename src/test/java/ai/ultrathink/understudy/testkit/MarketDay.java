package ai.ultrathink.understudy.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One day of the market history that comes with the models.
 *
 * @param date such as 2016-01-04
 * @param features as many numbers as the models take, as a JSON array
 */
public record MarketDay(String date, String features) {

    private static final Path HISTORY = Path.of("models", "replay", "sp500.csv");

    /** All days, the oldest first. */
    public static List<MarketDay> readAll() throws IOException {
        // a line of names, then a line a day: its date, its features
        return Files.readAllLines(HISTORY).stream()
                .skip(1)
                .map(line -> line.split(",", 2))
                .map(cells -> new MarketDay(cells[0], "[" + cells[1] + "]"))
                .toList();
    }
}

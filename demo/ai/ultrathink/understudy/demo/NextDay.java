package ai.ultrathink.understudy.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * What the market made of a day of the replay: a file that models/train.py writes beside it.
 *
 * @param date the day, at whose close the models decide
 * @param next the next trading day
 * @param value the return from the close of the one to the close of the other, as a fraction; not known before the latter
 */
record NextDay(LocalDate date, LocalDate next, double value) {

    private static final Path RETURNS = Path.of("models", "replay", "next_day.csv");

    /** The exchange closes at 16:00 in New York: 20:00 UTC in summer, 21:00 in winter. */
    private static final LocalTime CLOSED = LocalTime.of(21, 0);

    /** All days but the last of the series, the oldest first. */
    static List<NextDay> readAll() throws IOException {
        return Files.readAllLines(RETURNS).stream()
                .skip(1)
                .map(line -> line.split(",", 3))
                .map(cells ->
                        new NextDay(LocalDate.parse(cells[0]), LocalDate.parse(cells[1]), Double.parseDouble(cells[2])))
                .toList();
    }

    /** When a day's close is known. */
    static Instant close(LocalDate date) {
        return date.atTime(CLOSED).toInstant(ZoneOffset.UTC);
    }
}

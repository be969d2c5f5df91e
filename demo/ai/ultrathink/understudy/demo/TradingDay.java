package ai.ultrathink.understudy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One day of the history.
 *
 * @param date as in the file, such as 2016-01-04
 * @param features an array of as many numbers as the models take
 */
record TradingDay(String date, JsonNode features) {

    /** Reads a history: a line of names, then a line per day with the date first. */
    static List<TradingDay> read(Path file) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<String> lines = Files.readAllLines(file);
        List<TradingDay> days = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", 2);
            days.add(new TradingDay(cells[0], json.readTree("[" + cells[1] + "]")));
        }
        return days;
    }
}

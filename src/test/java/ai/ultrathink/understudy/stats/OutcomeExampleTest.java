package ai.ultrathink.understudy.stats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The loss that docs/statistics.md recomputes is what the service computes, and what the commands print. */
class OutcomeExampleTest {

    private static final Pattern PROGRAM =
            Pattern.compile("```bash\n(awk 'BEGIN \\{ limit = -5;.*?)```", Pattern.DOTALL);
    private static final Pattern DAYS = Pattern.compile("split\\(\"([-0-9 ]+)\"");

    @Test
    void the_document_prints_what_the_bet_says() throws IOException {
        String document = document();
        List<ClippedBet.Observation> days = Stream.of(found(DAYS, document).split(" "))
                .map(day -> new ClippedBet.Observation(Double.parseDouble(day), 40))
                .toList();
        ClippedBet bet = ClippedBet.AGAINST;
        double most = 0;
        int on = 0;
        for (int day = 1; day <= days.size(); day++) {
            double money =
                    Math.exp(SeriesBets.eValue(bet, Hypothesis.AT_LEAST, -5, SeriesBets.series(days.subList(0, day)))
                            .log());
            if (money > most) {
                most = money;
                on = day;
            }
        }
        double end = Math.exp(SeriesBets.eValue(bet, Hypothesis.AT_LEAST, -5, SeriesBets.series(days))
                .log());
        String printed = String.format(Locale.ROOT, "%.2f to 1 on day %d, %.2f to 1 at the end", most, on, end);

        assertTrue(document.contains("It prints `" + printed + "`"), printed);
        assertTrue(SeriesBets.greatest(bet, Hypothesis.AT_LEAST, -5, SeriesBets.series(days))
                .rejects(0.05));
        assertTrue(document.contains(String.format(
                Locale.ROOT,
                "The mean was −%.1f basis points a day",
                -days.stream()
                        .mapToDouble(ClippedBet.Observation::difference)
                        .average()
                        .orElseThrow())));
    }

    @Test
    void the_commands_print_it() throws IOException, InterruptedException {
        Process awk = new ProcessBuilder("sh", "-c", found(PROGRAM, document()))
                .redirectErrorStream(true)
                .start();
        String printed = new String(awk.getInputStream().readAllBytes(), UTF_8).trim();

        assertEquals(0, awk.waitFor(), printed);
        assertTrue(document().contains("It prints `" + printed + "`"), printed);
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("docs", "statistics.md"));
    }

    private static String found(Pattern pattern, String document) {
        Matcher matcher = pattern.matcher(document);
        assertTrue(matcher.find(), pattern::pattern);
        return matcher.group(1);
    }
}

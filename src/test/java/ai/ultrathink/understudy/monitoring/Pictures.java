package ai.ultrathink.understudy.monitoring;

import ai.ultrathink.understudy.testkit.Directories;
import ai.ultrathink.understudy.testkit.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** Runs the service under traffic for some minutes, raises a split meanwhile, and draws what the dashboards then show. */
final class Pictures {

    private static final Path FOLDER = Path.of("docs", "pictures");
    private static final int PER_SECOND = 200;
    private static final Duration RATE_INTERVAL = Duration.ofSeconds(15);
    private static final Duration STEP = Duration.ofMinutes(2);

    private static final List<String> TESTS =
            List.of(ObservedService.SHADOW, ObservedService.SPLIT, ObservedService.SPOILT);

    private Pictures() {}

    public static void main(String[] arguments) throws Exception {
        if (!Tool.PROMETHEUS.isOnPath()) {
            System.err.println("make pictures needs prometheus on the PATH; " + Tool.PROMETHEUS.origin());
            System.exit(1);
        }
        Path directory = Files.createTempDirectory(Path.of("target"), "pictures-");
        try (ObservedService service = ObservedService.start(directory)) {
            Instant from = Instant.now();
            Prometheus prometheus = service.scrape(directory);
            service.createTests();
            MarketTraffic traffic = service.ask(PER_SECOND, TESTS);
            service.createSpoilt();
            for (double split : List.of(0.2, 0.5)) {
                Thread.sleep(STEP);
                System.out.printf("Raising the split of %s to %s%n", ObservedService.SPLIT, split);
                service.updateSplit(split);
            }
            Thread.sleep(STEP);
            draw(prometheus, from.truncatedTo(ChronoUnit.SECONDS), Instant.now().truncatedTo(ChronoUnit.SECONDS));
            System.out.printf(
                    "%d requests were not answered%n", traffic.failures().size());
        }
        Directories.delete(directory);
    }

    private static void draw(Prometheus prometheus, Instant from, Instant to) throws IOException {
        Map<String, String> pictures = Map.of(
                "rollout-shadow", ObservedService.SHADOW,
                "rollout-split", ObservedService.SPLIT,
                "rollout-rolled-back", ObservedService.SPOILT,
                "service", "");
        Files.createDirectories(FOLDER);
        for (Map.Entry<String, String> picture : pictures.entrySet()) {
            String[] name = picture.getKey().split("-", 2);
            Dashboard dashboard = Dashboard.read(Dashboard.FOLDER.resolve(name[0] + ".json"));
            String subtitle =
                    "%s %s to %s".formatted(picture.getValue(), from, to).strip();
            Path file = FOLDER.resolve(picture.getKey() + ".svg");
            Files.writeString(
                    file, new Picture(prometheus, picture.getValue(), RATE_INTERVAL, from, to).of(dashboard, subtitle));
            System.out.println("Wrote " + file);
        }
    }
}

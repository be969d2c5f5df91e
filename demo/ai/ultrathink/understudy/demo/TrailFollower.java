package ai.ultrathink.understudy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Follows a test's audit trail and prints what happens, with the seconds since the test was made. */
final class TrailFollower {

    private static final long LOOK_EVERY_MILLIS = 200;
    /** What a ramp ends with. Whoever rolls back aborts the ramp too, and it is the rollback that has the reasons. */
    private static final List<String> LAST = List.of("rolled_back", "ramp_aborted", "ramp_finished");

    private final DemoExperiments tests;
    private final String id;
    private int printed;

    TrailFollower(DemoExperiments tests, String id) {
        this.tests = tests;
        this.id = id;
    }

    /**
     * Prints events as they come, until one that ends the ramp or the time is up.
     *
     * @return the last event, or nothing when the time was up before
     */
    Optional<JsonNode> follow(BackgroundTraffic traffic, Duration patience) throws IOException, InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < until) {
            List<JsonNode> events = tests.events(id);
            for (JsonNode event : events.subList(printed, events.size())) {
                printed++;
                print(event, secondsBetween(events.getFirst(), event), traffic.answered());
            }
            for (String action : LAST) {
                Optional<JsonNode> last = events.stream()
                        .filter(event -> action.equals(event.path("action").asText()))
                        .findFirst();
                if (last.isPresent()) {
                    return last;
                }
            }
            traffic.requireSound();
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
        return Optional.empty();
    }

    /** How long it took from the test's creation to an event. */
    double seconds(JsonNode event) throws IOException {
        return secondsBetween(tests.events(id).getFirst(), event);
    }

    private static double secondsBetween(JsonNode first, JsonNode event) {
        return Duration.between(time(first), time(event)).toMillis() / 1e3;
    }

    private static Instant time(JsonNode event) {
        return Instant.parse(event.path("time").asText());
    }

    private static void print(JsonNode event, double seconds, long answered) {
        System.out.printf(
                "   %5.1f s  %-20s %7s  %,9d predictions%n",
                seconds, event.path("action").asText().replace('_', ' '), share(event.path("to")), answered);
    }

    /** What treatment gets of the traffic. */
    private static String share(JsonNode test) {
        if (test.path("mode").asText().equals("shadow")) {
            return "shadow";
        }
        return test.path("enabled").asBoolean()
                ? Math.round(100 * test.path("traffic_split").asDouble()) + "%"
                : "";
    }
}

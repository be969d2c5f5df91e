package ai.ultrathink.understudy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Follows an experiment's audit trail and prints what happens, with the seconds since the experiment was created. */
final class TrailFollower {

    private static final long LOOK_EVERY_MILLIS = 200;
    /** The events that end a ramp. A roll-back aborts the ramp too, and the roll-back has the reasons. */
    private static final List<String> LAST = List.of("rolled_back", "ramp_aborted", "ramp_finished");
    /** Events that come with another one and say nothing more. */
    private static final Set<String> NOT_PRINTED = Set.of("ramp_started", "ramp_aborted");

    private final DemoExperiments experiments;
    private final String id;
    private int printed;

    TrailFollower(DemoExperiments experiments, String id) {
        this.experiments = experiments;
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
            Optional<JsonNode> last = look(String.format("%,9d predictions", traffic.answered()));
            if (last.isPresent()) {
                return last;
            }
            traffic.requireSound();
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
        return Optional.empty();
    }

    /**
     * Prints the events that have come since the last look.
     *
     * @param progress how far the replay is, in words
     * @return the event that ends the ramp or the experiment, if it has come
     */
    Optional<JsonNode> look(String progress) throws IOException {
        List<JsonNode> events = experiments.events(id);
        for (JsonNode event : events.subList(printed, events.size())) {
            printed++;
            if (!NOT_PRINTED.contains(event.path("action").asText())) {
                print(event, secondsBetween(events.getFirst(), event), progress);
            }
        }
        for (String action : LAST) {
            Optional<JsonNode> last = events.stream()
                    .filter(event -> action.equals(event.path("action").asText()))
                    .findFirst();
            if (last.isPresent()) {
                return last;
            }
        }
        return Optional.empty();
    }

    /** How long it took from the experiment's creation to an event. */
    double seconds(JsonNode event) throws IOException {
        return secondsBetween(experiments.events(id).getFirst(), event);
    }

    private static double secondsBetween(JsonNode first, JsonNode event) {
        return Duration.between(time(first), time(event)).toMillis() / 1e3;
    }

    private static Instant time(JsonNode event) {
        return Instant.parse(event.path("time").asText());
    }

    private static void print(JsonNode event, double seconds, String progress) {
        System.out.printf(
                "   %5.1f s  %-20s %7s  %s%n",
                seconds, event.path("action").asText().replace('_', ' '), share(event.path("to")), progress);
    }

    /** The share of the traffic that the treatment gets. */
    private static String share(JsonNode experiment) {
        if (experiment.path("mode").asText().equals("shadow")) {
            return "shadow";
        }
        return experiment.path("enabled").asBoolean()
                ? Math.round(100 * experiment.path("traffic_split").asDouble()) + "%"
                : "";
    }
}

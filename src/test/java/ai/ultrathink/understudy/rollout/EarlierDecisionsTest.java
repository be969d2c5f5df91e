package ai.ultrathink.understudy.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.stats.LogHistogram;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decisions stored by the release that required no agreement in a split and had no model versions. */
class EarlierDecisionsTest {

    @Test
    void a_rollback_of_an_earlier_release_still_follows_from_what_it_rested_on() {
        Replay replay = Replay.of(1, read("shadow_rolled_back"));

        assertEquals(List.of(), replay.differences());
        assertTrue(replay.follows());
    }

    @Test
    void where_the_rules_have_changed_the_replay_says_how() {
        Replay replay = Replay.of(1, read("split_without_pairs_promoted"));

        assertFalse(replay.follows());
        assertEquals(
                List.of(
                        "evaluator: the decision was taken by version 1, and this is version 3, which decides otherwise;"
                                + " docs/statistics.md says by which rules",
                        "verdict: recorded promote, recomputed insufficient_data"),
                replay.differences());
    }

    @Test
    void six_failures_of_three_hundred_no_longer_show_that_the_limit_is_exceeded() {
        Replay replay = Replay.of(1, read("split_rolled_back"));

        assertFalse(replay.follows());
        assertTrue(replay.differences().getFirst().contains("version 1"), replay::toString);
        assertTrue(
                replay.differences().contains("error_rate_delta.state: recorded breached, recomputed undecided"),
                replay::toString);
    }

    /** Native executables wrote enums by their Java names. */
    @ParameterizedTest
    @ValueSource(strings = {"shadow_rolled_back", "split_rolled_back"})
    void one_that_a_native_executable_kept_follows_and_is_shown_in_wire_names(String kept) {
        String named = Pattern.compile("\"(verdict|state|measure|remedy|mode|arm)\"\\s*:\\s*\"\\w+\"")
                .matcher(read(kept))
                .replaceAll(enumerated -> {
                    String[] parts = enumerated.group().split(":", 2);
                    return parts[0] + ":" + parts[1].toUpperCase(Locale.ROOT);
                });
        assertTrue(named.contains("\"ROLL_BACK\""), named);

        Replay replay = Replay.of(1, named);

        assertEquals(Replay.of(1, read(kept)).differences(), replay.differences());
        assertEquals(
                DecisionRecordJson.write(DecisionRecordJson.read(read(kept))),
                DecisionRecordJson.write(DecisionRecordJson.read(named)));
    }

    @Test
    void a_decision_follows_whatever_the_wording_of_its_reasons() {
        Replay replay = Replay.of(1, read("shadow_rolled_back"));

        assertTrue(replay.recorded().contains("would do"), replay.recorded());
        assertTrue(replay.recomputed().contains("evidence ratio"), replay.recomputed());
        assertFalse(replay.recomputed().contains("would do"), replay.recomputed());
        assertTrue(replay.follows());
    }

    @Test
    void the_same_version_of_the_statistics_compares_figures_and_no_wording() {
        String now = Replay.of(1, read("split_rolled_back")).recomputed();
        String written = read("split_rolled_back");
        String present = "{\"statistics_version\":3,"
                + written.substring(written.indexOf("\"case\""), written.indexOf("\"judgement\""))
                + "\"judgement\":" + now.replaceAll("interval|evidence ratio", "in other words") + "}";

        Replay replay = Replay.of(1, present);

        assertEquals(List.of(), replay.differences());
        assertTrue(replay.recorded().contains("in other words"), replay.recorded());
    }

    @Test
    void latencies_counted_in_buckets_of_two_percent_are_read_as_what_they_were() {
        String wide = "\"latencies\":[{\"arm\":\"control\",\"bucket\":150,\"count\":7},"
                + "{\"arm\":\"treatment\",\"bucket\":-346,\"count\":1},{\"arm\":\"treatment\",\"bucket\":1037,\"count\":1}]";
        String stored = read("split_rolled_back").replace("\"latencies\":[]", wide);

        GenerationEvidence evidence =
                DecisionRecordJson.read(stored).input().evidence().getFirst();

        assertEquals(
                List.of(
                        new LatencyCount(Variant.CONTROL, 598, 7),
                        new LatencyCount(Variant.TREATMENT, LogHistogram.FIRST_BUCKET, 1),
                        new LatencyCount(Variant.TREATMENT, LogHistogram.LAST_BUCKET, 1)),
                evidence.latencies());
        // 20 ms, to a percent
        assertEquals(Math.pow(1.01 / 0.99, 149.5), LogHistogram.value(598), 0.003 * LogHistogram.value(598));
        assertTrue(Replay.of(1, stored).recomputed().contains("p95_latency_delta_ms"));
    }

    @Test
    void latencies_of_present_decisions_are_read_as_they_are() {
        String stored = read("split_rolled_back")
                .replace("\"statistics_version\":1,", "\"statistics_version\":3,")
                .replace("\"latencies\":[]", "\"latencies\":[{\"arm\":\"control\",\"bucket\":598,\"count\":7}]");

        assertEquals(
                List.of(new LatencyCount(Variant.CONTROL, 598, 7)),
                DecisionRecordJson.read(stored).input().evidence().getFirst().latencies());
    }

    private static String read(String kept) {
        try (InputStream file = EarlierDecisionsTest.class.getResourceAsStream("/decisions/" + kept + ".json")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

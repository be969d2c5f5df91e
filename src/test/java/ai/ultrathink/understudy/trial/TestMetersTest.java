package ai.ultrathink.understudy.trial;

import static ai.ultrathink.understudy.trial.FakePredictor.BUY;
import static ai.ultrathink.understudy.trial.FakePredictor.HOLD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TestMetersTest {

    private static final Outcome.Failure FAILURE = new Outcome.Failed("it threw");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FakePredictor control = new FakePredictor("bull", 2);

    @Test
    void treatment_should_have_drawn_the_split_in_force_at_each_request() {
        Experiment test = test(Mode.TRAFFIC_SPLIT);
        TestMeters meters = new TestMeters(registry, test);
        Turn before = turn(test);
        Turn after = turn(test.withSplit(new Split(0.5)).withGeneration(2));

        meters.served(before, Performance.done(Group.CONTROL, HOLD, null, null));
        meters.served(after, Performance.done(Group.CONTROL, HOLD, null, null));
        meters.served(after, Performance.done(Group.TREATMENT, null, BUY, null));

        assertEquals(
                0.25 + 0.5 + 0.5,
                registry.get("understudy.split.expected").counter().count());
        assertEquals(2, predictions("control", "control", "none"));
        assertEquals(1, predictions("treatment", "treatment", "none"));
    }

    @Test
    void in_a_split_the_confidence_is_that_of_the_model_that_was_drawn() {
        Experiment test = test(Mode.TRAFFIC_SPLIT);
        TestMeters meters = new TestMeters(registry, test);

        meters.served(turn(test), Performance.done(Group.CONTROL, HOLD, null, null));
        meters.served(turn(test), Performance.done(Group.TREATMENT, null, BUY, null));

        assertEquals(List.of(70f), confidence("control"));
        assertEquals(List.of(80f), confidence("treatment"));
    }

    @Test
    @SuppressWarnings("deprecation") // the registry that Quarkus brings and the service has
    void confidences_fall_into_buckets_of_five_percent() {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Experiment test = test(Mode.TRAFFIC_SPLIT);
        TestMeters meters = new TestMeters(prometheus, test);

        meters.served(turn(test), Performance.done(Group.CONTROL, answer(0.532f), null, null));
        meters.served(turn(test), Performance.done(Group.CONTROL, answer(0.98f), null, null));

        String export = prometheus.scrape();
        String bucket = "understudy_confidence_percent_bucket{role=\"control\",test=\"t\",le=\"%s\",} %s";
        assertTrue(export.contains(bucket.formatted("50.0", "0.0")), export);
        assertTrue(export.contains(bucket.formatted("55.0", "1.0")), export);
        assertTrue(export.contains(bucket.formatted("95.0", "1.0")), export);
        assertTrue(export.contains(bucket.formatted("100.0", "2.0")), export);
    }

    private static Outcome answer(float confidence) {
        return new Outcome.Answered(new Answer(confidence, 0, 1 - confidence), "bull", "1", 100_000);
    }

    @Test
    void an_answer_of_control_for_a_treatment_that_failed_is_nobodys_confidence() {
        Experiment test = test(Mode.TRAFFIC_SPLIT);
        TestMeters meters = new TestMeters(registry, test);

        meters.served(turn(test), Performance.done(Group.TREATMENT, HOLD, FAILURE, Fallback.TREATMENT_ERROR));

        assertEquals(List.of(), confidence("control"));
        assertEquals(List.of(), confidence("treatment"));
        assertEquals(1, predictions("treatment", "control", "treatment_error"));
        assertEquals(
                1,
                registry.get("understudy.model.failures")
                        .tags("test", "t", "role", "treatment", "reason", "error")
                        .counter()
                        .count());
    }

    @Test
    void a_pair_of_a_shadow_agrees_or_not_and_has_two_confidences() {
        Experiment test = test(Mode.SHADOW);
        TestMeters meters = new TestMeters(registry, test);

        shadow(meters, test, HOLD, BUY);
        shadow(meters, test, BUY, BUY);

        assertEquals(1, agreements("true"));
        assertEquals(1, agreements("false"));
        assertEquals(70f + 80f, (float) summary("control").totalAmount());
        assertEquals(2, summary("treatment").count());
    }

    @Test
    void a_shadow_that_one_model_did_not_answer_is_no_pair() {
        Experiment test = test(Mode.SHADOW);
        TestMeters meters = new TestMeters(registry, test);

        shadow(meters, test, HOLD, FAILURE);
        shadow(meters, test, FAILURE, BUY);

        assertEquals(0, agreements("true") + agreements("false"));
        assertEquals(0, summary("control").count() + summary("treatment").count());
    }

    @Test
    void the_second_model_of_a_pair_agrees_or_not_and_is_no_part_of_its_arms_figures() {
        Experiment test = test(Mode.TRAFFIC_SPLIT);
        TestMeters meters = new TestMeters(registry, test);

        pair(meters, test, Performance.done(Group.CONTROL, HOLD, null, null), Variant.TREATMENT, BUY);
        pair(meters, test, Performance.done(Group.TREATMENT, null, BUY, null), Variant.CONTROL, BUY);

        assertEquals(1, agreements("true"));
        assertEquals(1, agreements("false"));
        assertEquals(2, pairs("paired"));
        assertEquals(List.of(70f), confidence("control"));
        assertEquals(List.of(80f), confidence("treatment"));
        assertEquals(1, passes("bull"));
    }

    @Test
    void what_became_of_a_pair_is_counted() {
        Experiment test = test(Mode.TRAFFIC_SPLIT);
        TestMeters meters = new TestMeters(registry, test);
        Performance control = Performance.done(Group.CONTROL, HOLD, null, null);
        Performance failed = Performance.done(Group.CONTROL, FAILURE, null, null);

        pair(meters, test, control, Variant.TREATMENT, FAILURE);
        pair(meters, test, failed, Variant.TREATMENT, FAILURE);
        pair(meters, test, failed, Variant.TREATMENT, BUY);
        pair(meters, test, control, Variant.TREATMENT, new Outcome.Rejected("full"));
        meters.served(turn(test), control.in(Pairing.SHED));
        meters.served(turn(test), control.in(Pairing.WITHHELD));
        meters.served(
                turn(test),
                Performance.done(Group.TREATMENT, HOLD, FAILURE, Fallback.TREATMENT_ERROR)
                        .in(Pairing.PAIRED));
        meters.served(turn(test), control);

        assertEquals(2, pairs("treatment_failed"));
        assertEquals(1, pairs("both_failed"));
        assertEquals(1, pairs("control_failed"));
        assertEquals(2, pairs("shed"));
        assertEquals(1, pairs("withheld"));
        assertEquals(0, pairs("paired"));
    }

    private void pair(TestMeters meters, Experiment test, Performance performance, Variant second, Outcome outcome) {
        Performance paired =
                performance.beside(new Second(second, Uni.createFrom().item(outcome)));
        meters.served(turn(test), paired);
        meters.seconded(turn(test), paired, second, outcome);
    }

    private double pairs(String result) {
        return registry.get("understudy.pairs").tags("result", result).counter().count();
    }

    @Test
    void after_a_promotion_the_passes_of_both_controls_are_told_apart() {
        Experiment test = test(Mode.TRAFFIC_SPLIT);
        TestMeters meters = new TestMeters(registry, test);
        meters.served(turn(test), Performance.done(Group.CONTROL, HOLD, null, null));

        meters.served(turn(test, new FakePredictor("promoted", 2)), Performance.done(Group.CONTROL, HOLD, null, null));

        assertEquals(1, passes("bull"));
        assertEquals(1, passes("promoted"));
    }

    @Test
    void nothing_of_a_removed_test_is_left_or_comes_back() {
        Experiment test = test(Mode.SHADOW);
        TestMeters meters = new TestMeters(registry, test);
        shadow(meters, test, HOLD, FAILURE);

        meters.remove();
        shadow(meters, test, FAILURE, BUY);

        assertEquals(List.of(), registry.getMeters());
    }

    private void shadow(TestMeters meters, Experiment test, Outcome of, Outcome treatment) {
        Turn turn = turn(test);
        Performance performance = Performance.shadowed(
                of, new Second(Variant.TREATMENT, Uni.createFrom().item(treatment)));
        meters.served(turn, performance);
        meters.seconded(turn, performance, Variant.TREATMENT, treatment);
    }

    private double predictions(String group, String servedBy, String fallback) {
        return registry.get("understudy.predictions")
                .tags("test", "t", "group", group, "served_by", servedBy, "fallback", fallback)
                .counter()
                .count();
    }

    private double agreements(String match) {
        return registry.get("understudy.agreement")
                .tags("match", match)
                .counter()
                .count();
    }

    private long passes(String model) {
        return registry.get("understudy.model.latency")
                .tags("model", model, "role", "control")
                .timer()
                .count();
    }

    private DistributionSummary summary(String role) {
        return registry.get("understudy.confidence.percent").tags("role", role).summary();
    }

    /** The one confidence of a role, or none. */
    private List<Float> confidence(String role) {
        return summary(role).count() == 0
                ? List.of()
                : List.of((float) summary(role).totalAmount());
    }

    private Turn turn(Experiment test) {
        return turn(test, control);
    }

    private static Turn turn(Experiment test, FakePredictor control) {
        ManualTime time = new ManualTime();
        return new Turn(
                new PredictionRequest("r-1", "u-1", "SPX", Features.of(1f, 2f), null, null),
                test,
                Group.CONTROL,
                control,
                Optional.empty(),
                Duration.ofSeconds(1),
                Duration.ofMillis(200),
                time.now(),
                time.nanoTime(),
                new FakeClearance(),
                time);
    }

    private static Experiment test(Mode mode) {
        return mode == Mode.SHADOW ? Experiments.shadow("t", 1) : Experiments.split("t", 1, 0.25);
    }
}

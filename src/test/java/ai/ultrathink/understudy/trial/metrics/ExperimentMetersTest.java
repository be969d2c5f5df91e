package ai.ultrathink.understudy.trial.metrics;

import static ai.ultrathink.understudy.trial.exposure.FakePredictor.BUY;
import static ai.ultrathink.understudy.trial.exposure.FakePredictor.HOLD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.trial.exposure.BackgroundCall;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Experiments;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.Exposures;
import ai.ultrathink.understudy.trial.exposure.FakePredictor;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExperimentMetersTest {

    private static final Outcome.Failure FAILURE = new Outcome.Failed("it threw");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FakePredictor control = new FakePredictor("bull", 2);

    @Test
    void treatment_should_have_drawn_the_split_in_force_at_each_request() {
        Experiment experiment = test(Mode.TRAFFIC_SPLIT);
        ExperimentMeters meters = new ExperimentMeters(registry, experiment);
        Exposure before = exposure(experiment);
        Exposure after = exposure(experiment.withSplit(new Split(0.5)).withGeneration(2));

        meters.served(before, ServingResult.done(Group.CONTROL, HOLD, null, null));
        meters.served(after, ServingResult.done(Group.CONTROL, HOLD, null, null));
        meters.served(after, ServingResult.done(Group.TREATMENT, null, BUY, null));

        assertEquals(
                0.25 + 0.5 + 0.5,
                registry.get("understudy.split.expected").counter().count());
        assertEquals(2, predictions("control", "control", "none"));
        assertEquals(1, predictions("treatment", "treatment", "none"));
    }

    @Test
    void in_a_split_the_confidence_is_that_of_the_model_that_was_drawn() {
        Experiment experiment = test(Mode.TRAFFIC_SPLIT);
        ExperimentMeters meters = new ExperimentMeters(registry, experiment);

        meters.served(exposure(experiment), ServingResult.done(Group.CONTROL, HOLD, null, null));
        meters.served(exposure(experiment), ServingResult.done(Group.TREATMENT, null, BUY, null));

        assertEquals(List.of(70f), confidence("control"));
        assertEquals(List.of(80f), confidence("treatment"));
    }

    @Test
    @SuppressWarnings("deprecation") // the registry that Quarkus brings and the service has
    void confidences_fall_into_buckets_of_five_percent() {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Experiment experiment = test(Mode.TRAFFIC_SPLIT);
        ExperimentMeters meters = new ExperimentMeters(prometheus, experiment);

        meters.served(exposure(experiment), ServingResult.done(Group.CONTROL, answer(0.532f), null, null));
        meters.served(exposure(experiment), ServingResult.done(Group.CONTROL, answer(0.98f), null, null));

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
        Experiment experiment = test(Mode.TRAFFIC_SPLIT);
        ExperimentMeters meters = new ExperimentMeters(registry, experiment);

        meters.served(
                exposure(experiment), ServingResult.done(Group.TREATMENT, HOLD, FAILURE, Fallback.TREATMENT_ERROR));

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
        Experiment experiment = test(Mode.SHADOW);
        ExperimentMeters meters = new ExperimentMeters(registry, experiment);

        shadow(meters, experiment, HOLD, BUY);
        shadow(meters, experiment, BUY, BUY);

        assertEquals(1, agreements("true"));
        assertEquals(1, agreements("false"));
        assertEquals(70f + 80f, (float) summary("control").totalAmount());
        assertEquals(2, summary("treatment").count());
    }

    @Test
    void a_shadow_that_one_model_did_not_answer_is_no_pair() {
        Experiment experiment = test(Mode.SHADOW);
        ExperimentMeters meters = new ExperimentMeters(registry, experiment);

        shadow(meters, experiment, HOLD, FAILURE);
        shadow(meters, experiment, FAILURE, BUY);

        assertEquals(0, agreements("true") + agreements("false"));
        assertEquals(0, summary("control").count() + summary("treatment").count());
    }

    @Test
    void the_second_model_of_a_pair_agrees_or_not_and_is_no_part_of_its_arms_figures() {
        Experiment experiment = test(Mode.TRAFFIC_SPLIT);
        ExperimentMeters meters = new ExperimentMeters(registry, experiment);

        pair(meters, experiment, ServingResult.done(Group.CONTROL, HOLD, null, null), Variant.TREATMENT, BUY);
        pair(meters, experiment, ServingResult.done(Group.TREATMENT, null, BUY, null), Variant.CONTROL, BUY);

        assertEquals(1, agreements("true"));
        assertEquals(1, agreements("false"));
        assertEquals(2, pairs("paired"));
        assertEquals(List.of(70f), confidence("control"));
        assertEquals(List.of(80f), confidence("treatment"));
        assertEquals(1, passes("bull"));
    }

    @Test
    void what_became_of_a_pair_is_counted() {
        Experiment experiment = test(Mode.TRAFFIC_SPLIT);
        ExperimentMeters meters = new ExperimentMeters(registry, experiment);
        ServingResult control = ServingResult.done(Group.CONTROL, HOLD, null, null);
        ServingResult failed = ServingResult.done(Group.CONTROL, FAILURE, null, null);

        pair(meters, experiment, control, Variant.TREATMENT, FAILURE);
        pair(meters, experiment, failed, Variant.TREATMENT, FAILURE);
        pair(meters, experiment, failed, Variant.TREATMENT, BUY);
        pair(meters, experiment, control, Variant.TREATMENT, new Outcome.Rejected("full"));
        meters.served(exposure(experiment), control.in(Pairing.SHED));
        meters.served(exposure(experiment), control.in(Pairing.WITHHELD));
        meters.served(
                exposure(experiment),
                ServingResult.done(Group.TREATMENT, HOLD, FAILURE, Fallback.TREATMENT_ERROR)
                        .in(Pairing.PAIRED));
        meters.served(exposure(experiment), control);

        assertEquals(2, pairs("treatment_failed"));
        assertEquals(1, pairs("both_failed"));
        assertEquals(1, pairs("control_failed"));
        assertEquals(2, pairs("shed"));
        assertEquals(1, pairs("withheld"));
        assertEquals(0, pairs("paired"));
    }

    private void pair(
            ExperimentMeters meters, Experiment experiment, ServingResult result, Variant second, Outcome outcome) {
        ServingResult paired =
                result.beside(new BackgroundCall(second, Uni.createFrom().item(CallResult.of(outcome))));
        meters.served(exposure(experiment), paired);
        meters.completed(paired, second, CallResult.of(outcome));
    }

    private double pairs(String result) {
        return registry.get("understudy.pairs").tags("result", result).counter().count();
    }

    @Test
    void after_a_promotion_the_passes_of_both_controls_are_told_apart() {
        Experiment experiment = test(Mode.TRAFFIC_SPLIT);
        ExperimentMeters meters = new ExperimentMeters(registry, experiment);
        meters.served(exposure(experiment), ServingResult.done(Group.CONTROL, HOLD, null, null));

        meters.served(
                exposure(experiment, new FakePredictor("promoted", 2)),
                ServingResult.done(Group.CONTROL, HOLD, null, null));

        assertEquals(1, passes("bull"));
        assertEquals(1, passes("promoted"));
    }

    @Test
    void nothing_of_a_removed_test_is_left_or_comes_back() {
        Experiment experiment = test(Mode.SHADOW);
        ExperimentMeters meters = new ExperimentMeters(registry, experiment);
        shadow(meters, experiment, HOLD, FAILURE);

        meters.remove();
        shadow(meters, experiment, FAILURE, BUY);

        assertEquals(List.of(), registry.getMeters());
    }

    private void shadow(ExperimentMeters meters, Experiment experiment, Outcome of, Outcome treatment) {
        Exposure exposure = exposure(experiment);
        ServingResult result = ServingResult.shadowed(
                of, new BackgroundCall(Variant.TREATMENT, Uni.createFrom().item(CallResult.of(treatment))));
        meters.served(exposure, result);
        meters.completed(result, Variant.TREATMENT, CallResult.of(treatment));
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

    private Exposure exposure(Experiment experiment) {
        return exposure(experiment, control);
    }

    private static Exposure exposure(Experiment experiment, FakePredictor control) {
        return Exposures.of(experiment, Group.CONTROL, control, null, new ManualTime());
    }

    private static Experiment test(Mode mode) {
        return mode == Mode.SHADOW ? Experiments.shadow("t", 1) : Experiments.split("t", 1, 0.25);
    }
}

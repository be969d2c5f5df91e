package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.change.LastEvent;
import ai.ultrathink.understudy.evidence.LastEvaluation;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.rollout.Attention;
import ai.ultrathink.understudy.rollout.ExperimentGlance;
import ai.ultrathink.understudy.rollout.RampGlance;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An experiment in the overview. */
@Schema(name = "TestOverview")
@RegisterForReflection
record OverviewView(
        String testId,
        String description,
        String mode,
        boolean enabled,

        @Schema(description = "treatment's fraction now") double trafficSplit,

        String controlModel,
        String treatmentModel,

        @Schema(description = "the version that answers for control, as name@version#digest") @Nullable String controlVersion,

        @Schema(description = "the treatment's version, as name@version#digest") @Nullable String treatmentVersion,

        long generation,
        Instant createdAt,

        @Schema(
                description = "of the last evaluation that was kept; null before the first",
                enumeration = {"promote", "roll_back", "keep_running", "insufficient_data"})
        @Nullable String verdict,

        @Schema(description = "the first reason of that evaluation") @Nullable String waitsFor,

        @Schema(description = "when that evaluation was kept; of a running test, at most some 20 s ago") @Nullable Instant evaluatedAt,

        @Schema(
                description =
                        "passed, breached or undecided, for each guardrail of that evaluation; empty before the first")
        Map<String, String> states,

        @Schema(description = "null if the test never had a ramp") @Nullable Ramp ramp,

        @Schema(description = "the newest event of the audit trail") @Nullable Event lastEvent,

        Replicas replicas,

        @Schema(
                description =
                        "why it needs a person, the most urgent reason: a step of its ramp or a change of it awaits approval; the service disabled it;"
                                + " its ramp is paused; a guardrail is breached; the guard of the replica that answers is open",
                enumeration = {"approval", "rolled_back", "ramp_paused", "breach", "guard_open"})
        @Nullable String attention,

        @Schema(
                description =
                        "only for a test that is out of use because its row in the database cannot be read: the reason")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable String problem) {

    static OverviewView of(ExperimentGlance glance, Catalog catalog) {
        Experiment experiment = glance.experiment();
        LastEvaluation evaluation = glance.evaluation();
        Attention attention = glance.attention();
        return new OverviewView(
                experiment.testId(),
                experiment.description(),
                experiment.mode().wireName(),
                experiment.enabled(),
                experiment.split().fraction(),
                experiment.controlModel(),
                experiment.treatmentModel(),
                catalog.version(catalog.serving(experiment.controlModel()))
                        .map(ModelVersion::text)
                        .orElse(null),
                catalog.version(experiment.treatmentModel())
                        .map(ModelVersion::text)
                        .orElse(null),
                experiment.generation(),
                experiment.createdAt(),
                evaluation == null ? null : evaluation.verdict(),
                evaluation == null ? null : evaluation.reason(),
                evaluation == null ? null : evaluation.time(),
                evaluation == null ? Map.of() : new TreeMap<>(evaluation.states()),
                Ramp.of(glance.ramp()),
                Event.of(glance.event()),
                new Replicas(glance.replicas(), glance.inStep()),
                attention == null ? null : attention.wireName(),
                catalog.unreadable().get(experiment.testId()));
    }

    /** The same with another time of the evaluation. */
    OverviewView evaluatedAt(@Nullable Instant time) {
        return new OverviewView(
                testId,
                description,
                mode,
                enabled,
                trafficSplit,
                controlModel,
                treatmentModel,
                controlVersion,
                treatmentVersion,
                generation,
                createdAt,
                verdict,
                waitsFor,
                time,
                states,
                ramp,
                lastEvent,
                replicas,
                attention,
                problem);
    }

    /** The ramp of an experiment in the overview. */
    @Schema(name = "RampOverview")
    @RegisterForReflection
    record Ramp(
            @Schema(enumeration = {"rehearsing", "holding", "awaiting_approval", "paused", "finished", "aborted"})
            String state,

            @Schema(description = "the number of the step, from 1; 0 in the shadow stage")
            int step,

            @Schema(description = "how many steps there are")
            int steps,

            @Schema(
                    description =
                            "what has to happen before it continues, in sentences, as the last evaluation that was kept found it;"
                                    + " empty if it has ended")
            List<String> waitsFor) {

        static @Nullable Ramp of(@Nullable RampGlance ramp) {
            return ramp == null ? null : new Ramp(ramp.state(), ramp.step(), ramp.steps(), ramp.waitsFor());
        }
    }

    /** The newest event of an experiment. */
    @Schema(name = "LastEvent")
    @RegisterForReflection
    record Event(Instant time, String action, String actor) {

        static @Nullable Event of(@Nullable LastEvent event) {
            return event == null ? null : new Event(event.time(), event.action(), event.actor());
        }
    }

    /** How far the replicas agree on an experiment. */
    @Schema(name = "ReplicasInStep")
    @RegisterForReflection
    record Replicas(
            @Schema(description = "replicas that are alive; each reports every second")
            int alive,

            @Schema(description = "those that have reported this generation or a later one")
            int atGeneration) {}
}

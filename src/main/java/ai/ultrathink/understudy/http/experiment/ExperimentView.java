package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.change.Promotion;
import ai.ultrathink.understudy.change.RecordedExperiment;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An experiment as the API shows it. */
@Schema(name = "Test")
public record ExperimentView(
        String testId,
        String controlModel,
        String treatmentModel,
        double trafficSplit,
        String mode,
        boolean enabled,
        Instant createdAt,
        String description,
        boolean explicit,
        long generation,
        @Nullable Long controlDeadlineMs,
        @Nullable Long treatmentDeadlineMs,
        GuardrailsBody guardrails,
        double pairs,
        @Nullable String controlDigest,
        @Nullable String treatmentDigest,
        String onModelChange,

        @Schema(description = "whether both models are one, so that every difference is a fault of the measurement")
        boolean aa,

        @Schema(
                description =
                        "whether another person has to approve a promotion, a step of a ramp that needs approval, and looser"
                                + " limits; null of a test from before, to which the service's setting applies")
        @Nullable Boolean fourEyes,

        @Schema(description = "the symbols that the test is for; null means all") @Nullable List<String> symbols,

        @Schema(description = "how realised outcomes are evaluated; null if they are not") @Nullable OutcomePlanBody outcome,

        @Schema(description = "the version that answers for control, as name@version#digest") @Nullable String controlVersion,

        @Schema(description = "the treatment's version, as name@version#digest") @Nullable String treatmentVersion,

        @Schema(description = "the promotion in force that came from the test; null if there is none") @Nullable Promotion promotion,

        @Schema(
                description =
                        "only for a test that is out of use because its row in the database cannot be read: the reason")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable String problem,

        @Schema(description = "only of a deleted test") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant deletedAt) {

    /**
     * An experiment of the catalog.
     *
     * @param catalog the catalog with the experiment and the promotions of the same moment
     */
    public static ExperimentView of(Experiment experiment, Catalog catalog) {
        return of(new RecordedExperiment(experiment, catalog.unreadable().get(experiment.testId()), null), catalog);
    }

    /**
     * An experiment as stored, deleted or not.
     *
     * @param catalog the catalog with the present promotions
     */
    public static ExperimentView of(RecordedExperiment recorded, Catalog catalog) {
        Experiment experiment = recorded.experiment();
        return new ExperimentView(
                experiment.testId(),
                experiment.controlModel(),
                experiment.treatmentModel(),
                experiment.split().fraction(),
                experiment.mode().wireName(),
                experiment.enabled(),
                experiment.createdAt(),
                experiment.description(),
                experiment.explicit(),
                experiment.generation(),
                millis(experiment.controlDeadline()),
                millis(experiment.treatmentDeadline()),
                GuardrailsBody.of(experiment.guardrails()),
                experiment.pairs().fraction(),
                experiment.versions().controlDigest(),
                experiment.versions().treatmentDigest(),
                experiment.versions().onChange().wireName(),
                experiment.aa(),
                experiment.fourEyes(),
                experiment.symbols().all() ? null : experiment.symbols().patterns(),
                plan(experiment.outcome()),
                catalog.version(catalog.serving(experiment.controlModel()))
                        .map(ModelVersion::text)
                        .orElse(null),
                catalog.version(experiment.treatmentModel())
                        .map(ModelVersion::text)
                        .orElse(null),
                catalog.promotionBy(experiment).orElse(null),
                recorded.problem(),
                recorded.deletedAt());
    }

    private static @Nullable OutcomePlanBody plan(@Nullable OutcomePlan plan) {
        return plan == null ? null : OutcomePlanBody.of(plan);
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : (Long) duration.toMillis();
    }
}

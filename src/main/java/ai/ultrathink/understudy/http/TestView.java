package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.storage.Promotion;
import ai.ultrathink.understudy.storage.RecordedTest;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A test as the API shows it. */
@Schema(name = "Test")
record TestView(
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

        @Schema(description = "the version that answers for control, as name@version#digest") @Nullable String controlVersion,

        @Schema(description = "the treatment's version, as name@version#digest") @Nullable String treatmentVersion,

        @Schema(description = "the promotion in force that the test has led to; null where there is none") @Nullable Promotion promotion,

        @Schema(
                description =
                        "only of a test that is out of use because its row in the database makes no sense: what about it")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable String problem,

        @Schema(description = "only of a deleted test") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant deletedAt) {

    /** @param catalog that has the test, and the promotions of the same moment */
    static TestView of(Experiment test, Catalog catalog) {
        return of(new RecordedTest(test, catalog.unreadable().get(test.testId()), null), catalog);
    }

    /** @param recorded the test as the database has it, deleted or not */
    static TestView of(RecordedTest recorded, Catalog catalog) {
        Experiment test = recorded.test();
        return new TestView(
                test.testId(),
                test.controlModel(),
                test.treatmentModel(),
                test.split().fraction(),
                test.mode().wireName(),
                test.enabled(),
                test.createdAt(),
                test.description(),
                test.explicit(),
                test.generation(),
                millis(test.controlDeadline()),
                millis(test.treatmentDeadline()),
                GuardrailsBody.of(test.guardrails()),
                test.pairs().fraction(),
                test.versions().controlDigest(),
                test.versions().treatmentDigest(),
                test.versions().onChange().wireName(),
                catalog.version(catalog.serving(test.controlModel()))
                        .map(ModelVersion::text)
                        .orElse(null),
                catalog.version(test.treatmentModel()).map(ModelVersion::text).orElse(null),
                catalog.promotionBy(test).orElse(null),
                recorded.problem(),
                recorded.deletedAt());
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : (Long) duration.toMillis();
    }
}

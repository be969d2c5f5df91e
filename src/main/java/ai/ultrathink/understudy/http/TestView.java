package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.Promotion;
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

        @Schema(description = "the promotion in force that the test has led to; null where there is none") @Nullable Promotion promotion) {

    /** @param catalog that has the test, and the promotions of the same moment */
    static TestView of(Experiment test, Catalog catalog) {
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
                catalog.promotionBy(test).orElse(null));
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : (Long) duration.toMillis();
    }
}

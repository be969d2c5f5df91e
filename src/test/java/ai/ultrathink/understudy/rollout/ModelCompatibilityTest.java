package ai.ultrathink.understudy.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.Promotion;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.inference.UnreadModels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of models before and after the directory has been read once. */
@Tag("libtorch")
class ModelCompatibilityTest {

    private static final LockedExperiment STANDING = new LockedExperiment(RolloutEvidence.split(0.1), null);
    private static final Promotion PROMOTION =
            new Promotion("bull", "bull_v2", RolloutEvidence.TEST, ManualTime.START, "ada", null, null);

    @TempDir
    private Path root;

    private UnreadModels unread;
    private ModelCompatibility fitness;

    @BeforeEach
    void have_models_that_nobody_has_read() throws IOException {
        unread = new UnreadModels(root);
        unread.put("bull");
        unread.put("bull_v2");
        fitness = new ModelCompatibility(unread.models());
    }

    @AfterEach
    void close() {
        unread.close();
    }

    @Test
    void models_that_still_load_are_not_said_to_be_missing() {
        assertThrows(ModelsLoadingException.class, () -> fitness.unusable(STANDING));
        assertThrows(ModelsLoadingException.class, () -> fitness.refusal(STANDING));
        assertThrows(ModelsLoadingException.class, () -> fitness.missing(PROMOTION));
        assertThrows(
                ModelsLoadingException.class,
                () -> fitness.guarding(ModelCompatibilityTest::run).apply(STANDING));
    }

    @Test
    void what_stops_a_treatment_does_not_wait_for_models() {
        assertInstanceOf(
                Change.To.class, fitness.guarding(ModelCompatibilityTest::stop).apply(STANDING));
    }

    @Test
    void models_that_have_loaded_may_be_used() {
        unread.models().reload().await().atMost(Duration.ofSeconds(30));

        assertEquals(Optional.empty(), fitness.unusable(STANDING));
        assertEquals(Optional.empty(), fitness.refusal(STANDING));
        assertEquals(Optional.empty(), fitness.missing(PROMOTION));
        assertInstanceOf(
                Change.To.class, fitness.guarding(ModelCompatibilityTest::run).apply(STANDING));
    }

    private static Change run(LockedExperiment locked) {
        return new Change.To(locked.experiment(), locked.ramp(), List.of());
    }

    private static Change stop(LockedExperiment locked) {
        return new Change.To(locked.experiment().withEnabled(false), locked.ramp(), List.of());
    }
}

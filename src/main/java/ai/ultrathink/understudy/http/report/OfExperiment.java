package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.change.RecordedExperiment;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Data of an experiment, marked if the experiment is deleted.
 *
 * @param deletedAt null unless it is deleted
 */
record OfExperiment<T>(
        @JsonUnwrapped T shown,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant deletedAt) {

    static <T> OfExperiment<T> of(RecordedExperiment experiment, T shown) {
        return new OfExperiment<>(shown, experiment.deletedAt());
    }
}

package ai.ultrathink.understudy.storage.framework;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row that is taken over.
 *
 * @param id its id here
 */
record AcceptedRow(UUID id, FrameworkRow row, FrameworkExperiment test) {

    /** The name in the row, else that of the test: rows of the framework name the models that answered. */
    @Nullable String controlModel() {
        return row.control().model() == null
                ? test.controlModel()
                : row.control().model();
    }

    /** Likewise. */
    @Nullable String treatmentModel() {
        return row.treatment().model() == null
                ? test.treatmentModel()
                : row.treatment().model();
    }
}

package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.Split;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of POST /{test_id}/update-split. */
record UpdateSplit(
        @Schema(required = true, minimum = "0", maximum = "1") @Nullable Double trafficSplit) {

    Split split() {
        if (trafficSplit == null) {
            throw new InvalidValueException("traffic_split", null, "a number from 0.0 to 1.0");
        }
        return new Split(trafficSplit);
    }
}

package ai.ultrathink.understudy.http.model;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of POST /models/{name}/dry-run. */
@Schema(name = "DryRunRequest")
record DryRunBody(
        @Schema(required = true, description = "as many numbers as the model takes, in its order") @Nullable List<@Nullable Float> features) {

    static final String EXAMPLE = "{\"features\": [0.01, -0.003, 0.008, 0.021, 0.004, 0.013, 0.017, -0.009, 0.61, 0.13,"
            + " 0.58, 0.42, 0.71, 0.12, 0.5, 0.4, 0.002, 0.001, 0.001, 0.33, 0.55, 0.4, 0.02, 0.01, 0.03, 0.02, 0.05, 0.04,"
            + " 0.02, 0.6, 0.01, 0.02, 0.01, 0.9, 1.1, 0.8, 0.6, 0.4, 0.05, 0.07, 0.4, 0.0, 4.0]}";

    Features given() {
        if (features == null) {
            throw new InvalidValueException("features", null, "a list of numbers, as many as the model takes");
        }
        float[] values = new float[features.size()];
        for (int i = 0; i < values.length; i++) {
            Float value = features.get(i);
            if (value == null) {
                throw new InvalidValueException("features[" + i + "]", null, "a finite 32-bit float");
            }
            values[i] = value;
        }
        return Features.of(values);
    }
}

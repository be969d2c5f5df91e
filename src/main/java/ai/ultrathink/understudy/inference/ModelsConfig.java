package ai.ultrathink.understudy.inference;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** Location of the models, and the model that answers requests that name none. */
@ConfigMapping(prefix = "understudy.models")
public interface ModelsConfig {

    /** The directory with one folder per model (environment: UNDERSTUDY_MODELS_DIR). */
    @WithDefault("models")
    Path dir();

    /** The model for requests that name neither a model nor an experiment. */
    @WithDefault("universal")
    String defaultModel();
}

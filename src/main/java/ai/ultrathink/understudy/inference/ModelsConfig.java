package ai.ultrathink.understudy.inference;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** Where the models are and which one answers when a request names none. */
@ConfigMapping(prefix = "understudy.models")
public interface ModelsConfig {

    /** The folder with one folder per model (environment: UNDERSTUDY_MODELS_DIR). */
    @WithDefault("models")
    Path dir();

    /** The model of requests that name neither a model nor a test. */
    @WithDefault("universal")
    String defaultModel();
}

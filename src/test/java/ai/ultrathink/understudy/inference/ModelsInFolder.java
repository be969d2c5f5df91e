package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.ManualTime;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of real networks in a folder of their own have in common. */
@SuppressWarnings("NullAway") // a null fails the test
abstract class ModelsInFolder {

    @TempDir
    Path root = Path.of("");

    Models models = models();

    @BeforeEach
    void make() {
        models = models();
    }

    @AfterEach
    void stop() {
        models.stop();
    }

    /** Models that read the folder, none of them yet. */
    final Models models() {
        return new Models(
                QuickInference.directory(root), new QuickInference(), new EngineNetworkLoader(), new ManualTime());
    }
}

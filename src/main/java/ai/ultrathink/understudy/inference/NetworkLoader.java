package ai.ultrathink.understudy.inference;

import java.io.IOException;
import java.nio.file.Path;

/** Reads a network from a file. */
interface NetworkLoader {

    /**
     * Loads.
     *
     * @param file a TorchScript module
     * @throws IOException when the file cannot be read
     * @throws RuntimeException when it is not a network
     */
    Network load(Path file) throws IOException;
}

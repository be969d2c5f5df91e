package ai.ultrathink.understudy.inference;

import java.io.IOException;
import java.nio.file.Path;

/** Reads a network from a file. */
interface NetworkLoader {

    /**
     * Loads a network.
     *
     * @param file a TorchScript module
     * @param card says what goes in and what comes out
     * @throws IOException if the file cannot be read
     * @throws RuntimeException if it is not a network
     */
    Network load(Path file, ModelCard card) throws IOException;
}

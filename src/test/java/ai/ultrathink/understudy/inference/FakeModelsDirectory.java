package ai.ultrathink.understudy.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** A models directory whose networks are fakes: model.pt holds no weights, only what tells one version from the next. */
final class FakeModelsDirectory implements NetworkLoader {

    private final Path root;
    private final Map<String, Deque<Network>> networks = new ConcurrentHashMap<>();

    FakeModelsDirectory(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    /** Writes a folder that will load as the network. */
    void put(String name, String version, Network network) throws IOException {
        networks.computeIfAbsent(name, any -> new ArrayDeque<>()).add(network);
        Files.createDirectories(root.resolve(name));
        Files.writeString(root.resolve(name).resolve("model.pt"), version);
        Files.writeString(root.resolve(name).resolve("model.json"), card(version));
    }

    /** The card of a network that echoes, see {@link FakeNetwork}. */
    static String card(String version) {
        return """
                {"version": "%s", "input_size": 1, "actions": ["HOLD", "BUY", "SELL"], "output": "probabilities",
                 "golden": {"input": [0.25], "output": [0.25, 0.75, 0.0], "tolerance": 1e-4}, "parameters": 3}
                """.formatted(version);
    }

    void remove(String name) throws IOException {
        Files.delete(root.resolve(name).resolve("model.pt"));
        Files.delete(root.resolve(name).resolve("model.json"));
        Files.delete(root.resolve(name));
    }

    @Override
    public Network load(Path file, ModelCard card) {
        String name = String.valueOf(Objects.requireNonNull(file.getParent()).getFileName());
        return Objects.requireNonNull(networks.get(name), name).remove();
    }
}

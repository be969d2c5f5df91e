package ai.ultrathink.understudy.faults;

import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a service is started, and started again on what it has left.
 *
 * @param directory its own, with its output, its data and its models
 * @param environment what it is configured with
 */
record Launch(Path directory, Map<String, String> environment) {

    private static final List<Path> MODELS = List.of(
            Path.of("models", "bull_specialist"),
            Path.of("models", "bull_specialist_v2"),
            Path.of("models", "universal"),
            Path.of("src", "test", "models", "throws_later"),
            Path.of("src", "test", "models", "constant_buy"),
            Path.of("src", "test", "puppets", "puppet"),
            Path.of("src", "test", "puppets", "puppet_control"));
    private static final List<String> FILES = List.of("model.pt", "model.json");

    Launch {
        environment = Map.copyOf(environment);
    }

    /** Gives it a directory and models of its own, for faults may spoil them. */
    static Launch in(Path directory, Map<String, String> environment) throws IOException {
        for (Path model : MODELS) {
            Path own = models(directory).resolve(model.getFileName());
            Files.createDirectories(own);
            for (String file : FILES) {
                Files.copy(model.resolve(file), own.resolve(file));
            }
        }
        Map<String, String> all = new HashMap<>(environment);
        // these processes are measured, so they are started as their users start them
        all.putIfAbsent("JAVA_OPTS", "");
        all.put("UNDERSTUDY_MODELS_DIR", models(directory).toAbsolutePath().toString());
        return new Launch(directory, all);
    }

    private static Path models(Path directory) {
        return directory.resolve("models");
    }

    /** The folder of a model. */
    Path model(String name) {
        return models(directory).resolve(name);
    }

    /** Starts a process and waits for nothing. */
    ServiceReplica start() throws IOException {
        return new ServiceReplica(this, ServiceProcess.start(directory, environment));
    }
}

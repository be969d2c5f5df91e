package ai.ultrathink.understudy.faults;

import ai.ultrathink.understudy.testkit.Directories;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What all faults of a run share: one PostgreSQL, and one service that was asked for control's answers before anything went
 * wrong and serves those faults that leave it as they found it.
 */
final class FaultEnvironment implements AutoCloseable {

    static final String CONTROL = "bull_specialist";

    private static final Path DIRECTORY = Path.of("target", "faults");
    private static final List<String> CONTROLS = List.of(CONTROL, "universal", RemoteControlledModel.CONTROL.model());

    private final Path directory;
    private final LocalPostgres postgres;
    private final Launch launch;
    private final Map<String, List<String>> answers;
    private ServiceReplica shared;

    private FaultEnvironment(Path directory, LocalPostgres postgres, Launch launch, ServiceReplica shared) {
        this.directory = directory;
        this.postgres = postgres;
        this.launch = launch;
        this.shared = shared;
        this.answers = answers(shared);
    }

    static FaultEnvironment open() throws IOException {
        Files.createDirectories(DIRECTORY);
        Path directory = Files.createTempDirectory(DIRECTORY, "run-");
        modelsBehave();
        LocalPostgres postgres = LocalPostgres.start(directory);
        try {
            Map<String, String> environment = new HashMap<>(LocalPostgres.environment(newDatabase(postgres)));
            // what one fault has spoilt shall be found sound again soon, for the next one
            environment.put("UNDERSTUDY_PROBE_EVERY", "1s");
            environment.put("UNDERSTUDY_PROBE_EVERY_AT_MOST", "1s");
            // what the remote-controlled models are told, they do in all services: one that hangs in the service of
            // another fault ends
            // the worker of this one, too
            environment.put("UNDERSTUDY_TREATMENT_MAX_DEATHS", "1000000");
            Launch launch = Launch.in(Files.createDirectory(directory.resolve("shared")), environment);
            return new FaultEnvironment(
                    directory, postgres, launch, launch.start().awaitReady());
        } catch (IOException | RuntimeException e) {
            postgres.close();
            throw e;
        }
    }

    private static Map<String, List<String>> answers(ServiceReplica idle) {
        Map<String, List<String>> answers = new HashMap<>();
        for (String model : CONTROLS) {
            answers.put(
                    model,
                    IntStream.range(0, FixedQuestions.COUNT)
                            .mapToObj(
                                    number -> idle.ask(Ask.plain(model), number).text())
                            .toList());
        }
        return answers;
    }

    Path directory() {
        return directory;
    }

    LocalPostgres postgres() {
        return postgres;
    }

    /** The URL of a new and empty database. */
    String newDatabase() throws IOException {
        return newDatabase(postgres);
    }

    private static String newDatabase(LocalPostgres postgres) throws IOException {
        try {
            return postgres.newDatabase();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** The service that several faults use, one after the other. */
    ServiceReplica shared() throws IOException {
        if (!shared.process().process().isAlive()) {
            shared = launch.start().awaitReady();
        }
        return shared;
    }

    /** What a model answered to a question when it was asked one by one, on an idle service, without a test. */
    String answer(String model, int number) {
        return Objects.requireNonNull(answers.get(model), model).get(number % FixedQuestions.COUNT);
    }

    static void modelsBehave() {
        for (RemoteControlledModel model : RemoteControlledModel.values()) {
            model.behaves();
        }
    }

    @Override
    public void close() throws IOException {
        modelsBehave();
        shared.close();
        postgres.close();
        Directories.delete(directory);
    }
}

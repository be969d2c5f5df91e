package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.testkit.Circumstances;
import java.io.IOException;
import java.util.List;

/** Who runs on which of two cores. */
enum CorePlacement {
    /** The service with its worker has one; PostgreSQL and the generator have the other. */
    OWN_CORE("a core of its own"),
    /** The service, PostgreSQL and the generator are all on both. */
    SHARING("both cores, with PostgreSQL and the generator");

    private final String text;

    CorePlacement(String text) {
        this.text = text;
    }

    /** For people: what the service has. */
    String text() {
        return text;
    }

    /** Puts this process where the generator belongs. What it starts from now on, such as PostgreSQL, is there too. */
    void moveHere(Cores cores) throws IOException, InterruptedException {
        String where = this == OWN_CORE ? String.valueOf(cores.second()) : cores.both();
        Circumstances.output(
                "taskset", "-acp", where, String.valueOf(ProcessHandle.current().pid()));
    }

    /**
     * Begins a command that runs where the service belongs, with all that it starts. A JVM that starts there takes the size of its
     * pools from the cores that it finds, as in a container.
     */
    List<String> startingService(Cores cores) {
        return List.of("taskset", "-c", this == OWN_CORE ? String.valueOf(cores.first()) : cores.both());
    }
}

package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.testkit.Ports;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The seed's own design, bench/peer/app.py, which has its one test, or none, from the start. */
final class Peer implements Contender {

    static final String ONE_WORKER = "FastAPI, one worker";
    static final String TWO_WORKERS = "FastAPI, two workers";

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration DRAIN_WITHIN = Duration.ofMinutes(2);

    private final String name;
    private final ServiceProcess process;
    private final Mode mode;
    private final Postgres postgres;

    private Peer(String name, ServiceProcess process, Mode mode, Postgres postgres) {
        this.name = name;
        this.process = process;
        this.mode = mode;
        this.postgres = postgres;
    }

    /**
     * @param python the interpreter of an environment with bench/peer/requirements.txt
     * @param workers one or two
     */
    static Peer start(Path python, int workers, Mode mode, Postgres postgres) throws IOException, InterruptedException {
        String tests = mode == Mode.NO_TEST
                ? "{}"
                : """
                {"%s": {"test_id": "bench_peer", "mode": "%s", "treatment_model": "%s", "traffic_split": %s}}""".formatted(CONTROL, mode == Mode.SHADOW ? "shadow" : "traffic_split", TREATMENT, SPLIT);
        Map<String, String> environment = Map.of(
                "PEER_DATABASE",
                postgres.url().replace("//", "//" + postgres.username() + ":" + postgres.password() + "@"),
                "PEER_TESTS",
                tests,
                "UNDERSTUDY_MODELS_DIR",
                "models",
                "OMP_NUM_THREADS",
                "1");
        int port = Ports.free();
        List<String> command = List.of(
                python.toString(),
                "-m",
                "uvicorn",
                "app:app",
                "--app-dir",
                "bench/peer",
                "--port",
                String.valueOf(port),
                "--workers",
                String.valueOf(workers),
                "--loop",
                "uvloop",
                "--http",
                "httptools",
                "--no-access-log",
                // its workers do not answer while they are frozen
                "--timeout-worker-healthcheck",
                "3600",
                "--log-level",
                "warning");
        String log = "peer-" + workers
                + (mode == Mode.NO_TEST ? "" : "-" + mode.name().toLowerCase(Locale.ROOT));
        ServiceProcess process = ServiceProcess.startAt(
                        URI.create("http://127.0.0.1:" + port),
                        BenchSettings.DIRECTORY.resolve(log + ".log"),
                        environment,
                        command)
                .awaitReady("/openapi.json", READY_WITHIN);
        return new Peer(workers == 1 ? ONE_WORKER : TWO_WORKERS, process, mode, postgres);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ServiceProcess process() {
        return process;
    }

    @Override
    public void use(Mode wanted) {
        if (wanted != mode) {
            throw new IllegalArgumentException(name + " was started for " + mode);
        }
    }

    @Override
    public void drain(long atLeast) throws InterruptedException {
        long start = System.nanoTime();
        while (mode != Mode.NO_TEST && rows(mode) < atLeast && System.nanoTime() - start < DRAIN_WITHIN.toNanos()) {
            Thread.sleep(500);
        }
    }

    @Override
    public long rows(Mode of) {
        return of == Mode.NO_TEST ? 0 : postgres.rows("peer_results");
    }
}

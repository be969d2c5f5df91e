package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.testkit.Metrics;
import ai.ultrathink.understudy.testkit.Ports;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** This service, with a split and a shadow of the same control model, of which one at a time is enabled. */
final class UnderstudyContender implements Contender {

    static final String NAME = "Understudy";

    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final Duration RETRY_AFTER = Duration.ofMillis(500);
    private static final int ATTEMPTS = 20;
    /** What is driven into overload shall be judged as ever, and go on. */
    private static final String ALERTS = """
            {"p95_latency_delta_ms": {"action": "alert"}, "confidence_delta": {"action": "alert"},
             "split_deviation": {"action": "alert"}, "error_rate_delta": {"action": "alert"}}""";

    private static final String TESTS = "/api/v1/ab-test/";

    private final String name;
    private final ServiceProcess process;
    private final Postgres postgres;
    private Mode mode = Mode.NO_TEST;

    private UnderstudyContender(String name, ServiceProcess process, Postgres postgres) {
        this.name = name;
        this.process = process;
        this.postgres = postgres;
    }

    static UnderstudyContender start(Postgres postgres) throws IOException, InterruptedException {
        return start(NAME, "", postgres);
    }

    /** @param before the beginning of the command that starts it, such as that of {@code taskset} */
    static UnderstudyContender start(List<String> before, Postgres postgres) throws IOException, InterruptedException {
        return withTests(NAME, launch(before, NAME, "", postgres), postgres);
    }

    /**
     * Starts it under a name of its own, with both tests.
     *
     * @param executable a native one to run in the JVM's place, or an empty text
     * @param postgres nobody else's: two services on one database would share their tests
     */
    static UnderstudyContender start(String name, String executable, Postgres postgres)
            throws IOException, InterruptedException {
        return withTests(name, launch(name, executable, postgres), postgres);
    }

    private static UnderstudyContender withTests(String name, ServiceProcess process, Postgres postgres)
            throws IOException, InterruptedException {
        UnderstudyContender understudy = new UnderstudyContender(name, process, postgres);
        for (Mode mode : List.of(Mode.SPLIT, Mode.SHADOW)) {
            understudy.create(mode);
            understudy.post(TESTS + testId(mode) + "/disable", "{}");
        }
        return understudy;
    }

    /** As above, without tests. */
    static ServiceProcess launch(String name, String executable, Postgres postgres)
            throws IOException, InterruptedException {
        return launch(List.of(), name, executable, postgres);
    }

    private static ServiceProcess launch(List<String> before, String name, String executable, Postgres postgres)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(before);
        command.add("scripts/run.sh");
        int port = Ports.free();
        Map<String, String> environment = Map.of(
                "UNDERSTUDY_EXECUTABLE", executable,
                "DATABASE_URL", postgres.url(),
                "DATABASE_USERNAME", postgres.username(),
                "DATABASE_PASSWORD", postgres.password(),
                "UNDERSTUDY_DATA_DIR", BenchSettings.DATA.resolve(name).toString(),
                "UNDERSTUDY_MODELS_DIR", Path.of("models").toString(),
                "QUARKUS_HTTP_HOST", "127.0.0.1",
                "QUARKUS_HTTP_PORT", String.valueOf(port));
        return ServiceProcess.startAt(
                        URI.create("http://127.0.0.1:" + port),
                        BenchSettings.DIRECTORY.resolve(name + ".log"),
                        environment,
                        command)
                .awaitReady();
    }

    private void create(Mode mode) throws IOException, InterruptedException {
        post(TESTS + "create", """
                {"test_id": "%s", "control_model": "%s", "treatment_model": "%s", "mode": "%s", "traffic_split": %s,
                 "guardrails": %s}""".formatted(
                testId(mode), CONTROL, TREATMENT, mode == Mode.SHADOW ? "shadow" : "traffic_split", SPLIT, ALERTS));
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
    public void use(Mode next) throws IOException, InterruptedException {
        if (mode != Mode.NO_TEST && mode != next) {
            post(TESTS + testId(mode) + "/disable", "{}");
        }
        if (next != Mode.NO_TEST && mode != next) {
            post(TESTS + testId(next) + "/enable", "{}");
        }
        mode = next;
    }

    @Override
    public void drain(long atLeast) throws IOException, InterruptedException {
        if (mode != Mode.NO_TEST) {
            post(TESTS + testId(mode) + "/flush", "");
        }
    }

    @Override
    public long rows(Mode of) {
        return postgres.rows("ab_test_results where test_id = '" + testId(of) + "'");
    }

    /** Rows of the shadow that have both answers: under load a treatment may be late, and its row says so. */
    long completeShadows() {
        return postgres.rows("ab_test_results where test_id = '" + testId(Mode.SHADOW)
                + "' and control_action is not null and treatment_action is not null");
    }

    /** The sum of a metric over its labels; 0 before its first event. */
    double metric(String name) {
        return Metrics.of(process).sum(name);
    }

    /** Thawed after a minute, the service finds its connections to the database dead and asks to be asked again: 503. */
    private void post(String path, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = process.request(path)
                .timeout(TIMEOUT)
                .header("X-Actor", "bench")
                .POST(BodyPublishers.ofString(body));
        HttpResponse<String> response = process.send(request);
        for (int again = 0; response.statusCode() == 503 && again < ATTEMPTS; again++) {
            Thread.sleep(RETRY_AFTER);
            response = process.send(request);
        }
        if (response.statusCode() / 100 != 2) {
            throw new BenchFailedException(
                    "the service answers " + response.statusCode() + " to " + response.uri() + ": " + response.body());
        }
    }

    private static String testId(Mode mode) {
        return mode == Mode.SHADOW ? "bench_shadow" : "bench_split";
    }
}

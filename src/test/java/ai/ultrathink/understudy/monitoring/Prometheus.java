package ai.ultrathink.understudy.monitoring;

import static ai.ultrathink.understudy.testkit.Waiting.await;

import ai.ultrathink.understudy.testkit.Ports;
import ai.ultrathink.understudy.testkit.Tool;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A Prometheus of its own that scrapes one service each second and evaluates the rules as often. */
final class Prometheus implements AutoCloseable {

    private static final Duration WITHIN = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final URI address;
    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Prometheus(Process process, Path log, URI address) {
        this.process = process;
        this.log = log;
        this.address = address;
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param directory where its data, its configuration and its log go
     * @param service the address of what it scrapes
     */
    static Prometheus start(Path directory, URI service, Path rules) throws IOException {
        Path configuration = directory.resolve("prometheus.yml");
        Files.writeString(configuration, """
            global:
              scrape_interval: 1s
              evaluation_interval: 1s
            rule_files:
              - %s
            scrape_configs:
              - job_name: understudy
                metrics_path: /q/metrics
                static_configs:
                  - targets: ["%s"]
            """.formatted(rules.toAbsolutePath(), service.getAuthority()));
        Path log = directory.resolve("prometheus.log");
        URI address = URI.create("http://127.0.0.1:" + Ports.free());
        Process process = new ProcessBuilder(
                        Tool.PROMETHEUS.name(),
                        "--config.file=" + configuration.toAbsolutePath(),
                        "--storage.tsdb.path=" + directory.resolve("prometheus").toAbsolutePath(),
                        "--web.listen-address=" + address.getAuthority(),
                        "--log.level=warn")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Prometheus prometheus = new Prometheus(process, log, address);
        try {
            await("Prometheus is ready").atMost(WITHIN).until(prometheus::isReady);
            return prometheus;
        } catch (RuntimeException e) {
            String words = Files.readString(log);
            prometheus.close();
            throw new IllegalStateException("Prometheus does not start; its log:\n" + words, e);
        }
    }

    private boolean isReady() throws InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("the process ended with status " + process.exitValue());
        }
        try {
            return client.send(
                                    HttpRequest.newBuilder(address.resolve("/-/ready"))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** What an expression is now. */
    List<Series> query(String expression) {
        return series(get("query", Map.of("query", expression)));
    }

    /** What it was during a span of time. */
    List<Series> query(String expression, Instant from, Instant to, Duration step) {
        return series(get(
                "query_range",
                Map.of(
                        "query",
                        expression,
                        "start",
                        from.toString(),
                        "end",
                        to.toString(),
                        "step",
                        step.toSeconds() + "s")));
    }

    private static List<Series> series(JsonNode data) {
        return StreamSupport.stream(data.path("result").spliterator(), false)
                .map(Series::read)
                .toList();
    }

    /** What it scrapes, and how that goes. */
    JsonNode targets() {
        return get("targets", Map.of()).path("activeTargets");
    }

    /** The rules with their health, and the alerts with their states. */
    List<JsonNode> rules() {
        return StreamSupport.stream(get("rules", Map.of()).path("groups").spliterator(), false)
                .flatMap(group -> StreamSupport.stream(group.path("rules").spliterator(), false))
                .toList();
    }

    private JsonNode get(String call, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .map(parameter ->
                        parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        try {
            JsonNode answer = json.readTree(client.send(
                            HttpRequest.newBuilder(address.resolve("/api/v1/" + call + "?" + query))
                                    .build(),
                            BodyHandlers.ofString())
                    .body());
            if (!answer.path("status").asText().equals("success")) {
                throw new IllegalArgumentException(answer.path("error").asText() + ": " + parameters);
            }
            return answer.path("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("Prometheus does not end; its log:\n" + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            client.shutdownNow();
        }
    }
}

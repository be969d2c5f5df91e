package ai.ultrathink.understudy;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.oip.grpc.GRPCInferenceServiceGrpc;
import ai.ultrathink.understudy.oip.grpc.InferTensorContents;
import ai.ultrathink.understudy.oip.grpc.ModelInferRequest;
import ai.ultrathink.understudy.oip.grpc.ModelInferRequest.InferInputTensor;
import ai.ultrathink.understudy.oip.grpc.ModelInferResponse;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.OtlpReceiver;
import ai.ultrathink.understudy.testkit.OtlpReceiver.Span;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One request of the packaged service, followed from its traceparent to its row: spans, log, errors, metrics, table. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FollowedRequestIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String TEST = "followed";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final String CREATED = "4bf92f3577b34da6a3ce929d0e0e4701";
    private static final String PREDICTED = "4bf92f3577b34da6a3ce929d0e0e4702";
    private static final String REFUSED = "4bf92f3577b34da6a3ce929d0e0e4703";
    private static final String INFERRED = "4bf92f3577b34da6a3ce929d0e0e4704";

    /** What Prometheus 3 accepts. */
    private static final String PROMETHEUS = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
            + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    private static final Metadata.Key<String> REQUEST_ID =
            Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

    @TempDir
    Path directory = Path.of("");

    @Test
    void a_sampled_request_can_be_followed_from_its_traceparent_to_its_row() throws Exception {
        try (LocalPostgres postgres = LocalPostgres.start(directory);
                OtlpReceiver receiver = OtlpReceiver.start()) {
            String database = postgres.newDatabase();
            Map<String, String> environment = new HashMap<>(LocalPostgres.environment(database));
            environment.putAll(receiver.environment());
            environment.put("QUARKUS_OTEL_TRACES_SAMPLER_ARG", "0");
            environment.put("UNDERSTUDY_LOG_JSON", "true");
            try (ServiceProcess service =
                    ServiceProcess.start(directory, environment).awaitTests()) {
                create(service, CREATED);
                assertEquals(
                        200, predict(service, TEST, "followed-1", PREDICTED).statusCode());
                assertEquals(200, predict(service, TEST, "unsampled-1", null).statusCode());
                assertEquals("inferred-1", infer(service, "inferred-1", INFERRED));
                assertTraceInError(predict(service, "never-created", "refused-1", REFUSED));

                assertSpansOfPrediction(receiver);
                assertSpansOfChange(receiver);
                assertSpanOfInference(receiver);
                flush(service);
                assertEquals(PREDICTED, traceOfRow(database, "followed-1"));
                assertNull(traceOfRow(database, "unsampled-1"));
                assertLine(service);
                assertExemplars(service);
                assertEquals(
                        Set.of(CREATED, PREDICTED, REFUSED, INFERRED),
                        receiver.all().stream()
                                .filter(span -> !span.name().startsWith("decision "))
                                .map(Span::traceId)
                                .collect(Collectors.toSet()),
                        "with a ratio of 0 only what callers have sampled is traced");
            }
        }
    }

    @Test
    void without_settings_the_log_is_text_with_the_same_fields_and_nothing_is_traced() throws Exception {
        try (LocalPostgres postgres = LocalPostgres.start(directory)) {
            String database = postgres.newDatabase();
            try (ServiceProcess service = ServiceProcess.start(directory, LocalPostgres.environment(database))
                    .awaitTests()) {
                create(service, CREATED);
                assertEquals(
                        200, predict(service, TEST, "followed-1", PREDICTED).statusCode());
                flush(service);

                assertNull(traceOfRow(database, "followed-1"));
                assertEquals(
                        "text/plain; version=0.0.4; charset=utf-8",
                        service.send(service.request("/q/metrics").header("Accept", PROMETHEUS))
                                .headers()
                                .firstValue("Content-Type")
                                .orElse(""));
                Pattern line = Pattern.compile(
                        "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ INFO  \\S+ \\[\\S*ChangeLog]"
                                + " \\{actor=ada, request=created-1, test=followed} created by \"ada\".*");
                await().atMost(SOON).until(() -> service.output().lines().anyMatch(line.asMatchPredicate()));
                assertTrue(!service.output().contains("otel"), service::output);
            }
        }
    }

    /** The last sampled request of a bucket is beside it; the one that was not sampled came later and left it there. */
    private static void assertExemplars(ServiceProcess service) throws IOException {
        String metrics = service.send(service.request("/q/metrics").header("Accept", PROMETHEUS))
                .body();
        for (String role : List.of("control", "treatment")) {
            Pattern bucket = Pattern.compile("understudy_model_latency_seconds_bucket\\{[^}]*role=\"" + role
                    + "\"[^}]*test=\"followed\"[^}]*} [0-9.]+ # \\{[^}]*trace_id=\"" + PREDICTED
                    + "\"[^}]*} [0-9.eE-]+ [0-9.]+");
            assertTrue(metrics.lines().anyMatch(bucket.asMatchPredicate()), () -> role + "\n" + metrics);
        }
        // Prometheus would refuse the page
        assertEquals(
                List.of(),
                metrics.lines()
                        .filter(line -> line.contains("trace_id") && !line.contains("_bucket{"))
                        .toList());
        String text = service.send(service.request("/q/metrics")).body();
        assertTrue(!text.contains("trace_id"), text);
    }

    private static void create(ServiceProcess service, String trace) throws IOException {
        HttpResponse<String> created = service.send(traced(service, Service.TESTS + "/create", "created-1", trace)
                .header("X-Actor", "ada")
                .POST(HttpRequest.BodyPublishers.ofString(
                        Service.explicitTest(TEST, "bull_specialist", "bull_specialist_v2")
                                .put("mode", "shadow")
                                .encode())));
        assertEquals(201, created.statusCode(), created::body);
    }

    private static HttpResponse<String> predict(
            ServiceProcess service, String testId, String requestId, @Nullable String trace) throws IOException {
        return service.send(traced(service, Service.PREDICT, requestId, trace)
                .POST(HttpRequest.BodyPublishers.ofString(
                        Service.request(testId).encode())));
    }

    private static HttpRequest.Builder traced(
            ServiceProcess service, String path, String requestId, @Nullable String trace) {
        HttpRequest.Builder request = service.request(path).header("X-Request-ID", requestId);
        return trace == null ? request : request.header("traceparent", traceparent(trace));
    }

    private static String traceparent(String trace) {
        return "00-" + trace + "-" + CALLER + "-01";
    }

    /** Over gRPC; returns the id of the answer. */
    private static String infer(ServiceProcess service, String requestId, String trace) throws InterruptedException {
        Metadata headers = new Metadata();
        headers.put(REQUEST_ID, requestId);
        headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), traceparent(trace));
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        Service.features(0.5).forEach(number -> contents.addFp32Contents(((Number) number).floatValue()));
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "localhost", service.at("/").getPort())
                .usePlaintext()
                .build();
        AtomicReference<Metadata> answered = new AtomicReference<>(new Metadata());
        try {
            ModelInferResponse answer = GRPCInferenceServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(
                            MetadataUtils.newAttachHeadersInterceptor(headers),
                            MetadataUtils.newCaptureMetadataInterceptor(answered, new AtomicReference<>()))
                    .modelInfer(ModelInferRequest.newBuilder()
                            .setModelName("bull_specialist")
                            .addInputs(InferInputTensor.newBuilder()
                                    .setName("features")
                                    .setDatatype("FP32")
                                    .addShape(1)
                                    .addShape(43)
                                    .setContents(contents))
                            .build());
            assertEquals(requestId, answered.get().get(REQUEST_ID));
            return answer.getId();
        } finally {
            channel.shutdownNow();
            assertTrue(channel.awaitTermination(10, TimeUnit.SECONDS));
        }
    }

    private static void assertTraceInError(HttpResponse<String> refused) {
        assertEquals(404, refused.statusCode(), refused::body);
        JsonObject problem = new JsonObject(refused.body());
        assertEquals(REFUSED, problem.getString("trace_id"));
        assertEquals("refused-1", problem.getString("request_id"));
    }

    private static void assertSpansOfPrediction(OtlpReceiver receiver) {
        await().atMost(SOON)
                .untilAsserted(() -> assertEquals(
                        Set.of("POST /api/v1/predict", "decode", "route", "queue", "forward", "journal", "store"),
                        names(receiver, PREDICTED)));
        Span request = named(receiver, PREDICTED, "POST /api/v1/predict");
        assertEquals(CALLER, request.parentId());
        assertEquals("followed-1", request.attributes().get("understudy.request_id"));
        assertEquals(TEST, request.attributes().get("understudy.test_id"));
        assertEquals("[200]", request.attributes().get("http.response.status_code"));
        receiver.of(PREDICTED).stream()
                .filter(span -> !span.spanId().equals(request.spanId()))
                .forEach(span -> assertEquals(request.spanId(), span.parentId(), span::toString));
        Set<String> roles = receiver.of(PREDICTED).stream()
                .filter(span -> span.name().equals("forward"))
                .map(span -> String.valueOf(span.attributes().get("understudy.role")))
                .collect(Collectors.toSet());
        assertEquals(Set.of("control", "treatment"), roles);
        Span decode = named(receiver, PREDICTED, "decode");
        assertTrue(request.startNanos() <= decode.startNanos() && decode.endNanos() <= request.endNanos());
    }

    private static void assertSpansOfChange(OtlpReceiver receiver) {
        await().atMost(SOON)
                .untilAsserted(() -> assertTrue(
                        names(receiver, CREATED)
                                .containsAll(Set.of("POST /api/v1/ab-test/create", "database", "decision created")),
                        () -> receiver.of(CREATED).toString()));
        assertEquals(
                "ada", named(receiver, CREATED, "decision created").attributes().get("understudy.actor"));
    }

    private static void assertSpanOfInference(OtlpReceiver receiver) {
        await().atMost(SOON)
                .untilAsserted(() -> assertTrue(
                        names(receiver, INFERRED)
                                .containsAll(Set.of("inference.GRPCInferenceService/ModelInfer", "decode", "forward")),
                        () -> receiver.of(INFERRED).toString()));
    }

    private static Set<String> names(OtlpReceiver receiver, String trace) {
        return receiver.of(trace).stream().map(Span::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Span named(OtlpReceiver receiver, String trace, String name) {
        return receiver.of(trace).stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void flush(ServiceProcess service) {
        await().atMost(SOON)
                .until(() ->
                        service.send("POST", Service.about(TEST, "flush"), "").statusCode() == 200);
    }

    private static @Nullable String traceOfRow(String database, String requestId) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                PreparedStatement select =
                        connection.prepareStatement("select trace_id from ab_test_results where request_id = ?")) {
            select.setString(1, requestId);
            ResultSet row = select.executeQuery();
            assertTrue(row.next(), requestId);
            return row.getString(1);
        }
    }

    /** The line of the change, in JSON. */
    private static void assertLine(ServiceProcess service) {
        List<JsonObject> lines =
                service.output().lines().map(FollowedRequestIT::json).toList();
        JsonObject line = lines.stream()
                .filter(one -> one.getString("message").startsWith("created by \"ada\""))
                .findFirst()
                .orElseThrow();

        assertEquals("INFO", line.getString("level"));
        assertTrue(line.getString("loggerName").endsWith("ChangeLog"), line::encode);
        assertTrue(!line.getString("hostName").isEmpty(), line::encode);
        assertEquals(
                new JsonObject()
                        .put("actor", "ada")
                        .put("test", TEST)
                        .put("request", "created-1")
                        .put("trace", CREATED),
                line.getJsonObject("mdc"));
    }

    private static JsonObject json(String line) {
        try {
            return new JsonObject(line);
        } catch (DecodeException e) {
            throw new AssertionError("no JSON: " + line, e);
        }
    }
}

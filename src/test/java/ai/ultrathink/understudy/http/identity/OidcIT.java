package ai.ultrathink.understudy.http.identity;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.ClosedLoop;
import ai.ultrathink.understudy.testkit.MarketDay;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import ai.ultrathink.understudy.testkit.TokenIssuer;
import ai.ultrathink.understudy.testkit.TokenIssuer.Mood;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The packaged service with an identity provider and a file of tokens. The provider is away at the start, then there, then
 * away again, so the tests have an order. KeycloakIT does with a real one what needs no faults.
 */
@TestMethodOrder(OrderAnnotation.class)
class OidcIT {

    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final String MODELS = "/api/v1/models";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private static final String SECRET = "a-secret-of-the-console-for-tests-only";

    private static TokenIssuer issuer;
    private static ServiceProcess service;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException, GeneralSecurityException {
        issuer = TokenIssuer.start();
        issuer.mood(Mood.SILENT);
        Path tokens = directory.resolve("tokens");
        Files.writeString(
                tokens,
                "desk caller,viewer "
                        + HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest("desk-token".getBytes(UTF_8))));
        Map<String, String> environment = new HashMap<>(issuer.environment());
        environment.put("UNDERSTUDY_AUTH", "tokens,oidc");
        environment.put("UNDERSTUDY_TOKENS_FILE", tokens.toString());
        environment.put("OIDC_CLIENT_ID", "console");
        environment.put("OIDC_CLIENT_SECRET", SECRET);
        environment.put("OIDC_ROLE_OPERATOR", "quants, heads");
        environment.put("OIDC_ROLE_APPROVER", "heads");
        environment.put("UNDERSTUDY_ACCESS_REQUESTS_PER_SECOND", "20");
        environment.put("DATABASE_URL", "postgresql://127.0.0.1:9/none");
        service = ServiceProcess.start(directory, environment).awaitReady();
    }

    @AfterAll
    static void stop() {
        service.close();
        issuer.close();
    }

    @Test
    @Order(1)
    void a_provider_that_is_silent_at_the_start_keeps_nobody_else_waiting() throws IOException {
        assertEquals(200, get("desk-token", MODELS).statusCode());
        assertEquals(200, predict("desk-token").statusCode());
        assertEquals(200, service.status("/q/health/ready"));
        assertUnverified(get(issuer.token("ada", "viewer"), MODELS));
        assertUnverified(login());
        assertUnverified(withCookie());
        assertFalse(service.output().contains("Thread blocked"), service::output);
    }

    @ParameterizedTest
    @EnumSource(
            value = Mood.class,
            names = {"HTML", "EMPTY", "ANOTHER", "FAILING"})
    @Order(2)
    void a_provider_that_answers_something_else_is_as_good_as_away(Mood mood) throws IOException {
        issuer.mood(mood);
        int before = issuer.questions();
        await().atMost(WITHIN).until(() -> {
            assertUnverified(get(issuer.token("ada", "viewer"), MODELS));
            return issuer.questions() > before;
        });

        assertUnverified(get(issuer.token("ada", "viewer"), MODELS));
        assertUnverified(login());
        assertEquals(200, get("desk-token", MODELS).statusCode());
    }

    @Test
    @Order(3)
    void a_provider_that_comes_back_is_noticed() {
        assertTrue(service.output().contains("has the issuer https://another.example.com"), service::output);
        issuer.mood(Mood.WELL);

        await().atMost(WITHIN)
                .until(() -> get(issuer.token("ada", "viewer"), MODELS).statusCode() == 200);
    }

    @Test
    @Order(4)
    void a_login_is_led_to_the_provider_with_pkce() throws IOException {
        await().atMost(WITHIN).until(() -> login().statusCode() == 302);
        HttpResponse<String> begun = login();
        String where = begun.headers().firstValue("Location").orElseThrow();

        assertTrue(where.startsWith(issuer.url() + "/login?"), where);
        assertTrue(where.contains("code_challenge_method=S256"), where);
        assertTrue(where.contains("nonce="), where);
        assertFalse(begun.headers().map().toString().contains(SECRET));
        assertEquals(401, withCookie().statusCode());
        assertTrue(problem(withCookie()).contains("/console/login"));
    }

    @Test
    @Order(4)
    void a_provider_without_a_logout_ends_a_login_here() throws IOException {
        HttpResponse<String> end = service.send(
                service.plainRequest("/console/logout").GET().header("Cookie", "q_session_console=a.b.c.d.e"));

        assertEquals(302, end.statusCode());
        assertEquals(Optional.of("/console/"), end.headers().firstValue("Location"));
        assertTrue(
                end.headers().firstValue("Set-Cookie").orElse("").contains("Max-Age=0"),
                end.headers().toString());
    }

    @Test
    @Order(4)
    void groups_give_roles() throws IOException {
        assertEquals(200, get(issuer.token("ada", "quants"), MODELS).statusCode());
        assertEquals(200, predict(issuer.token("bot", "caller")).statusCode());

        HttpResponse<String> caller = get(issuer.token("bot", "caller"), MODELS);
        assertEquals(403, caller.statusCode());
        assertTrue(problem(caller).contains("bot has the roles caller"), caller.body());

        HttpResponse<String> operator = reload(issuer.token("ada", "heads"));
        assertEquals(403, operator.statusCode());
        assertTrue(problem(operator).contains("ada has the roles viewer, operator, approver"), operator.body());
        assertEquals(403, get(issuer.token("eve", "operator"), MODELS).statusCode(), "the group is called quants here");
    }

    static Stream<JsonObject> claims_without_a_role() {
        JsonArray many = new JsonArray(
                IntStream.range(0, 700).mapToObj(i -> "group-" + i).toList());
        return Stream.of(
                claims(),
                claims().put("groups", new JsonArray()),
                claims().putNull("groups"),
                claims().put("groups", new JsonObject().put("viewer", true)),
                claims().put("groups", new JsonArray().add(new JsonArray().add("viewer"))),
                claims().put("groups", new JsonArray().add(1).addNull().add("viewer ")),
                claims().put("groups", true),
                claims().put("groups", many),
                claims().put("realm_access", new JsonObject().put("roles", new JsonArray().add("viewer"))));
    }

    @ParameterizedTest
    @MethodSource("claims_without_a_role")
    @Order(5)
    void a_claim_without_a_role_gives_none(JsonObject claims) throws IOException {
        HttpResponse<String> answer = get(issuer.sign(claims), MODELS);

        assertEquals(403, answer.statusCode());
        assertTrue(problem(answer).contains("ada has no role"), answer.body());
    }

    @Test
    @Order(5)
    void a_claim_may_be_a_string_or_long() throws IOException {
        assertEquals(
                200, get(issuer.sign(claims().put("groups", "viewer")), MODELS).statusCode());
        assertEquals(
                200,
                get(issuer.sign(claims().put("groups", "staff viewer")), MODELS).statusCode());
        JsonArray many = new JsonArray(
                IntStream.range(0, 500).mapToObj(i -> "group-" + i).collect(Collectors.toList()));
        assertEquals(
                200,
                get(issuer.sign(claims().put("groups", many.add("viewer"))), MODELS)
                        .statusCode());
    }

    record BadToken(String name, String token, String words) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<BadToken> bad_tokens() {
        long now = Instant.now().getEpochSecond();
        String good = issuer.token("ada", "viewer");
        String[] parts = good.split("\\.", -1);
        JsonObject header = new JsonObject().put("alg", "RS256").put("kid", issuer.keyId());
        JsonObject viewer = claims().put("groups", new JsonArray().add("viewer"));
        TokenIssuer forger = forger();
        return Stream.of(
                new BadToken("alg none", part("none") + "." + parts[1] + ".", "not known"),
                new BadToken("alg none, with a signature", part("none") + "." + parts[1] + "." + parts[2], "not valid"),
                new BadToken("HS256 with the public key", hs256(parts[1]), "not valid"),
                new BadToken("no signature", parts[0] + "." + parts[1] + ".", "not known"),
                new BadToken(
                        "other claims under the signature",
                        parts[0] + "." + TokenIssuer.part(viewer.copy().put("sub", "eve")) + "." + parts[2],
                        "not valid"),
                new BadToken("another key, same name", forger.sign(header, viewer), "not valid"),
                new BadToken("unknown key", forger.sign(header.copy().put("kid", "unknown"), viewer), "an unknown key"),
                new BadToken(
                        "a key in the header",
                        forger.sign(
                                header.copy()
                                        .put("kid", "jwk")
                                        .put(
                                                "jwk",
                                                new JsonObject()
                                                        .put("kty", "oct")
                                                        .put("k", "AAAA")),
                                viewer),
                        "an unknown key"),
                new BadToken("expired", issuer.sign(viewer.copy().put("exp", now - 60)), "has expired"),
                new BadToken("no expiry", issuer.sign(without(viewer, "exp")), "not valid"),
                new BadToken("not yet", issuer.sign(viewer.copy().put("nbf", now + 120)), "not valid yet"),
                new BadToken("another audience", issuer.sign(viewer.copy().put("aud", "other")), "another audience"),
                new BadToken("no audience", issuer.sign(without(viewer, "aud")), "another audience"),
                new BadToken(
                        "another issuer",
                        issuer.sign(viewer.copy().put("iss", "https://evil.example.com")),
                        "another issuer"),
                new BadToken("no issuer", issuer.sign(without(viewer, "iss")), "another issuer"),
                new BadToken("no subject", issuer.sign(without(viewer, "sub")), "not valid"),
                new BadToken(
                        "a subject of the service's own",
                        issuer.sign(viewer.copy().put("sub", "guardrails")),
                        "cannot be a name"),
                new BadToken(
                        "a subject without end",
                        issuer.sign(viewer.copy().put("sub", "a".repeat(200))),
                        "cannot be a name"),
                new BadToken("two dots", "..", "not known"),
                new BadToken("no JSON", "a.b.c", "not valid"),
                new BadToken("encrypted", "a.b.c.d.e", "not known"),
                new BadToken("something else", "desk-token2", "not known"),
                new BadToken("twice", good + ", Bearer " + good, "not known"));
    }

    @ParameterizedTest
    @MethodSource("bad_tokens")
    @Order(6)
    void a_token_that_is_not_right_is_refused_and_its_content_is_in_no_log(BadToken bad) throws IOException {
        HttpResponse<String> answer = get(bad.token, MODELS);

        assertEquals(401, answer.statusCode(), answer.body());
        assertTrue(problem(answer).contains(bad.words), answer.body());
        assertTrue(problem(answer).contains("the role viewer"), answer.body());
        assertTrue(
                answer.headers().firstValue("WWW-Authenticate").orElse("").contains("invalid_token"),
                answer.headers().toString());
        assertFalse(service.output().contains(bad.token.substring(0, Math.min(40, bad.token.length())))
                && bad.token.length() > 20);
        assertFalse(service.output().contains("unexpected error"), service::output);
    }

    @Test
    @Order(6)
    void clocks_may_differ_a_little() throws IOException {
        long now = Instant.now().getEpochSecond();
        // a token ends after it begins, or it is refused for that
        JsonObject viewer = claims().put("groups", "viewer").put("iat", now - 60);

        assertEquals(
                200, get(issuer.sign(viewer.copy().put("exp", now - 5)), MODELS).statusCode());
        assertEquals(
                200,
                get(issuer.sign(viewer.copy().put("nbf", now + 15)), MODELS).statusCode());
    }

    @Test
    @Order(6)
    void two_headers_or_a_token_in_the_query_are_no_credential() throws IOException {
        String token = issuer.token("ada", "viewer");

        assertEquals(
                401,
                service.send(service.request(MODELS)
                                .GET()
                                .header("Authorization", "Bearer " + token)
                                .header("Authorization", "Bearer " + token))
                        .statusCode());
        assertEquals(
                401,
                service.send(service.request(MODELS + "?access_token=" + token).GET())
                        .statusCode());
        assertFalse(service.output().contains(token));
    }

    @Test
    @Order(7)
    void a_new_key_is_fetched_and_the_old_one_ends() throws IOException {
        String old = issuer.token("never-seen", "viewer");
        issuer.rotate();

        await().atMost(WITHIN)
                .until(() -> get(issuer.token("ada", "viewer"), MODELS).statusCode() == 200);

        assertEquals(401, get(old, MODELS).statusCode());
    }

    @Test
    @Order(8)
    void invented_keys_do_not_make_the_service_ask_again_and_again() throws IOException {
        int before = issuer.questions();
        for (int i = 0; i < 40; i++) {
            assertEquals(
                    401,
                    get(issuer.sign(new JsonObject().put("alg", "RS256").put("kid", "k" + i), claims()), MODELS)
                            .statusCode());
        }

        assertTrue(issuer.questions() - before <= 3, "asked " + (issuer.questions() - before) + " times");
    }

    @Test
    @Order(9)
    void keys_that_are_known_outlast_an_answer_without_keys() throws IOException {
        issuer.mood(Mood.EMPTY);
        String unknown = issuer.sign(new JsonObject().put("alg", "RS256").put("kid", "new"), claims());
        await().atMost(WITHIN).until(() -> get(unknown, MODELS).statusCode() == 503);

        assertEquals(200, get(issuer.token("ada", "viewer"), MODELS).statusCode());
    }

    @Test
    @Order(10)
    void a_provider_that_goes_away_ends_nothing_that_is_valid() throws IOException {
        issuer.goAway();
        String unknown = issuer.sign(new JsonObject().put("alg", "RS256").put("kid", "newer"), claims());

        assertUnverified(get(unknown, MODELS));
        await().atMost(WITHIN).until(() -> login().statusCode() == 503);
        assertEquals(200, get(issuer.token("ada", "viewer"), MODELS).statusCode());
        assertEquals(200, predict(issuer.token("bot", "caller")).statusCode());
        assertEquals(200, get("desk-token", MODELS).statusCode());
        assertEquals(200, service.status("/q/health/ready"));
        assertFalse(service.output().contains("Thread blocked"), service::output);
        String metrics = service.send(service.request("/q/metrics").GET()).body();
        assertTrue(metrics.contains("understudy_access_refused_total{reason=\"provider_away\",}"), metrics);
    }

    @Test
    @Order(11)
    void a_caller_has_so_many_requests_a_second_and_no_other_caller_minds() throws Exception {
        String hasty = issuer.token("hasty", "viewer");
        AtomicReference<@Nullable HttpResponse<String>> refused = new AtomicReference<>();
        try (ClosedLoop crowd = ClosedLoop.start(8, (caller, number) -> {
            HttpResponse<String> answer = get(hasty, MODELS);
            if (answer.statusCode() != 200) {
                refused.compareAndSet(null, answer);
            }
            return refused.get() == null;
        })) {
            crowd.join();
        }

        HttpResponse<String> answer = Objects.requireNonNull(refused.get());
        assertEquals(429, answer.statusCode());
        assertEquals(Optional.of("1"), answer.headers().firstValue("Retry-After"));
        assertTrue(problem(answer).contains("hasty has made 20 requests"), answer.body());
        assertEquals(200, get(issuer.token("patient", "viewer"), MODELS).statusCode());
    }

    private static HttpResponse<String> login() throws IOException {
        return service.send(service.plainRequest("/console/login").GET());
    }

    /** A call with the cookie of a login, which is none. */
    private static HttpResponse<String> withCookie() throws IOException {
        return service.send(
                service.plainRequest(MODELS).GET().header("Cookie", "q_session_console=eyJhbGciOiJkaXIifQ.b.c.d.e"));
    }

    private static void assertUnverified(HttpResponse<String> answer) {
        assertEquals(503, answer.statusCode(), answer.body());
        assertEquals(Optional.of("1"), answer.headers().firstValue("Retry-After"));
        assertTrue(problem(answer).contains("identity provider"), answer.body());
    }

    private static JsonObject claims() {
        return issuer.claims("ada");
    }

    private static JsonObject without(JsonObject claims, String name) {
        JsonObject fewer = claims.copy();
        fewer.remove(name);
        return fewer;
    }

    private static TokenIssuer forger() {
        try (TokenIssuer forger = TokenIssuer.start()) {
            return forger;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String part(String algorithm) {
        return TokenIssuer.part(new JsonObject().put("alg", algorithm).put("kid", issuer.keyId()));
    }

    /** Signed with the public key as if that were a secret. */
    private static String hs256(String claims) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(issuer.publicKey(), "HmacSHA256"));
            String signed = part("HS256") + "." + claims;
            return signed + "." + BASE64.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> get(String token, String path) throws IOException {
        return service.send(service.request(path).GET().header("Authorization", "Bearer " + token));
    }

    private static HttpResponse<String> predict(String token) throws IOException {
        List<MarketDay> days = MarketDay.readAll();
        return service.send(post("/api/v1/predict", token)
                .POST(BodyPublishers.ofString(
                        "{\"symbol\":\"SPX\",\"features\":" + days.getFirst().features() + "}")));
    }

    private static HttpResponse<String> reload(String token) throws IOException {
        return service.send(post("/api/v1/models/reload", token).POST(BodyPublishers.noBody()));
    }

    private static HttpRequest.Builder post(String path, String token) {
        return service.request(path).header("Authorization", "Bearer " + token);
    }

    private static String problem(HttpResponse<String> answer) {
        assertEquals(
                Optional.of("application/problem+json"),
                answer.headers().firstValue("Content-Type").map(type -> type.split(";", 2)[0]),
                answer.body());
        return new JsonObject(answer.body()).getString("detail");
    }
}

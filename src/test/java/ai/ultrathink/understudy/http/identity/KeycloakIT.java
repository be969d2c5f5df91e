package ai.ultrathink.understudy.http.identity;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.ultrathink.understudy.Readme;
import ai.ultrathink.understudy.testkit.Bash;
import ai.ultrathink.understudy.testkit.Browser;
import ai.ultrathink.understudy.testkit.MarketDay;
import ai.ultrathink.understudy.testkit.Npm;
import ai.ultrathink.understudy.testkit.Ports;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import ai.ultrathink.understudy.testkit.Tool;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The packaged service with a real Keycloak, which the build unpacks into target/keycloak: a realm with a person for each
 * role, and a program that predicts.
 */
class KeycloakIT {

    private static final Path KEYCLOAK = Path.of("target", "keycloak");
    private static final Path REALM = Path.of("src", "test", "resources", "keycloak", "desk-realm.json");
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(5);
    private static final String TESTS = "/api/v1/ab-test";
    private static final String IDENTITY = "/api/v1/identity";
    private static final String LOGIN = "/console/login";
    private static final String SECRET = "a-secret-of-the-console-for-tests-only";
    private static final String SESSION = "q_session_console";

    private static ServiceProcess keycloak;
    private static ServiceProcess service;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        Path home = home();
        Path realms = Files.createDirectories(home.resolve("data").resolve("import"));
        Files.write(realms.resolve(String.valueOf(REALM.getFileName())), Files.readAllBytes(REALM));
        int port = Ports.free();
        URI address = URI.create("http://127.0.0.1:" + port);
        keycloak = ServiceProcess.startAt(
                address,
                directory.resolve("keycloak.log"),
                Map.of("JAVA_HOME", System.getProperty("java.home"), "JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1"),
                List.of(
                        home.resolve("bin").resolve("kc.sh").toString(),
                        "start-dev",
                        "--import-realm",
                        "--db=dev-mem",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port));
        // both start at once, the service without its provider
        service = ServiceProcess.start(
                        directory,
                        environment(address, Map.of("OIDC_CLIENT_ID", "console", "OIDC_CLIENT_SECRET", SECRET)))
                .awaitReady();
        keycloak.awaitReady("/realms/desk/.well-known/openid-configuration", STARTS_WITHIN);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> call("GET", TESTS + "/list", person("vera"), "").statusCode() == 200);
    }

    private static Map<String, String> environment(URI provider, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("UNDERSTUDY_AUTH", "oidc");
        environment.put("OIDC_ISSUER", provider + "/realms/desk");
        environment.put("OIDC_AUDIENCE", "understudy");
        environment.put("OIDC_ROLES_CLAIM", "realm_access/roles");
        return environment;
    }

    /** Another service with a public client, without a database. */
    private static ServiceProcess publicClient(Path directory, String client) throws IOException {
        return ServiceProcess.start(
                        directory,
                        environment(
                                keycloak.at(""),
                                Map.of("OIDC_CLIENT_ID", client, "DATABASE_URL", "postgresql://127.0.0.1:9/none")))
                .awaitReady();
    }

    /** Where Keycloak was unpacked; only a build that cannot fetch it is without. */
    private static Path home() throws IOException {
        if (Files.isDirectory(KEYCLOAK)) {
            try (Stream<Path> entries = Files.list(KEYCLOAK)) {
                return entries.filter(entry -> Files.exists(entry.resolve("bin").resolve("kc.sh")))
                        .findFirst()
                        .orElseThrow();
            }
        }
        assumeTrue(
                System.getenv("CI") != null,
                "SKIPPED: KeycloakIT needs Keycloak in target/keycloak, where the build unpacks it (CI never skips it)");
        return KEYCLOAK;
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.close();
        }
        if (keycloak != null) {
            keycloak.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        // may read, predict, disable, change, reload
        "carl, false, true, false, false, false",
        "vera, true, false, false, false, false",
        "otto, true, false, true, true, false",
        "anna, true, false, true, false, false",
        "adam, true, false, false, false, true"
    })
    void a_person_may_what_the_role_in_the_realm_says(
            String name, boolean reads, boolean predicts, boolean disables, boolean changes, boolean reloads)
            throws IOException {
        String token = person(name);

        assertEquals(reads, isAllowed(call("GET", TESTS + "/list", token, "")));
        assertEquals(predicts, isAllowed(predict(token)));
        assertEquals(disables, isAllowed(call("POST", TESTS + "/none/disable", token, "")));
        assertEquals(changes, isAllowed(call("POST", TESTS + "/create", token, "{}")));
        assertEquals(reloads, isAllowed(call("POST", "/api/v1/models/reload", token, "")));
    }

    @Test
    void a_service_account_predicts() throws IOException {
        HttpResponse<String> answer =
                predict(token("grant_type=client_credentials&client_id=trading&client_secret=trading-secret"));

        assertEquals(200, answer.statusCode(), answer.body());
    }

    @Test
    void the_commands_of_the_guide_get_a_token_and_use_it(@TempDir Path directory) throws Exception {
        Bash bash = new Bash(directory);
        bash.assumeCurl("docs/operations.md");
        String commands = Readme.read(Path.of("docs", "operations.md")).blocks("sh").stream()
                .filter(block -> block.contains("client_credentials"))
                .findFirst()
                .orElseThrow();

        String output = bash.run(
                "set -e\n"
                        + commands.replace(
                                        "https://id.example.com",
                                        keycloak.at("").toString())
                                .replace("http://localhost:8080", service.at("").toString()),
                Map.of("CLIENT_SECRET", "trading-secret"));

        assertTrue(output.contains("\"action\""), output);
    }

    @Test
    void a_token_for_another_service_is_refused() throws IOException {
        HttpResponse<String> answer =
                call("GET", TESTS + "/list", token("grant_type=password&client_id=other-service" + login("otto")), "");

        assertEquals(401, answer.statusCode());
        assertTrue(answer.body().contains("another audience"), answer.body());
    }

    @Test
    void the_actor_is_the_subject_whatever_x_actor_says() throws IOException {
        String token = person("otto");
        HttpResponse<String> created =
                service.send(request("POST", TESTS + "/create", token, """
                        {"test_id":"by-otto","control_model":"bull_specialist","treatment_model":"bull_specialist_v2",
                         "explicit":true}""").header("X-Actor", "vera"));
        assertEquals(201, created.statusCode(), created.body());

        JsonArray events =
                new JsonArray(call("GET", TESTS + "/by-otto/events", token, "").body());

        assertEquals(subject(token), events.getJsonObject(0).getString("actor"));
    }

    @Test
    void a_person_logs_in_and_out_in_a_browser() throws IOException {
        Browser browser = new Browser();
        URI provider = Browser.where(browser.get(service.at(LOGIN)));
        assertTrue(provider.getQuery().contains("code_challenge_method=S256"), provider.toString());
        assertTrue(provider.getQuery().contains("redirect_uri=" + service.at(LOGIN)), provider.toString());
        assertEquals(new JsonObject("{\"offered\":true,\"signed_in\":false}"), offer(browser));

        HttpResponse<String> answer = browser.get(password(browser, provider, "otto"));

        assertEquals(302, answer.statusCode(), answer.body());
        assertEquals(service.at("/console/"), Browser.where(answer));
        List<String> set = answer.headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith(SESSION))
                .toList();
        assertFalse(set.isEmpty());
        for (String cookie : set) {
            assertTrue(cookie.contains("HTTPOnly"), cookie);
            assertTrue(cookie.contains("SameSite=Strict"), cookie);
            assertTrue(cookie.contains("Max-Age="), cookie);
            // not a token that is only encoded
            assertFalse(cookie.split("=", 2)[1].startsWith("eyJhbGciOiJSUzI1NiI"), cookie);
        }
        assertEquals(new JsonObject("{\"offered\":true,\"signed_in\":true}"), offer(browser));
        JsonObject identity = new JsonObject(browser.get(service.at(IDENTITY)).body());
        assertEquals(subject(person("otto")), identity.getString("name"));
        assertEquals(new JsonArray().add("viewer").add("operator"), identity.getJsonArray("roles"));

        HttpResponse<String> end = browser.get(service.at("/console/logout"));
        assertTrue(
                Browser.where(end)
                        .toString()
                        .startsWith(keycloak.at("/realms/desk").toString()),
                end.toString());
        HttpResponse<String> back = browser.get(Browser.where(end));
        assertEquals(
                service.at("/console/").toString(),
                Browser.where(back).toString().split("\\?", 2)[0]);
        assertEquals(401, browser.get(service.at(IDENTITY)).statusCode());
        assertEquals(
                200,
                browser.get(Browser.where(browser.get(service.at(LOGIN)))).statusCode(),
                "the provider asks for the password again");
        assertNoSecret();
    }

    @Test
    void a_person_clicks_sign_in_and_sign_out_in_a_real_browser() throws IOException, InterruptedException {
        Npm.assumePresent("login in a browser");
        if (!Tool.CHROME.isOnPath()) {
            Tool.CHROMIUM.assumePresent("login in a browser");
        }

        String report = new Npm(Path.of("src", "test", "console"))
                .install()
                .node("login.mjs", service.at("").toString(), "otto", "otto-password");

        assertTrue(report.matches("(?s)(.*\\n)?[1-9]\\d* passed, 0 failed\\s*"), report);
        assertNoSecret();
    }

    @Test
    void a_change_has_the_person_as_its_actor_and_comes_from_the_console_alone() throws IOException {
        Browser browser = loggedIn("otto");
        String own = service.at("").toString();
        String test = """
                {"test_id":"by-login","control_model":"bull_specialist","treatment_model":"bull_specialist_v2",
                 "explicit":true}""";

        for (String[] from : new String[][] {
            {},
            {"Origin", "https://evil.example.com"},
            {"Origin", "null"},
            {"Sec-Fetch-Site", "cross-site"},
            {"Sec-Fetch-Site", "same-site"},
            {"Sec-Fetch-Site", "none"},
            {"Sec-Fetch-Site", "cross-site", "Origin", own},
        }) {
            HttpResponse<String> refused = change(browser, TESTS + "/create", test, from);
            assertEquals(403, refused.statusCode(), String.join(" ", from));
            assertTrue(refused.body().contains("Origin: got"), refused.body());
        }
        HttpResponse<String> created = change(browser, TESTS + "/create", test, "Origin", own);
        assertEquals(201, created.statusCode(), created.body());
        HttpResponse<String> disabled =
                change(browser, TESTS + "/by-login/disable", "", "Sec-Fetch-Site", "same-origin", "X-Actor", "vera");
        assertEquals(200, disabled.statusCode(), disabled.body());

        JsonArray events = new JsonArray(
                browser.get(service.at(TESTS + "/by-login/events")).body());
        assertEquals(2, events.size(), events.encode());
        for (Object event : events) {
            assertEquals(subject(person("otto")), ((JsonObject) event).getString("actor"));
        }
        HttpResponse<String> reload = change(browser, "/api/v1/models/reload", "", "Sec-Fetch-Site", "same-origin");
        assertEquals(403, reload.statusCode(), reload.body());
    }

    @Test
    void a_cookie_that_was_altered_is_no_login() throws IOException {
        for (String forged : List.of("x", "a.b.c.d.e", "altered")) {
            Browser browser = loggedIn("vera");
            browser.cookies()
                    .replaceAll((name, value) -> !name.startsWith(SESSION)
                            ? value
                            : forged.equals("altered") ? value.substring(0, value.length() - 6) + "AAAAAA" : forged);

            HttpResponse<String> answer = browser.get(service.at(IDENTITY));

            assertEquals(401, answer.statusCode(), answer.body());
            assertTrue(answer.headers().firstValue("Content-Type").orElse("").startsWith("application/problem+json"));
            assertTrue(answer.body().contains("login: got"), answer.body());
            assertTrue(browser.cookies().keySet().stream().noneMatch(name -> name.startsWith(SESSION)));
        }
    }

    @Test
    void a_header_counts_before_a_cookie() throws IOException {
        Browser browser = loggedIn("otto");

        assertEquals(
                subject(person("vera")),
                new JsonObject(browser.send(request("GET", IDENTITY, person("vera"), ""))
                                .body())
                        .getString("name"));
        assertEquals(401, browser.send(request("GET", IDENTITY, "unknown", "")).statusCode());
    }

    @Test
    void an_answer_that_the_login_did_not_ask_for_is_refused() throws IOException {
        Browser browser = new Browser();
        URI callback = password(browser, Browser.where(browser.get(service.at(LOGIN))), "otto");
        Map<String, String> before = Map.copyOf(browser.cookies());
        String code = callback.getRawQuery().replaceFirst(".*\\bcode=([^&]+).*", "$1");
        String state = callback.getRawQuery().replaceFirst(".*\\bstate=([^&]+).*", "$1");

        for (String query : List.of(
                "state=other&code=" + code,
                "code=" + code,
                "state=" + state,
                "state=" + state + "&state=" + state + "&code=" + code,
                "state=" + state + "&error=access_denied",
                "state=" + state + "&code=invented")) {
            browser.cookies().putAll(before);
            assertRefused(browser, browser.get(service.at(LOGIN + "?" + query)));
        }
        // another browser, to which the address was sent
        Browser another = new Browser();
        assertRefused(another, another.get(callback));

        browser.cookies().putAll(before);
        assertEquals(302, browser.get(callback).statusCode());
        browser.cookies().keySet().removeIf(name -> name.startsWith(SESSION));
        browser.cookies().putAll(before);
        assertRefused(browser, browser.get(callback));
        assertNoSecret();
    }

    private static void assertRefused(Browser browser, HttpResponse<String> answer) {
        assertEquals(401, answer.statusCode(), answer.body());
        assertTrue(answer.headers().firstValue("Content-Type").orElse("").startsWith("application/problem+json"));
        assertTrue(answer.body().contains("login: got"), answer.body());
        assertTrue(browser.cookies().keySet().stream().noneMatch(name -> name.startsWith(SESSION)));
    }

    @Test
    void a_login_leads_to_the_console_and_nowhere_else() throws IOException {
        for (String query : List.of(
                "?redirect_uri=https://evil.example.com",
                "?returnUrl=//evil.example.com",
                "?post_logout_redirect_uri=https://evil.example.com")) {
            Browser browser = new Browser();
            URI provider = Browser.where(browser.get(service.at(LOGIN + query)));
            assertFalse(provider.toString().contains("evil"), provider.toString());

            HttpResponse<String> answer = browser.get(password(browser, provider, "vera"));

            assertEquals(service.at("/console/"), Browser.where(answer));
            URI end = Browser.where(browser.get(service.at("/console/logout" + query)));
            assertFalse(end.toString().contains("evil"), end.toString());
        }
    }

    @Test
    void a_login_for_another_audience_is_refused(@TempDir Path directory) throws IOException {
        try (ServiceProcess other = publicClient(directory, "console-of-another")) {
            Browser browser = new Browser();
            URI provider = provider(browser, other);

            HttpResponse<String> answer = browser.get(password(browser, provider, "otto"));

            assertRefused(browser, answer);
            assertTrue(answer.body().contains("another audience"), answer.body());
        }
    }

    @Test
    void a_login_whose_password_was_given_more_than_twelve_hours_ago_is_refused(@TempDir Path directory)
            throws IOException {
        try (ServiceProcess yesterday = publicClient(directory, "console-yesterday")) {
            Browser browser = new Browser();
            URI provider = provider(browser, yesterday);

            HttpResponse<String> answer = browser.get(password(browser, provider, "otto"));

            assertRefused(browser, answer);
            assertTrue(answer.body().contains("too old"), answer.body());
        }
    }

    @Test
    void a_login_is_renewed_while_the_provider_lets_it(@TempDir Path directory) throws IOException {
        try (ServiceProcess brief = publicClient(directory, "console-brief")) {
            Browser browser = new Browser();
            assertEquals(
                    302,
                    browser.get(password(browser, provider(browser, brief), "vera"))
                            .statusCode());
            Map<String, String> first = Map.copyOf(browser.cookies());

            // its tokens are valid for 2 s, and 30 s more because clocks may differ
            await().pollDelay(Duration.ofSeconds(34))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> browser.get(brief.at(IDENTITY)).statusCode() == 200);
            assertNotEquals(sessionOf(first), sessionOf(browser.cookies()));
            Browser thief = new Browser();
            thief.cookies().putAll(browser.cookies());
            HttpResponse<String> end = browser.get(brief.at("/console/logout"));
            browser.get(Browser.where(end));

            await().pollDelay(Duration.ofSeconds(34))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> thief.get(brief.at(IDENTITY)).statusCode() == 401);
        }
    }

    /** The cookie, which comes in parts if it is long. */
    private static String sessionOf(Map<String, String> cookies) {
        return cookies.entrySet().stream()
                .filter(cookie -> cookie.getKey().startsWith(SESSION))
                .map(Map.Entry::toString)
                .sorted()
                .collect(Collectors.joining());
    }

    /** Where a login is led to, as soon as the service knows the provider. */
    private static URI provider(Browser browser, ServiceProcess at) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> browser.get(at.at(LOGIN)).statusCode() == 302);
        try {
            return Browser.where(browser.get(at.at(LOGIN)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertNoSecret() {
        String said = service.output() + service.errors();
        assertFalse(said.contains(SECRET), said);
        assertFalse(said.contains("eyJ"), said);
    }

    private static JsonObject offer(Browser browser) throws IOException {
        return new JsonObject(browser.get(service.at("/console/login.json")).body());
    }

    private static Browser loggedIn(String name) throws IOException {
        Browser browser = new Browser();
        HttpResponse<String> answer =
                browser.get(password(browser, Browser.where(browser.get(service.at(LOGIN))), name));
        assertEquals(302, answer.statusCode(), answer.body());
        return browser;
    }

    /** Gives the password to the provider; where that leads to. */
    private static URI password(Browser browser, URI provider, String name) throws IOException {
        return Browser.where(browser.submit(browser.get(provider), name, name + "-password"));
    }

    private static HttpResponse<String> change(Browser browser, String path, String body, String... headers)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(service.at(path))
                .POST(body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return browser.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static boolean isAllowed(HttpResponse<String> answer) {
        assertTrue(answer.statusCode() != 401 && answer.statusCode() < 500, answer.body());
        return answer.statusCode() != 403;
    }

    private static String person(String name) throws IOException {
        return token("grant_type=password&client_id=desk-cli" + login(name));
    }

    private static String login(String name) {
        return "&username=" + name + "&password=" + name + "-password";
    }

    private static String token(String form) throws IOException {
        HttpResponse<String> answer =
                keycloak.send(HttpRequest.newBuilder(keycloak.at("/realms/desk/protocol/openid-connect/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form)));
        assertEquals(200, answer.statusCode(), answer.body());
        return new JsonObject(answer.body()).getString("access_token");
    }

    private static String subject(String token) {
        byte[] claims = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
        return new JsonObject(new String(claims, StandardCharsets.UTF_8)).getString("sub");
    }

    private static HttpResponse<String> predict(String token) throws IOException {
        return call(
                "POST",
                "/api/v1/predict",
                token,
                "{\"symbol\":\"SPX\",\"features\":"
                        + MarketDay.readAll().getFirst().features() + "}");
    }

    private static HttpResponse<String> call(String method, String path, String token, String body) throws IOException {
        return service.send(request(method, path, token, body));
    }

    private static HttpRequest.Builder request(String method, String path, String token, String body) {
        return service.request(path)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Authorization", "Bearer " + token);
    }
}

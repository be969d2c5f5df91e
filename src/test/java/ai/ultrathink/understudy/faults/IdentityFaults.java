package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.faults.FaultVerdict.measured;

import ai.ultrathink.understudy.testkit.ClosedLoop;
import ai.ultrathink.understudy.testkit.TokenIssuer;
import ai.ultrathink.understudy.testkit.TokenIssuer.Mood;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** An identity provider that is away, slow or wrong, and callers without a valid token. */
final class IdentityFaults {

    private static final String TREATMENT = "bull_specialist_v2";
    private static final String TOKEN = "token-of-the-file";
    private static final int PER_SECOND = 100;
    private static final Duration WHILE = Duration.ofSeconds(5);
    private static final Duration SETTLING = Duration.ofSeconds(2);

    private IdentityFaults() {}

    /** What happens to the provider once its keys are known. */
    @FunctionalInterface
    private interface Harm {
        void happen(TokenIssuer issuer) throws Exception;
    }

    static List<Fault> all() {
        return List.of(
                atStart("is away", TokenIssuer::goAway),
                atStart("is silent", issuer -> issuer.mood(Mood.SILENT)),
                later("goes away", "its port is closed", TokenIssuer::goAway),
                later("becomes silent", "it takes connections and does not answer", issuer -> issuer.mood(Mood.SILENT)),
                later("talks rubbish", "HTML with status 200", issuer -> issuer.mood(Mood.HTML)),
                later("has no keys any more", "an empty JSON object", issuer -> issuer.mood(Mood.EMPTY)),
                badTokens());
    }

    private static Fault atStart(String how, Harm harm) {
        return Fault.named("the identity provider " + how + " at the start")
                .injected("the service is started with tokens,oidc while the provider " + how)
                .promised("ready; tokens of the file predict and disable; others get 503, and 200 when it is back")
                .when(context -> {
                    TokenIssuer issuer = context.onClose(TokenIssuer.start());
                    harm.happen(issuer);
                    ServiceReplica replica = replica(context, issuer);
                    Load load = context.load(replica, Ask.plain(CONTROL), PER_SECOND);
                    String testId = replica.split(CONTROL, TREATMENT, 0.5);
                    long longest = 0;
                    int unverified = 0;
                    for (int i = 0; i < 10; i++) {
                        long start = System.nanoTime();
                        unverified += status(replica, issuer.token("ada", "viewer")) == 503 ? 1 : 0;
                        longest = Math.max(longest, millisSince(start));
                    }
                    int disabled = replica.call(testId, "disable").statusCode();
                    boolean ready = replica.ready();
                    Recording recording = load.lasting(Duration.ofSeconds(1));
                    issuer.goAway();
                    issuer.mood(Mood.WELL);
                    issuer.comeBack();
                    long back = ServiceReplica.millisUntil(
                            Duration.ofSeconds(30), () -> status(replica, issuer.token("ada", "viewer")) == 200);
                    return measured(
                                    "%d of %d predictions failed; %d of 10 tokens got 503, after %d ms at most; accepted %.1f s after"
                                            + " it was back",
                                    recording.failed(), recording.size(), unverified, longest, back / 1e3)
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(ready, "it is not ready")
                            .holds(disabled == 200, "disable got %d", disabled)
                            .holds(unverified == 10, "not all")
                            .holds(longest < 6000, "an attempt is bounded by 5 s")
                            .holds(back >= 0, "it does not recover")
                            .verdict();
                });
    }

    private static Fault later(String how, String words, Harm harm) {
        return Fault.named("the identity provider " + how)
                .injected(words + "; a token with an unknown key, under load with a token of it")
                .promised("tokens whose key is known predict and disable; the other gets 503 within 4 s; ready")
                .when(context -> {
                    TokenIssuer issuer = context.onClose(TokenIssuer.start());
                    ServiceReplica replica = replica(context, issuer);
                    String operator = issuer.token("otto", "operator", "caller");
                    ServiceReplica.millisUntil(Duration.ofSeconds(30), () -> status(replica, operator) == 200);
                    String testId = replica.split(CONTROL, TREATMENT, 0.5);
                    replica.process().authorize(operator);
                    Load load = context.load(replica, Ask.plain(CONTROL), PER_SECOND);
                    harm.happen(issuer);
                    String unknown = issuer.sign(
                            new JsonObject().put("alg", "RS256").put("kid", "another"), issuer.claims("ada"));
                    long start = System.nanoTime();
                    int answer = status(replica, unknown);
                    long took = millisSince(start);
                    int fresh = status(replica, issuer.token("vera", "viewer"));
                    int disabled = replica.call(testId, "disable").statusCode();
                    Recording recording = load.lasting(WHILE);
                    return measured(
                                    "%d of %d predictions failed, p99 %.1f ms; the unknown key got %d after %d ms, a new token of a"
                                            + " known key %d, disable %d",
                                    recording.failed(),
                                    recording.size(),
                                    recording.p99Millis(),
                                    answer,
                                    took,
                                    fresh,
                                    disabled)
                            .holds(recording.failed() == 0, "the first failure: %s", recording.firstFailure())
                            .holds(answer == 503, "that is not 503")
                            .holds(took < 4000, "it waits too long")
                            .holds(fresh == 200 && disabled == 200, "a known key does not suffice")
                            .holds(replica.ready(), "it is not ready")
                            .verdict();
                });
    }

    private static Fault badTokens() {
        return Fault.named("10,000 bad tokens a second")
                .injected("100 connections send bad tokens as fast as they can, 10,000/s at most; in turns with none")
                .promised("p99 of predictions with a token within 1.3 of that without them; none fails")
                .when(context -> {
                    TokenIssuer issuer = context.onClose(TokenIssuer.start());
                    ServiceReplica replica = replica(context, issuer);
                    context.load(replica, Ask.plain(CONTROL), 3 * PER_SECOND).lasting(WHILE);
                    List<Recording> quiet = new ArrayList<>();
                    List<Recording> flooded = new ArrayList<>();
                    AtomicLong sent = new AtomicLong();
                    for (int turn = 0; turn < 3; turn++) {
                        quiet.add(context.load(replica, Ask.plain(CONTROL), PER_SECOND)
                                .lasting(WHILE));
                        try (ClosedLoop flood = flood(replica, sent)) {
                            // until its hundred connections are open, which costs this program more than the service
                            context.load(replica, Ask.plain(CONTROL), PER_SECOND)
                                    .lasting(SETTLING);
                            flooded.add(context.load(replica, Ask.plain(CONTROL), PER_SECOND)
                                    .lasting(WHILE));
                            if (flood.failure() != null) {
                                throw flood.failure();
                            }
                        }
                    }
                    Recording before = quiet.stream().reduce(Recording::plus).orElseThrow();
                    Recording beside = flooded.stream().reduce(Recording::plus).orElseThrow();
                    double held = replica.metric("understudy_access_refused_total", "reason=\"too_many_bad\"");
                    return measured(
                                    "p99 %.2f ms without, %.2f ms beside %,d bad tokens (%.0f held back); %d of %d failed",
                                    before.p99Millis(),
                                    beside.p99Millis(),
                                    sent.get(),
                                    held,
                                    beside.failed(),
                                    beside.size())
                            .holds(beside.failed() == 0, "the first failure: %s", beside.firstFailure())
                            .holds(held > 0, "nothing was held back")
                            .holds(
                                    beside.p99Millis() <= 1.3 * before.p99Millis(),
                                    "that is %.2f of it",
                                    beside.p99Millis() / before.p99Millis())
                            .verdict();
                });
    }

    /** A hundred connections, each of which sends its next bad token when it has had its answer, 100 a second at most. */
    private static ClosedLoop flood(ServiceReplica replica, AtomicLong sent) {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request = HttpRequest.newBuilder(replica.at("/api/v1/models"))
                .header("Authorization", "Bearer wrong")
                .GET()
                .build();
        return ClosedLoop.start(100, (caller, number) -> {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 401 && answer.statusCode() != 429) {
                throw new IllegalStateException("a bad token got " + answer.statusCode());
            }
            sent.incrementAndGet();
            Thread.sleep(Duration.ofMillis(10));
            return true;
        });
    }

    private static ServiceReplica replica(FaultContext context, TokenIssuer issuer) throws Exception {
        Path tokens = context.directory().resolve("tokens");
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.UTF_8));
        Files.writeString(tokens, "desk caller,operator " + HexFormat.of().formatHex(hash));
        ServiceReplica replica = context.started(
                "UNDERSTUDY_AUTH",
                "tokens,oidc",
                "UNDERSTUDY_TOKENS_FILE",
                tokens.toString(),
                "OIDC_ISSUER",
                issuer.url(),
                "OIDC_AUDIENCE",
                TokenIssuer.AUDIENCE);
        replica.process().authorize(TOKEN);
        return replica.awaitReady();
    }

    /** What a call of a viewer is answered with. */
    private static int status(ServiceReplica replica, String token) throws Exception {
        return replica.process()
                .send(replica.process().plainRequest("/api/v1/models").GET().header("Authorization", "Bearer " + token))
                .statusCode();
    }

    private static long millisSince(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }
}

package ai.ultrathink.understudy.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An identity provider: says where its keys are, has keys, and signs tokens. It can be away, silent, or talk rubbish. */
public final class TokenIssuer implements AutoCloseable {

    /** What it answers. */
    public enum Mood {
        WELL,
        /** HTML with status 200. */
        HTML,
        /** An empty JSON object. */
        EMPTY,
        /** It says that it is another issuer. */
        ANOTHER,
        /** Status 500. */
        FAILING,
        /** Nothing, for as long as it is asked. */
        SILENT
    }

    /** What a token for the service has as its audience. */
    public static final String AUDIENCE = "understudy";

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final int port;
    private final AtomicInteger questions = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile Mood mood = Mood.WELL;
    private volatile KeyPair keys = newKeys();
    private volatile int keyNumber = 1;
    private @Nullable HttpServer server;

    private TokenIssuer(int port) {
        this.port = port;
    }

    /** Starts it on a free port. */
    public static TokenIssuer start() throws IOException {
        TokenIssuer issuer = new TokenIssuer(Ports.free());
        issuer.comeBack();
        return issuer;
    }

    public String url() {
        return "http://127.0.0.1:" + port + "/realms/desk";
    }

    /** What tells the service of it. */
    public Map<String, String> environment() {
        return Map.of("OIDC_ISSUER", url(), "OIDC_AUDIENCE", AUDIENCE);
    }

    /** How often it was asked. */
    public int questions() {
        return questions.get();
    }

    public void mood(Mood mood) {
        this.mood = mood;
    }

    /** Nobody listens there any more. */
    public void goAway() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    /** It listens again. */
    public void comeBack() throws IOException {
        HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        started.createContext("/", this::answer);
        started.setExecutor(threads);
        started.start();
        server = started;
    }

    /** Takes another key, and withdraws the one before. */
    public void rotate() {
        keys = newKeys();
        int next = keyNumber + 1;
        keyNumber = next;
    }

    /** The name of the key. */
    public String keyId() {
        return "key-" + keyNumber;
    }

    /** The public key, as bytes that everybody knows. */
    public byte[] publicKey() {
        return keys.getPublic().getEncoded();
    }

    /** A token that is right. */
    public String token(String subject, String... groups) {
        JsonArray list = new JsonArray();
        for (String group : groups) {
            list.add(group);
        }
        return sign(claims(subject).put("groups", list));
    }

    /** The claims of a token that is right. */
    public JsonObject claims(String subject) {
        long now = Instant.now().getEpochSecond();
        return new JsonObject()
                .put("iss", url())
                .put("aud", AUDIENCE)
                .put("sub", subject)
                .put("iat", now)
                .put("exp", now + 600);
    }

    /** Signs claims. */
    public String sign(JsonObject claims) {
        return sign(new JsonObject().put("alg", "RS256").put("typ", "JWT").put("kid", keyId()), claims);
    }

    /** Signs claims with a header of the test's. */
    public String sign(JsonObject header, JsonObject claims) {
        String signed = part(header) + "." + part(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(UTF_8));
            return signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A part of a token. */
    public static String part(JsonObject json) {
        return BASE64.encodeToString(json.encode().getBytes(UTF_8));
    }

    private void answer(HttpExchange exchange) throws IOException {
        questions.incrementAndGet();
        try (exchange) {
            Mood now = mood;
            if (now == Mood.SILENT) {
                closed.await();
            }
            boolean isDiscovery = exchange.getRequestURI().getPath().endsWith("/.well-known/openid-configuration");
            byte[] body = switch (now) {
                case WELL, SILENT, FAILING -> isDiscovery ? discovery(url()) : keySet();
                case HTML -> "<html><body>Under maintenance</body></html>".getBytes(UTF_8);
                case EMPTY -> "{}".getBytes(UTF_8);
                case ANOTHER -> isDiscovery ? discovery("https://another.example.com") : keySet();
            };
            exchange.sendResponseHeaders(now == Mood.FAILING ? 500 : 200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] discovery(String issuer) {
        return new JsonObject()
                .put("issuer", issuer)
                .put("jwks_uri", url() + "/keys")
                .put("authorization_endpoint", url() + "/login")
                .put("token_endpoint", url() + "/token")
                .encode()
                .getBytes(UTF_8);
    }

    private byte[] keySet() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        return new JsonObject()
                .put(
                        "keys",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("kty", "RSA")
                                        .put("use", "sig")
                                        .put("alg", "RS256")
                                        .put("kid", keyId())
                                        .put("n", number(key.getModulus()))
                                        .put("e", number(key.getPublicExponent()))))
                .encode()
                .getBytes(UTF_8);
    }

    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int start = bytes[0] == 0 ? 1 : 0;
        return BASE64.encodeToString(java.util.Arrays.copyOfRange(bytes, start, bytes.length));
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        goAway();
        threads.shutdownNow();
    }
}

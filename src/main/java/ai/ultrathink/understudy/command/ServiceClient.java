package ai.ultrathink.understudy.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Asks the service, and turns what goes wrong into a line for the reader. */
final class ServiceClient implements AutoCloseable {

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int UNAVAILABLE = 503;
    private static final int FIRST_ERROR = 400;

    private final String address;
    private final Optional<String> token;
    private final Optional<String> actor;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_WITHIN).build();

    /**
     * @param address such as {@code http://localhost:8080}
     * @param token sent as a bearer, if given
     * @param actor who acts, where the service asks for no token
     */
    ServiceClient(String address, Optional<String> token, Optional<String> actor) {
        this.address = address.replaceAll("/+$", "");
        this.token = token;
        this.actor = actor;
    }

    String address() {
        return address;
    }

    /** A part of a path. */
    static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    ServiceAnswer get(String path) {
        return send(request(path).GET());
    }

    /** Gets a document in another form than JSON. */
    ServiceAnswer get(String path, String mediaType) {
        return send(request(path).setHeader("Accept", mediaType).GET());
    }

    ServiceAnswer post(String path) {
        return send(request(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    ServiceAnswer post(String path, JsonNode body) {
        return send(request(path)
                .setHeader("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    ServiceAnswer delete(String path) {
        return send(request(path).DELETE());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(URI.create(address + path));
        } catch (IllegalArgumentException e) {
            throw unusable();
        }
        request.timeout(ANSWER_WITHIN).setHeader("Accept", "application/json, application/problem+json");
        token.ifPresent(secret -> request.setHeader("Authorization", "Bearer " + secret));
        actor.ifPresent(name -> request.setHeader("X-Actor", RequestHeaders.actor(name)));
        return request;
    }

    private ServiceAnswer send(HttpRequest.Builder request) {
        HttpResponse<String> response;
        try {
            response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IllegalArgumentException e) {
            // such as a port that is out of range
            throw unusable();
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.AWAY,
                    address + " gave no answer (" + reason(e) + "); is the service running, and is --url right?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.AWAY, "interrupted");
        }
        ServiceAnswer answer = new ServiceAnswer(response.statusCode(), response.body(), json(response.body()));
        if (answer.status() >= FIRST_ERROR) {
            throw new CommandException(exitCode(answer.status()), detail(answer));
        }
        return answer;
    }

    private CommandException unusable() {
        return GivenArguments.refused("--url or UNDERSTUDY_URL", address, "an address such as http://localhost:8080");
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static int exitCode(int status) {
        return switch (status) {
            case UNAUTHORIZED, FORBIDDEN -> ExitCode.NOT_ALLOWED;
            case UNAVAILABLE -> ExitCode.AWAY;
            default -> ExitCode.REFUSED;
        };
    }

    private static String detail(ServiceAnswer answer) {
        String detail = answer.json().path("detail").asText("");
        return detail.isEmpty() ? "the service answered " + answer.status() + " without a reason" : detail;
    }

    private static JsonNode json(String text) {
        try {
            return text.isBlank() ? MissingNode.getInstance() : JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    @Override
    public void close() {
        http.close();
    }
}

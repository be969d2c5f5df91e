package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.http.request.RefusedCredential;
import ai.ultrathink.understudy.log.LogFields;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.vertx.VertxInputStream;

/**
 * Checks every request before its operation: that it is well-formed, small enough, and has only known query parameters.
 * It also answers requests that fail outside all operations. The layers below would answer without a body, or with
 * texts of their own.
 */
class RequestGate {

    private static final Logger LOG = Logger.getLogger(RequestGate.class);

    /** Maximum length of the request target, in characters. */
    private static final int LONGEST_TARGET = 4 * 1024;

    /**
     * Maximum length of all headers, in characters. The server itself accepts a little more of both, so that the error
     * is reported here.
     */
    private static final int LONGEST_HEADERS = 20 * 1024;

    static final String TARGET_TOO_LONG =
            "the request's target is too long; allowed: " + LONGEST_TARGET + " characters";
    static final String HEADERS_TOO_LONG =
            "the headers are too long; allowed: " + LONGEST_HEADERS + " characters in all";

    private static final List<Integer> WITHOUT_BODY =
            List.of(400, 404, 405, 406, 411, 413, 414, 415, 431, 500, 501, 503);

    /** Paths that a gateway before the service may understand in another way: dot segments and matrix parameters. */
    private static final Pattern TWO_WAYS = Pattern.compile("(?i)(?:/|%2f)(?:\\.|%2e){1,2}(?:/|%2f|\\\\|%5c|$)|;|%3b");

    private final long maxBytes;
    private final Operations operations;
    private final ProblemBodies problems;
    private final OutsideApi outside;
    private final SiteCheck sites;
    private final CallerLimits limits;
    private final GrpcAccess grpc;
    private final Correlation correlation;

    RequestGate(
            @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize limit,
            Operations operations,
            ProblemBodies problems,
            OutsideApi outside,
            SiteCheck sites,
            CallerLimits limits,
            GrpcAccess grpc,
            Correlation correlation) {
        this.maxBytes = limit.asLongValue();
        this.operations = operations;
        this.problems = problems;
        this.outside = outside;
        this.sites = sites;
        this.limits = limits;
        this.grpc = grpc;
        this.correlation = correlation;
    }

    void stand(@Observes Router router) {
        router.route()
                .order(Integer.MIN_VALUE)
                .handler(context -> {
                    if (!GrpcCall.begins(context, router, problems, maxBytes)) {
                        check(context);
                    }
                })
                .failureHandler(this::failed);
        // Quarkus finds out who calls in a route of order -200, so after it: who may not call is not told what the call
        // takes
        router.route().order(-1).handler(this::admit);
        for (int status : WITHOUT_BODY) {
            router.errorHandler(status, this::failed);
        }
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        SecurityHeaders.add(request);
        correlation.begin(context);
        if (GrpcErrors.concern(request)) {
            GrpcErrors.nameCompressions(context);
        }
        if (request.uri().length() > LONGEST_TARGET) {
            refuse(context, 414, TARGET_TOO_LONG);
        } else if (tooLong(request.headers())) {
            refuse(context, 431, HEADERS_TOO_LONG);
        } else if (announcesTooMuch(request)) {
            refuse(context, 413, problems.tooLarge(maxBytes));
        } else if (readsTwoWays(request.uri())) {
            problems.answer(
                    context,
                    400,
                    "the path has a segment of dots or a parameter (\";\"), which a gateway may read differently; allowed: a path"
                            + " without them");
        } else if (!isUri(request.uri())) {
            problems.answer(
                    context,
                    400,
                    "the request's target is not a valid URI; allowed: one with percent-encoding, such as %20");
        } else if (!sites.admits(context)) {
            return;
        } else if (request.method().equals(HttpMethod.OPTIONS) && saysWhatIsAllowed(context)) {
            return;
        } else {
            context.next();
        }
    }

    private void admit(RoutingContext context) {
        // above the limit in BodyDecoding, because the server would answer without a body
        context.put(VertxInputStream.MAX_REQUEST_SIZE_KEY, 4 * maxBytes);
        if (limits.admit(context)
                && grpc.admits(context)
                && outside.admits(context)
                && !changesDocument(context)
                && (context.request().query() == null || isUnknown(context) || fits(context))) {
            context.next();
        }
    }

    private boolean changesDocument(RoutingContext context) {
        boolean change = ReadOnly.isChange(context.request(), context.normalizedPath());
        if (change) {
            context.response().putHeader(HttpHeaders.ALLOW, ReadOnly.ALLOWED);
            problems.answer(context, 405, ProblemBodies.words(405));
        }
        return change;
    }

    /** Whether the caller has shown no credential, where one is asked for. */
    private static boolean isUnknown(RoutingContext context) {
        return context.user() instanceof QuarkusHttpUser user
                && user.getSecurityIdentity().isAnonymous()
                && user.getSecurityIdentity().getRoles().isEmpty();
    }

    /**
     * Answers OPTIONS. The framework would list the methods of another operation of the same class. Preflight requests
     * of browsers are passed on.
     */
    private boolean saysWhatIsAllowed(RoutingContext context) {
        HttpServerRequest request = context.request();
        Optional<String> allowed = request.uri().equals("*")
                ? Optional.of(operations.allowedAnywhere())
                : allowedAt(context.normalizedPath());
        if (allowed.isEmpty() || request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)) {
            return false;
        }
        context.response().putHeader(HttpHeaders.ALLOW, allowed.get()).end();
        return true;
    }

    private Optional<String> allowedAt(String path) {
        return ReadOnly.has(path)
                ? Optional.of(ReadOnly.ALLOWED)
                : operations.at(path).map(Operations.Call::allowed);
    }

    private static boolean tooLong(MultiMap headers) {
        int length = 0;
        for (Map.Entry<String, String> header : headers) {
            length += header.getKey().length() + header.getValue().length();
        }
        return length > LONGEST_HEADERS;
    }

    private boolean announcesTooMuch(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length != null && Long.parseLong(length.strip()) > maxBytes;
        } catch (NumberFormatException e) {
            // larger than a number can hold
            return true;
        }
    }

    /** Whether a gateway before the service may understand the path in another way. */
    private static boolean readsTwoWays(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        // most paths have nothing to look at
        return (path.indexOf('%') >= 0 || path.indexOf(';') >= 0 || path.contains("/."))
                && TWO_WAYS.matcher(path).find();
    }

    private static boolean isUri(String target) {
        try {
            return new URI(target) != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Rejects a request with invalid query parameters; unknown operations are rejected elsewhere. */
    private boolean fits(RoutingContext context) {
        HttpServerRequest request = context.request();
        Optional<Operations.Call> call = operations.at(context.normalizedPath());
        SortedSet<String> known =
                call.map(there -> there.parametersOf(request.method().name())).orElse(null);
        if (known == null) {
            return true;
        }
        MultiMap given = context.queryParams();
        for (String name : given.names()) {
            List<String> values = given.getAll(name);
            InvalidValueException wrong = null;
            if (!known.contains(name)) {
                wrong = new InvalidValueException(
                        "query parameter", name, known.isEmpty() ? "none with this call" : String.join(", ", known));
            } else if (values.size() > 1) {
                wrong = new InvalidValueException(name, values.size() + " values", "one");
            } else if (values.getFirst().isEmpty()) {
                wrong = new InvalidValueException(name, "", "a value, or leave the parameter out");
            }
            if (wrong != null) {
                problems.answer(context, 400, String.valueOf(wrong.getMessage()));
                return false;
            }
        }
        return true;
    }

    /** Rejects a request without reading the rest of it. Other requests of an HTTP/2 connection are not affected. */
    private void refuse(RoutingContext context, int status, String detail) {
        if (context.request().version() == HttpVersion.HTTP_2) {
            problems.answer(context, status, detail);
            return;
        }
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        problems.answer(context, status, detail)
                .onComplete(sent -> context.request().connection().close());
    }

    private void failed(RoutingContext context) {
        HttpServerRequest request = context.request();
        Throwable failure = context.failure();
        int status = context.statusCode() < 400 ? 500 : context.statusCode();
        if (status >= 500 && failure != null) {
            LogFields.of(LogFields.REQUEST, correlation.idOf(request))
                    .tell(() -> LOG.errorf(failure, "unexpected error in %s; please report this", request.path()));
        }
        if (context.response().ended()) {
            return;
        }
        if (context.response().headWritten()) {
            context.response().reset();
            return;
        }
        // without a path the router matches no route
        if (request.uri().equals("*") && request.method().equals(HttpMethod.OPTIONS) && saysWhatIsAllowed(context)) {
            return;
        }
        if (status == 405) {
            operations
                    .at(context.normalizedPath())
                    .ifPresent(call -> context.response().putHeader(HttpHeaders.ALLOW, call.allowed()));
        }
        RefusedCredential refused = RefusedCredential.noted(context);
        problems.answer(
                context,
                status,
                refused != null && refused.status() == status ? refused.detail() : ProblemBodies.words(status));
    }
}

package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.experiment.CallerNames;
import ai.ultrathink.understudy.http.request.SessionCookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what the page of another site makes a browser send: changes from another origin, changes with a body of a kind that a
 * form can have, and requests under a name that is not the service's, because such a name may have been made to lead here.
 * Programs that are no browsers send no origin and are not affected, unless they have the cookie of a login.
 */
@ApplicationScoped
class SiteCheck {

    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    /** Names that cannot be registered: addresses, names without a dot, and those of this machine or of a cluster. */
    private static final Pattern PRIVATE_NAME =
            Pattern.compile("[0-9.]+|\\[?[0-9a-f:.%]*:[0-9a-f:.%]*]?|[^.:]+|.+\\.(localhost|svc|cluster\\.local)");

    private static final String JSON = "application/json";

    private final boolean checksNames;
    private final List<String> allowedHosts;
    private final boolean otherOrigins;
    private final ProblemBodies problems;
    private final RefusalMeters meters;

    SiteCheck(
            CallerNames names,
            @ConfigProperty(name = "understudy.allowed-hosts") Optional<List<String>> allowedHosts,
            @ConfigProperty(name = "quarkus.http.cors.enabled", defaultValue = "false") boolean cors,
            ProblemBodies problems,
            RefusalMeters meters) {
        // with credentials a page under another name has none
        this.checksNames = allowedHosts.isPresent() || !names.fromCredentials();
        this.allowedHosts = allowedHosts.orElse(List.of()).stream()
                .map(host -> host.strip().toLowerCase(Locale.ROOT))
                .toList();
        this.otherOrigins = cors;
        this.problems = problems;
        this.meters = meters;
    }

    /** Whether the request may go on; if not, it is answered. */
    boolean admits(RoutingContext context) {
        HttpServerRequest request = context.request();
        HostAndPort authority = request.authority();
        if (authority == null && request.headers().contains(HttpHeaders.HOST)) {
            // of HTTP/1.0; in later versions the framework refuses it
            problems.answer(
                    context,
                    400,
                    "Host: got one that cannot be read; allowed: a name or an address, and a port after a colon");
            return false;
        }
        // no browser leaves it out
        if (checksNames && authority != null && !isKnown(authority)) {
            meters.site();
            problems.answer(
                    context,
                    421,
                    "Host: got \"" + authority + "\"; allowed: an address, a name without a dot, or one of"
                            + " UNDERSTUDY_ALLOWED_HOSTS, so that no page in a browser can reach the service under its own name");
            return false;
        }
        return READING.contains(request.method()) || admitsChange(context);
    }

    private boolean admitsChange(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!otherOrigins && isOfAnotherSite(request)) {
            return refused(context, "\"; allowed: the service's own pages, and those of quarkus.http.cors.origins");
        }
        if (SessionCookie.decides(request) && !isOfOwnPage(request)) {
            return refused(
                    context,
                    "\" with the cookie of a login; allowed: the service's own pages, or an Authorization header");
        }
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (isChangeWithBody(context) && !isJson(type)) {
            problems.answer(
                    context,
                    415,
                    "Content-Type: got " + (type == null ? "none" : "\"" + type + "\"")
                            + "; allowed: application/json");
            return false;
        }
        return true;
    }

    /** Answers, and says no. */
    private boolean refused(RoutingContext context, String why) {
        meters.site();
        problems.answer(context, 403, "Origin: got \"" + context.request().getHeader(HttpHeaders.ORIGIN) + why);
        return false;
    }

    private boolean isKnown(HostAndPort authority) {
        String name = authority.host().toLowerCase(Locale.ROOT);
        String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return allowedHosts.contains(host) || PRIVATE_NAME.matcher(host).matches();
    }

    /** By what browsers say of the page that sends a request. */
    private static boolean isOfAnotherSite(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        HostAndPort own = request.authority();
        return origin != null && (own == null || !authorityOf(origin).equals(authorityOf(own.toString())));
    }

    /**
     * Whether a browser says that a page of this service sends the request. A browser adds the cookie of a login to requests of other
     * pages too, so one that does not say where it comes from is refused.
     */
    private static boolean isOfOwnPage(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        return site == null
                ? request.headers().contains(HttpHeaders.ORIGIN) && !isOfAnotherSite(request)
                : site.equals("same-origin");
    }

    /** Without the scheme, which a proxy may have changed, and its port. */
    private static String authorityOf(String origin) {
        return origin.toLowerCase(Locale.ROOT).replaceFirst("^https?://", "").replaceFirst(":(80|443)$", "");
    }

    /** A prediction changes no experiment. */
    private static boolean isChangeWithBody(RoutingContext context) {
        HttpServerRequest request = context.request();
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        boolean body = length == null
                ? request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                : !length.strip().equals("0");
        String path = context.normalizedPath();
        return body && path.startsWith("/api/") && !path.startsWith("/api/v1/predict");
    }

    private static boolean isJson(@Nullable String type) {
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase(JSON);
    }
}

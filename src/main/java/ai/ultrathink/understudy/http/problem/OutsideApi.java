package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.http.connection.ManagementServer;
import ai.ultrathink.understudy.http.request.BearerToken;
import ai.ultrathink.understudy.http.request.RefusedCredential;
import ai.ultrathink.understudy.http.request.Roles;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may reach what is not a call of the API: health and the console's files need no credential, and everything else the machine
 * itself or a viewer. On a port of its own it needs none, and is alone there. So a route that an extension adds is closed until it
 * is opened here. For calls of the API the annotations decide.
 */
@ApplicationScoped
class OutsideApi {

    private static final String NEEDED =
            "; allowed: Bearer and a token with the role viewer; from the machine itself none is needed";

    private final ProblemBodies problems;
    private final RefusalMeters meters;
    private final ManagementServer management;

    OutsideApi(ProblemBodies problems, RefusalMeters meters, ManagementServer management) {
        this.problems = problems;
        this.meters = meters;
        this.management = management;
    }

    /** Whether the request may go on; if not, it is answered. */
    boolean admits(RoutingContext context) {
        String path = context.normalizedPath();
        if (management.has(context.request())) {
            if (path.startsWith("/q/")) {
                return true;
            }
            problems.answer(context, 404, "this port is for probes and metrics; allowed: a path that begins with /q/");
            return false;
        }
        if (path.startsWith("/api/")
                || InferenceErrors.concern(path)
                || GrpcAccess.isCall(path)
                || path.equals("/q/health")
                || path.startsWith("/q/health/")
                || isConsole(path)
                || isLoopback(context.request().remoteAddress())) {
            return true;
        }
        SecurityIdentity caller = context.user() instanceof QuarkusHttpUser user ? user.getSecurityIdentity() : null;
        if (caller != null && caller.hasRole(Roles.VIEWER)) {
            return true;
        }
        refuse(context, caller == null || caller.isAnonymous());
        return false;
    }

    /** The console's files, which hold no data. */
    private static boolean isConsole(String path) {
        return path.equals("/")
                || path.equals("/console")
                || path.startsWith("/console/")
                || path.startsWith("/_static/lit-html/");
    }

    private void refuse(RoutingContext context, boolean unknown) {
        if (!unknown) {
            meters.role();
            problems.answer(context, 403, "Authorization: got a token without the role" + NEEDED);
            return;
        }
        List<String> given = context.request().headers().getAll(HttpHeaders.AUTHORIZATION);
        RefusedCredential refused = RefusedCredential.of(context, given);
        meters.unknown(refused, !given.isEmpty());
        if (refused.status() == 503) {
            context.response().putHeader("Retry-After", "1");
            problems.answer(context, 503, refused.detail());
        } else {
            context.response().putHeader("WWW-Authenticate", BearerToken.challenge(!given.isEmpty()));
            problems.answer(context, 401, "Authorization: got no valid token" + NEEDED);
        }
    }

    private static boolean isLoopback(@Nullable SocketAddress peer) {
        String host = peer == null ? null : peer.hostAddress();
        return host != null && (host.startsWith("127.") || host.equals("::1") || host.equals("0:0:0:0:0:0:0:1"));
    }
}

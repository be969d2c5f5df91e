package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.http.request.BearerToken;
import ai.ultrathink.understudy.http.request.RefusedCredential;
import ai.ultrathink.understudy.http.request.Roles;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;

/**
 * Who may make which gRPC call, before the service sees it: as for the same calls of the REST form, also from the machine itself.
 * And which form a message may have: one that is compressed would be unpacked without a bound.
 */
@ApplicationScoped
class GrpcAccess {

    private static final String SERVICE = "/inference.GRPCInferenceService/";
    private static final String INFER = SERVICE + "ModelInfer";

    /** Calls of probes, which have no credential. */
    private static final Set<String> OPEN = Set.of(SERVICE + "ServerLive", SERVICE + "ServerReady");

    private static final Set<String> CALLS =
            Set.of(INFER, SERVICE + "ServerMetadata", SERVICE + "ModelMetadata", SERVICE + "ModelReady");

    private final ProblemBodies problems;
    private final RefusalMeters meters;

    GrpcAccess(ProblemBodies problems, RefusalMeters meters) {
        this.problems = problems;
        this.meters = meters;
    }

    /** Whether a path is that of a call. */
    static boolean isCall(String path) {
        return OPEN.contains(path) || CALLS.contains(path);
    }

    /** Whether a path is that of the call that predicts. */
    static boolean isInference(String path) {
        return path.equals(INFER);
    }

    /** Whether the request may go on, if it is such a call; if not, it is answered. */
    boolean admits(RoutingContext context) {
        String path = context.normalizedPath();
        if (!path.startsWith(SERVICE)) {
            return true;
        }
        if (!OPEN.contains(path) && !hasRole(context, roles(path))) {
            return false;
        }
        String coding = context.request().getHeader("grpc-encoding");
        if (coding != null && !coding.equals("identity")) {
            problems.answer(context, 501, "grpc-encoding: got \"" + coding + "\"; allowed: identity, or none");
            return false;
        }
        return true;
    }

    private static List<String> roles(String path) {
        return path.equals(INFER) ? List.of(Roles.CALLER) : List.of(Roles.CALLER, Roles.VIEWER);
    }

    private boolean hasRole(RoutingContext context, List<String> roles) {
        SecurityIdentity caller = context.user() instanceof QuarkusHttpUser user ? user.getSecurityIdentity() : null;
        if (caller != null && roles.stream().anyMatch(caller::hasRole)) {
            return true;
        }
        String needed = "the role " + String.join(" or ", roles);
        if (caller == null || caller.isAnonymous()) {
            unknown(context, needed);
        } else {
            meters.role();
            problems.answer(
                    context,
                    403,
                    caller.getPrincipal().getName() + " has not the role that this call needs; allowed: " + needed);
        }
        return false;
    }

    private void unknown(RoutingContext context, String needed) {
        List<String> given = context.request().headers().getAll(HttpHeaders.AUTHORIZATION);
        RefusedCredential refused = RefusedCredential.of(context, given);
        meters.unknown(refused, !given.isEmpty());
        context.response().putHeader("WWW-Authenticate", BearerToken.challenge(!given.isEmpty()));
        problems.answer(
                context,
                refused.status(),
                refused.status() == 503 ? refused.detail() : refused.detail() + " with " + needed);
    }
}

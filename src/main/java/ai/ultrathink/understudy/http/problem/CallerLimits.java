package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.http.request.RefusedCredential;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the requests of a caller, and those with a bad credential. A flood of the latter is not only refused but answered
 * late: its connections send nothing more meanwhile, so it costs little and takes nothing from the callers.
 */
@ApplicationScoped
class CallerLimits {

    private static final long HELD_BACK_AT_LEAST_MS = 1000L;
    private static final int SPREAD_MS = 1000;

    /** Has no common divisor with the spread, so that every delay comes in turn, and neighbours are far apart. */
    private static final int STEP_MS = 387;

    private static final int TOO_MANY = 429;

    private final AtomicInteger heldBack = new AtomicInteger();
    private final AccessConfig config;
    private final RateLimit callers;
    private final RateLimit strangers;
    private final ProblemBodies problems;
    private final RefusalMeters meters;

    CallerLimits(AccessConfig config, TimeSource time, ProblemBodies problems, RefusalMeters meters) {
        this.config = config;
        this.callers = new RateLimit(notNegative("requests-per-second", config.requestsPerSecond()), time);
        this.strangers =
                new RateLimit(notNegative("bad-credentials-per-second", config.badCredentialsPerSecond()), time);
        this.problems = problems;
        this.meters = meters;
    }

    private static int notNegative(String setting, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(
                    "understudy.access." + setting + ": got " + value + "; allowed: 0 (no bound) or more");
        }
        return value;
    }

    /** Whether the request may go on; if not, it is answered. */
    boolean admit(RoutingContext context) {
        SecurityIdentity caller = context.user() instanceof QuarkusHttpUser user ? user.getSecurityIdentity() : null;
        if (caller == null) {
            return true;
        }
        String name = caller.getPrincipal().getName();
        if (!name.isEmpty()) {
            return callers.admits(name) || refused(context, name);
        }
        if (caller.isAnonymous() && hasBadCredential(context) && !strangers.admits(peer(context))) {
            meters.tooManyBad();
            context.vertx()
                    .setTimer(
                            heldBackMillis(),
                            late -> answer(
                                    context,
                                    "Authorization: got more than " + config.badCredentialsPerSecond()
                                            + " bad credentials a second from this address; allowed: a valid one"));
            return false;
        }
        return true;
    }

    /** Not the same for all, or those of many connections would come back together. */
    private long heldBackMillis() {
        return HELD_BACK_AT_LEAST_MS + Math.floorMod(heldBack.getAndAdd(STEP_MS), SPREAD_MS);
    }

    private boolean refused(RoutingContext context, String name) {
        meters.tooMany();
        answer(
                context,
                name + " has made " + config.requestsPerSecond() + " requests in this second; allowed: no more");
        return false;
    }

    private void answer(RoutingContext context, String detail) {
        if (!context.response().closed()) {
            context.response().putHeader("Retry-After", "1");
            problems.answer(context, TOO_MANY, detail);
        }
    }

    private static boolean hasBadCredential(RoutingContext context) {
        List<String> given = context.request().headers().getAll(HttpHeaders.AUTHORIZATION);
        return (!given.isEmpty() || RefusedCredential.noted(context) != null)
                && RefusedCredential.of(context, given).status() == 401;
    }

    private static String peer(RoutingContext context) {
        @Nullable SocketAddress peer = context.request().remoteAddress();
        String address = peer == null ? null : peer.hostAddress();
        return address == null ? "" : address;
    }
}

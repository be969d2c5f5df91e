package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.http.request.BearerToken;
import ai.ultrathink.understudy.http.request.RefusedCredential;
import ai.ultrathink.understudy.http.request.Roles;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Says to callers whom an operation refuses which role it needs. */
class AccessProblems {

    private final Operations operations;
    private final RefusalMeters meters;

    AccessProblems(Operations operations, RefusalMeters meters) {
        this.operations = operations;
        this.meters = meters;
    }

    @ServerExceptionMapper
    public Response unauthorized(
            UnauthorizedException problem, ContainerRequestContext request, RoutingContext exchange) {
        return challenge(request, exchange);
    }

    @ServerExceptionMapper
    public Response failed(
            AuthenticationFailedException problem, ContainerRequestContext request, RoutingContext exchange) {
        return challenge(request, exchange);
    }

    private Response challenge(ContainerRequestContext request, RoutingContext exchange) {
        List<String> given = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
        RefusedCredential refused = RefusedCredential.of(exchange, given);
        meters.unknown(refused, given != null || RefusedCredential.noted(exchange) != null);
        if (refused.status() == 503) {
            return Problem.unavailable(refused.detail());
        }
        return Response.fromResponse(
                        Problem.response(401, "Unauthorized", refused.detail() + " with " + needed(request)))
                .header(HttpHeaders.WWW_AUTHENTICATE, BearerToken.challenge(given != null))
                .build();
    }

    @ServerExceptionMapper
    public Response forbidden(ForbiddenException problem, ContainerRequestContext request) {
        meters.role();
        SecurityContext caller = request.getSecurityContext();
        String roles = Roles.ALL.stream().filter(caller::isUserInRole).collect(Collectors.joining(", "));
        String name = caller.getUserPrincipal() == null
                ? "an unknown caller"
                : caller.getUserPrincipal().getName();
        return Problem.response(
                403,
                "Forbidden",
                name + " has " + (roles.isEmpty() ? "no role" : "the roles " + roles) + "; this call needs "
                        + needed(request));
    }

    private String needed(ContainerRequestContext request) {
        List<String> roles = operations
                .at(request.getUriInfo().getPath())
                .map(call -> call.rolesOf(request.getMethod()))
                .orElse(List.of());
        return roles.isEmpty() ? "a role that no caller has" : "the role " + String.join(" or ", roles);
    }
}

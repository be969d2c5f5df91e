package ai.ultrathink.understudy.http.identity;

import ai.ultrathink.understudy.http.request.Roles;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Says to a caller who the service takes them for. */
@NonBlocking
@Path("/api/v1/identity")
@Tag(name = "Audit")
class IdentityResource {

    private final SecurityIdentity caller;
    private final Access access;

    IdentityResource(SecurityIdentity caller, Access access) {
        this.caller = caller;
        this.access = access;
    }

    @GET
    @RolesAllowed({Roles.CALLER, Roles.VIEWER})
    @Operation(
            summary = "Who the caller is, and their roles",
            description = "For pages that show what a person may do, and why not the rest.")
    @APIResponse(responseCode = "200", description = "The caller")
    public IdentityView identity() {
        String name = caller.getPrincipal().getName();
        return new IdentityView(
                name.isEmpty() ? null : name,
                Roles.ALL.stream().filter(caller.getRoles()::contains).toList(),
                access.warning());
    }
}

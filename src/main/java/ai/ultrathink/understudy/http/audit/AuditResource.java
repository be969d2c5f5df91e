package ai.ultrathink.understudy.http.audit;

import ai.ultrathink.understudy.change.AuditVerification;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.http.request.Roles;
import ai.ultrathink.understudy.storage.audit.AuditChain;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The audit trail of all experiments. */
@NonBlocking
@Path("/api/v1/audit")
@Tag(name = "Audit", description = "Whether the audit trail is as it was written, and all of it")
class AuditResource {

    private final AuditChain chain;

    AuditResource(AuditChain chain) {
        this.chain = chain;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    @Path("/verify")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Verify the audit trail",
            description =
                    "Compares every event with its hash and with the hash of the event before it. An event that was changed,"
                            + " removed, inserted or moved by another than the service is named. Compare head with one that was"
                            + " kept elsewhere: a chain that was computed again is intact, but it has another head.")
    @APIResponse(
            responseCode = "200",
            description = "The result",
            content = @Content(schema = @Schema(implementation = AuditVerification.class)))
    public Uni<AuditVerification> verify() {
        return chain.verify();
    }

    @GET
    @RolesAllowed(Roles.ADMIN)
    @Path("/export")
    @Produces("application/x-ndjson")
    @Operation(
            summary = "Export the audit trail",
            description =
                    "An event a line, in the order of the chain: its canonical JSON, with previous_hash and hash at the end. An"
                            + " export that was interrupted continues with after, the position of the last line that arrived.")
    @APIResponse(
            responseCode = "200",
            description = "The events, a line each",
            content = @Content(mediaType = "application/x-ndjson", schema = @Schema(implementation = String.class)))
    public Multi<Buffer> export(
            @QueryParam("from")
                    @Parameter(description = "events at this time or later, such as 2026-11-28T00:00:00Z")
                    @Nullable String from,
            @QueryParam("to") @Parameter(description = "events before this time") @Nullable String to,
            @QueryParam("after")
                    @DefaultValue("0")
                    @Parameter(
                            description = "events after this position",
                            schema = @Schema(implementation = Long.class, minimum = "0"))
                    String after) {
        // the framework ends each with a line break
        return chain.export(time("from", from), time("to", to), position(after)).map(Buffer::buffer);
    }

    private static @Nullable Instant time(String name, @Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            Instant time = OffsetDateTime.parse(value).toInstant();
            // what PostgreSQL can hold
            if (!time.isBefore(Instant.EPOCH) && time.isBefore(Instant.parse("9999-12-31T00:00:00Z"))) {
                return time;
            }
        } catch (DateTimeException e) {
            // falls through to the exception
        }
        throw new InvalidValueException(
                name, value, "a time from 1970 to 9999 with its zone, such as 2026-11-28T00:00:00Z");
    }

    private static long position(String value) {
        if (value.matches("[0-9]{1,18}")) {
            return Long.parseLong(value);
        }
        throw new InvalidValueException("after", value, "the position of an event, a whole number from 0");
    }
}

package ai.ultrathink.understudy.http;

import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** A call that breaks, which no call of the service can be made to do. */
@NonBlocking
@PermitAll
@Path("/api/v1/breaking")
public class Breaking {

    static final String SECRET = "what nobody shall see";

    private static final Map<String, Supplier<Throwable>> KINDS = Map.of(
            "overflow", () -> new StackOverflowError(SECRET),
            "memory", () -> new OutOfMemoryError(SECRET),
            "linkage", () -> new NoClassDefFoundError(SECRET),
            "assertion", () -> new AssertionError(SECRET),
            "checked", () -> new IOException(SECRET),
            "runtime", () -> new IllegalStateException(SECRET));

    @GET
    @Path("/at-once/{kind}")
    @Operation(hidden = true)
    public String atOnce(@PathParam("kind") String kind) throws Throwable {
        throw broken(kind);
    }

    @GET
    @Path("/later/{kind}")
    @Operation(hidden = true)
    public Uni<String> later(@PathParam("kind") String kind) {
        return Uni.createFrom().failure(broken(kind));
    }

    private static Throwable broken(String kind) {
        return Objects.requireNonNull(KINDS.get(kind), kind).get();
    }
}

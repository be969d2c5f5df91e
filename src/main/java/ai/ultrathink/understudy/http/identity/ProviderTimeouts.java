package ai.ultrathink.understudy.http.identity;

import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.common.OidcRequestFilter;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Bounds how long a request to the identity provider may take: without this a silent provider would hold it without end. */
@Singleton
@Unremovable
class ProviderTimeouts implements OidcRequestFilter {

    static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);

    @Override
    public Uni<Void> filter(OidcRequestFilterContext context) {
        context.request().timeout(ANSWER_WITHIN.toMillis());
        return Uni.createFrom().voidItem();
    }
}

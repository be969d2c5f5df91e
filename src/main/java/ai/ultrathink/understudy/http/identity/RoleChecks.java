package ai.ultrathink.understudy.http.identity;

import io.quarkus.security.spi.runtime.AuthorizationController;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;

/** Where no token is needed, all have all roles: Quarkus need not check that at each call. */
@Alternative
@Priority(1)
@Singleton
class RoleChecks extends AuthorizationController {

    private final boolean needed;

    RoleChecks(Access access) {
        this.needed = access.asksForTokens();
    }

    @Override
    public boolean isAuthorizationEnabled() {
        return needed;
    }
}

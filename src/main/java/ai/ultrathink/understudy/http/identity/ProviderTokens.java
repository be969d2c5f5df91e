package ai.ultrathink.understudy.http.identity;

import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.http.request.Roles;
import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.runtime.OidcUtils;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * Checks tokens of the identity provider, with its keys. The keys are fetched once and kept, so that the provider may be
 * away: then tokens are valid until they expire. Nothing here waits on an event loop.
 */
@Singleton
class ProviderTokens {

    /** The form of a signed token. Quarkus' reader of claims throws at some texts that are not of it. */
    private static final Pattern SIGNED = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

    private final AccessSettings settings;
    private final ProviderConnection connection;
    private final ProviderKeys keys;
    private final TimeSource time;
    private final VerifiedTokens verified = new VerifiedTokens();

    ProviderTokens(AccessSettings settings, ProviderConnection connection, ProviderKeys keys, TimeSource time) {
        this.settings = settings;
        this.connection = connection;
        this.keys = keys;
        this.time = time;
    }

    /** Says who has a token. */
    Uni<Credential> check(String token, RoutingContext request, IdentityProviderManager quarkus) {
        Credential known = verified.find(token, time.now());
        if (known != null) {
            return Uni.createFrom().item(known);
        }
        if (!SIGNED.matcher(token).matches()) {
            return Uni.createFrom().item(new Credential.Invalid("a token that is not known"));
        }
        if (connection.isThere()) {
            return verify(token, request, quarkus);
        }
        Executor here = EventLoop.here();
        return connection
                .connect(request, quarkus)
                .emitOn(here)
                .flatMap(there -> there
                        ? verify(token, request, quarkus)
                        : Uni.createFrom().item(new Credential.Unverified()));
    }

    private Uni<Credential> verify(String token, RoutingContext request, IdentityProviderManager quarkus) {
        return quarkus.authenticate(HttpSecurityUtils.setRoutingContextAttribute(
                        new TokenAuthenticationRequest(new AccessTokenCredential(token)), request))
                .map(identity -> valid(token, identity))
                .onFailure()
                .recoverWithItem(this::failed);
    }

    private Credential valid(String token, SecurityIdentity identity) {
        if (settings.oidc() == null || !(identity.getPrincipal() instanceof JsonWebToken claims)) {
            return new Credential.Invalid("a token without claims");
        }
        if (!ProviderTenant.ID.equals(identity.getAttribute(OidcUtils.TENANT_ID_ATTRIBUTE))) {
            // that of logins asks for no audience
            throw new IllegalStateException("a token was checked by the rules of another tenant");
        }
        String name;
        try {
            name = Actors.notReserved("sub", IdentifierRules.id("sub", claims.getSubject()));
        } catch (InvalidValueException e) {
            return new Credential.Invalid("a token whose subject cannot be a name here");
        }
        Credential.Valid valid = new Credential.Valid(
                Uni.createFrom()
                        .item(QuarkusSecurityIdentity.builder()
                                .setPrincipal(new QuarkusPrincipal(name))
                                .addRoles(Roles.withIncluded(settings.oidc().rolesOf(identity.getRoles())))
                                .build()),
                Instant.ofEpochSecond(claims.getExpirationTime()).plus(ProviderTenant.CLOCK_SKEW));
        verified.keep(token, valid, time.now());
        return valid;
    }

    private Credential failed(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidJwtException invalid) {
                return invalid(invalid);
            }
        }
        return failure instanceof AuthenticationFailedException && failure.getCause() == null
                ? new Credential.Invalid("a token that is not valid")
                // it was not the token: the keys could not be fetched
                : new Credential.Unverified();
    }

    private Credential invalid(InvalidJwtException problem) {
        if (problem.getCause() instanceof UnresolvableKeyException) {
            return keys.areUpToDate()
                    ? new Credential.Invalid("a token that is signed with an unknown key")
                    : new Credential.Unverified();
        }
        if (problem.hasExpired()) {
            return new Credential.Invalid("a token that has expired");
        }
        if (problem.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
            return new Credential.Invalid("a token that is not valid yet");
        }
        if (problem.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || problem.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return new Credential.Invalid("a token for another audience");
        }
        if (problem.hasErrorCode(ErrorCodes.ISSUER_INVALID) || problem.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
            return new Credential.Invalid("a token of another issuer");
        }
        return new Credential.Invalid("a token that is not valid");
    }
}

package ai.ultrathink.understudy.http.identity;

import ai.ultrathink.understudy.http.request.Roles;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Settings of an identity provider that issues tokens (OpenID Connect).
 *
 * @param issuer its URL, exactly as in the claim {@code iss} of its tokens
 * @param audience values of the claim {@code aud}, one of which a token must have
 * @param rolesClaim the claim with the groups of a caller; a slash leads into an object
 * @param roles the roles that each value of that claim gives
 * @param login the login of people for the console; null where none is offered
 */
record OidcSettings(
        String issuer,
        List<String> audience,
        String rolesClaim,
        Map<String, Set<String>> roles,
        @Nullable LoginSettings login) {

    private static final String ISSUER = "OIDC_ISSUER";
    private static final String AUDIENCE = "OIDC_AUDIENCE";
    private static final String ROLES_CLAIM = "OIDC_ROLES_CLAIM";

    /** Means to Quarkus that every audience will do. */
    private static final String ANY_AUDIENCE = "any";

    OidcSettings {
        audience = List.copyOf(audience);
        roles = Map.copyOf(roles);
    }

    /**
     * Reads the settings.
     *
     * @param setting the value of an environment variable
     * @throws IllegalArgumentException with a message of one line
     */
    static OidcSettings of(Function<String, Optional<String>> setting) {
        return new OidcSettings(
                issuer(setting), audience(setting), rolesClaim(setting), roles(setting), LoginSettings.of(setting));
    }

    /** Whether keys and tokens of the provider travel in the clear. */
    boolean isInTheClear() {
        return issuer.startsWith("http:");
    }

    /** The roles of a caller. */
    Set<String> rolesOf(Set<String> groups) {
        return groups.stream()
                .flatMap(group -> roles.getOrDefault(group, Set.of()).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String issuer(Function<String, Optional<String>> setting) {
        String issuer = setting.apply(ISSUER).orElse("");
        try {
            URI uri = new URI(issuer);
            if (Set.of("http", "https").contains(String.valueOf(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null) {
                return issuer;
            }
        } catch (URISyntaxException e) {
            // refused below
        }
        throw AccessSettings.refused(
                ISSUER,
                issuer,
                "with UNDERSTUDY_AUTH=oidc the URL of the identity provider, as in the claim iss of its tokens");
    }

    private static List<String> audience(Function<String, Optional<String>> setting) {
        String given = setting.apply(AUDIENCE).orElse("");
        List<String> audience = words(given);
        if (audience.isEmpty() || audience.contains(ANY_AUDIENCE)) {
            throw AccessSettings.refused(
                    AUDIENCE,
                    given,
                    "with UNDERSTUDY_AUTH=oidc what the claim aud of a token for this service has, and not \"any\"");
        }
        return audience;
    }

    private static String rolesClaim(Function<String, Optional<String>> setting) {
        String claim = setting.apply(ROLES_CLAIM).orElse("groups");
        if (claim.startsWith("/") || claim.endsWith("/")) {
            throw AccessSettings.refused(
                    ROLES_CLAIM, claim, "the name of a claim, or a path such as realm_access/roles");
        }
        return claim;
    }

    /** OIDC_ROLE_CALLER and so on; a role that is not mapped has its own name in the claim. */
    private static Map<String, Set<String>> roles(Function<String, Optional<String>> setting) {
        Map<String, Set<String>> roles = new HashMap<>();
        for (String role : Roles.ALL) {
            String name = "OIDC_ROLE_" + role.toUpperCase(Locale.ROOT);
            String given = setting.apply(name).orElse(role);
            List<String> values = words(given);
            if (values.isEmpty()) {
                throw AccessSettings.refused(
                        name, given, "a value of the claim " + rolesClaim(setting) + ", or several");
            }
            values.forEach(value ->
                    roles.computeIfAbsent(value, none -> new HashSet<>()).add(role));
        }
        return roles;
    }

    /** What stands between commas. */
    private static List<String> words(String list) {
        List<String> words = new ArrayList<>();
        for (String word : list.split(",", -1)) {
            if (!word.isBlank()) {
                words.add(word.strip());
            }
        }
        return words;
    }
}

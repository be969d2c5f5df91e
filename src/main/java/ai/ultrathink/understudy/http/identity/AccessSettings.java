package ai.ultrathink.understudy.http.identity;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Settings of who may call. With neither a file of tokens nor an identity provider no credential is needed.
 *
 * @param tokensFile null where there are no tokens in a file
 * @param oidc null where there is no identity provider
 * @param anonymousAnywhere whether all who reach the service may do everything, from other machines as well
 */
public record AccessSettings(
        @Nullable Path tokensFile, @Nullable OidcSettings oidc, boolean anonymousAnywhere) {

    /** The address on which the service listens when no credential is needed and no other address is set. */
    public static final String LOOPBACK = "127.0.0.1";

    private static final String NONE = "none";
    private static final String TOKENS = "tokens";
    private static final String OIDC = "oidc";

    /**
     * Checks the settings.
     *
     * @param setting the value of an environment variable. QUARKUS_HTTP_HOST may be absent, which means {@link #LOOPBACK}
     *     where no credential is needed
     * @throws IllegalArgumentException with a message of one line
     */
    public static AccessSettings of(Function<String, Optional<String>> setting) {
        boolean anonymous = flag(setting, "UNDERSTUDY_ALLOW_ANONYMOUS");
        String auth = setting.apply("UNDERSTUDY_AUTH").orElse(NONE);
        Set<String> ways = Arrays.stream(auth.split(",", -1)).map(String::strip).collect(Collectors.toSet());
        if (ways.equals(Set.of(NONE))) {
            return anonymous(anonymous, setting.apply("QUARKUS_HTTP_HOST"));
        }
        if (!Set.of(TOKENS, OIDC).containsAll(ways)) {
            throw refused("UNDERSTUDY_AUTH", auth, "none, tokens, oidc, or tokens,oidc");
        }
        return new AccessSettings(
                ways.contains(TOKENS) ? tokensFile(setting) : null,
                ways.contains(OIDC) ? OidcSettings.of(setting) : null,
                false);
    }

    /** Whether all who reach the service may do everything. */
    public boolean isAnonymous() {
        return tokensFile == null && oidc == null;
    }

    private static Path tokensFile(Function<String, Optional<String>> setting) {
        return Path.of(setting.apply("UNDERSTUDY_TOKENS_FILE")
                .orElseThrow(() -> refused(
                        "UNDERSTUDY_TOKENS_FILE",
                        "",
                        "with UNDERSTUDY_AUTH=tokens a file of tokens, see docs/security.md")));
    }

    private static AccessSettings anonymous(boolean allowed, Optional<String> host) {
        boolean everywhere = host.isPresent() && !isLoopback(host.get());
        if (everywhere && !allowed) {
            throw refused(
                    "QUARKUS_HTTP_HOST",
                    host.get(),
                    "with UNDERSTUDY_AUTH=none a loopback address, because all who reach the port may do everything; set"
                            + " UNDERSTUDY_AUTH=tokens or oidc, or UNDERSTUDY_ALLOW_ANONYMOUS=true where another protects the"
                            + " port");
        }
        return new AccessSettings(null, null, everywhere);
    }

    /** Whether it is a name or an address of this machine alone. */
    private static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean flag(Function<String, Optional<String>> setting, String name) {
        String value = setting.apply(name).orElse("false");
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(name, value, "true or false");
        };
    }

    static IllegalArgumentException refused(String name, String got, String allowed) {
        return new IllegalArgumentException(name + ": got \"" + got + "\"; allowed: " + allowed);
    }
}

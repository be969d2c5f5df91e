package ai.ultrathink.understudy.http.identity;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Settings of who may call.
 *
 * @param tokensFile null where no token is needed
 * @param anonymousAnywhere whether all who reach the service may do everything, from other machines as well
 */
public record AccessSettings(@Nullable Path tokensFile, boolean anonymousAnywhere) {

    /** The address on which the service listens when no token is needed and no other address is set. */
    public static final String LOOPBACK = "127.0.0.1";

    /**
     * Checks the settings.
     *
     * @param auth UNDERSTUDY_AUTH
     * @param tokensFile UNDERSTUDY_TOKENS_FILE
     * @param allowAnonymous UNDERSTUDY_ALLOW_ANONYMOUS
     * @param host QUARKUS_HTTP_HOST; absent means {@link #LOOPBACK} without tokens
     * @throws IllegalArgumentException with a message of one line
     */
    public static AccessSettings of(
            Optional<String> auth,
            Optional<String> tokensFile,
            Optional<String> allowAnonymous,
            Optional<String> host) {
        boolean anonymous = flag("UNDERSTUDY_ALLOW_ANONYMOUS", allowAnonymous.orElse("false"));
        return switch (auth.orElse("none")) {
            case "none" -> anonymous(anonymous, host);
            case "tokens" ->
                new AccessSettings(
                        Path.of(tokensFile.orElseThrow(() -> refused(
                                "UNDERSTUDY_TOKENS_FILE",
                                "",
                                "with UNDERSTUDY_AUTH=tokens a file of tokens, see docs/security.md"))),
                        false);
            default -> throw refused("UNDERSTUDY_AUTH", auth.orElseThrow(), "none, tokens");
        };
    }

    private static AccessSettings anonymous(boolean allowed, Optional<String> host) {
        boolean everywhere = host.isPresent() && !isLoopback(host.get());
        if (everywhere && !allowed) {
            throw refused(
                    "QUARKUS_HTTP_HOST",
                    host.get(),
                    "with UNDERSTUDY_AUTH=none a loopback address, because all who reach the port may do everything; set"
                            + " UNDERSTUDY_AUTH=tokens, or UNDERSTUDY_ALLOW_ANONYMOUS=true where another protects the port");
        }
        return new AccessSettings(null, everywhere);
    }

    /** Whether it is a name or an address of this machine alone. */
    private static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean flag(String name, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(name, value, "true or false");
        };
    }

    private static IllegalArgumentException refused(String name, String got, String allowed) {
        return new IllegalArgumentException(name + ": got \"" + got + "\"; allowed: " + allowed);
    }
}

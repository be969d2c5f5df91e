package ai.ultrathink.understudy.http.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessSettingsTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.8.8", "localhost", "::1"})
    void without_tokens_it_listens_on_loopback(String host) {
        assertFalse(of("none", null, null, host).anonymousAnywhere());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "10.1.2.3", "no-such-host.invalid"})
    void without_tokens_another_address_is_refused_unless_it_is_allowed(String host) {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> of("none", null, null, host))
                .getMessage());

        assertTrue(message.startsWith("QUARKUS_HTTP_HOST: got \"" + host + "\"; allowed: "), message);
        assertTrue(message.contains("UNDERSTUDY_ALLOW_ANONYMOUS=true"), message);
        assertEquals(1, message.lines().count());
        assertTrue(of("none", null, "true", host).anonymousAnywhere());
    }

    @Test
    void with_tokens_any_address_will_do() {
        assertEquals(new AccessSettings(Path.of("tokens"), false), of("tokens", "tokens", null, "0.0.0.0"));
    }

    @ParameterizedTest
    @CsvSource({
        "tokens,,,UNDERSTUDY_TOKENS_FILE",
        "oidc,,,UNDERSTUDY_AUTH",
        "'tokens,oidc',tokens,,UNDERSTUDY_AUTH",
        "NONE,,,UNDERSTUDY_AUTH",
        "none,,yes,UNDERSTUDY_ALLOW_ANONYMOUS"
    })
    void a_wrong_setting_is_refused_with_its_name(
            String auth, @Nullable String file, @Nullable String anonymous, String name) {
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> of(auth, file, anonymous, null))
                        .getMessage());

        assertTrue(message.startsWith(name + ": got "), message);
    }

    private static AccessSettings of(
            String auth, @Nullable String file, @Nullable String anonymous, @Nullable String host) {
        return AccessSettings.of(
                Optional.of(auth),
                Optional.ofNullable(file),
                Optional.ofNullable(anonymous),
                Optional.ofNullable(host));
    }
}

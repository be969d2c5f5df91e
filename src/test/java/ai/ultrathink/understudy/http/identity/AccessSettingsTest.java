package ai.ultrathink.understudy.http.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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

    @ParameterizedTest
    @ValueSource(strings = {"none", " none ", "none,none"})
    void none_is_none_however_it_is_written(String auth) {
        assertTrue(AccessSettings.of(name -> name.equals("UNDERSTUDY_AUTH") ? Optional.of(auth) : Optional.empty())
                .isAnonymous());
    }

    @Test
    void with_tokens_any_address_will_do() {
        assertEquals(new AccessSettings(Path.of("tokens"), null, false), of("tokens", "tokens", null, "0.0.0.0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"oidc", "tokens,oidc", "oidc, tokens"})
    void an_identity_provider_may_stand_alone_or_beside_tokens(String auth) {
        AccessSettings settings = AccessSettings.of(setting(Map.of(
                "UNDERSTUDY_AUTH",
                auth,
                "UNDERSTUDY_TOKENS_FILE",
                "tokens",
                "OIDC_ISSUER",
                "https://id.example.com/realms/desk",
                "OIDC_AUDIENCE",
                "understudy, trading")));

        assertEquals(auth.contains("tokens") ? Path.of("tokens") : null, settings.tokensFile());
        OidcSettings oidc = Objects.requireNonNull(settings.oidc());
        assertEquals("https://id.example.com/realms/desk", oidc.issuer());
        assertEquals(List.of("understudy", "trading"), oidc.audience());
        assertEquals("groups", oidc.rolesClaim());
        assertEquals(Set.of("viewer"), oidc.rolesOf(Set.of("viewer", "everyone")));
    }

    @Test
    void a_value_of_the_claim_may_give_several_roles_and_a_role_have_several_values() {
        OidcSettings oidc = OidcSettings.of(setting(Map.of(
                "OIDC_ISSUER",
                "https://id.example.com",
                "OIDC_AUDIENCE",
                "understudy",
                "OIDC_ROLE_OPERATOR",
                "/desk/quants, /desk/heads",
                "OIDC_ROLE_APPROVER",
                "/desk/heads")));

        assertEquals(Set.of("operator", "approver"), oidc.rolesOf(Set.of("/desk/heads")));
        assertEquals(Set.of("operator"), oidc.rolesOf(Set.of("/desk/quants")));
        assertEquals(Set.of(), oidc.rolesOf(Set.of("operator", "/desk")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "- | understudy | groups | OIDC_ISSUER",
                "id.example.com | understudy | groups | OIDC_ISSUER",
                "ldap://id.example.com | understudy | groups | OIDC_ISSUER",
                "https://user:secret@id.example.com | understudy | groups | OIDC_ISSUER",
                "https://id.example.com?realm=desk | understudy | groups | OIDC_ISSUER",
                "https://id.example.com | - | groups | OIDC_AUDIENCE",
                "https://id.example.com | , | groups | OIDC_AUDIENCE",
                "https://id.example.com | any | groups | OIDC_AUDIENCE",
                "https://id.example.com | understudy | /groups | OIDC_ROLES_CLAIM"
            })
    void a_provider_that_is_not_described_is_refused(
            @Nullable String issuer, @Nullable String audience, String claim, String name) {
        Map<String, String> environment = new HashMap<>(Map.of("UNDERSTUDY_AUTH", "oidc", "OIDC_ROLES_CLAIM", claim));
        environment.computeIfAbsent("OIDC_ISSUER", none -> issuer);
        environment.computeIfAbsent("OIDC_AUDIENCE", none -> audience);

        String message = message(environment);

        assertTrue(message.startsWith(name + ": got "), message);
        assertEquals(1, message.lines().count());
    }

    @ParameterizedTest
    @CsvSource({
        "tokens,,,UNDERSTUDY_TOKENS_FILE",
        "oidc,,,OIDC_ISSUER",
        "'none,tokens',tokens,,UNDERSTUDY_AUTH",
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

    @Test
    void a_login_is_offered_where_there_is_a_client() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "UNDERSTUDY_AUTH", "oidc", "OIDC_ISSUER", "https://id.example.com", "OIDC_AUDIENCE", "understudy"));
        assertNull(login(environment));

        environment.put("OIDC_CLIENT_ID", "console");
        assertEquals(new LoginSettings("console", null), login(environment));

        environment.put("OIDC_CLIENT_SECRET", "s".repeat(32));
        assertEquals(new LoginSettings("console", "s".repeat(32)), login(environment));
        assertFalse(AccessSettings.of(setting(environment)).toString().contains("sss"));

        environment.put("OIDC_CLIENT_SECRET", "s".repeat(31));
        assertEquals(
                "OIDC_CLIENT_SECRET: got 31 characters; allowed: 32 or more, because the cookies of logins are encrypted with it",
                message(environment));

        environment.remove("OIDC_CLIENT_ID");
        assertTrue(message(environment).startsWith("OIDC_CLIENT_ID: got "), message(environment));
        assertFalse(message(environment).contains("sss"));
    }

    private static @Nullable LoginSettings login(Map<String, String> environment) {
        return Objects.requireNonNull(AccessSettings.of(setting(environment)).oidc())
                .login();
    }

    private static String message(Map<String, String> environment) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> AccessSettings.of(setting(environment)))
                        .getMessage());
    }

    private static AccessSettings of(
            String auth, @Nullable String file, @Nullable String anonymous, @Nullable String host) {
        Map<String, String> environment = new HashMap<>(Map.of("UNDERSTUDY_AUTH", auth));
        environment.computeIfAbsent("UNDERSTUDY_TOKENS_FILE", none -> file);
        environment.computeIfAbsent("UNDERSTUDY_ALLOW_ANONYMOUS", none -> anonymous);
        environment.computeIfAbsent("QUARKUS_HTTP_HOST", none -> host);
        return AccessSettings.of(setting(environment));
    }

    private static Function<String, Optional<String>> setting(Map<String, String> environment) {
        return name -> Optional.ofNullable(environment.get(name));
    }
}

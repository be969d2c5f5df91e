package ai.ultrathink.understudy.http.identity;

import static ai.ultrathink.understudy.testkit.TokenLines.sha256;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.security.identity.SecurityIdentity;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest {

    private static final String HASH = sha256("secret");

    @Test
    void a_token_is_found_by_its_hash_with_its_name_and_roles() {
        Tokens tokens = Tokens.parse("""
                # desk 4
                ada viewer,operator %s

                  bot\tcaller   %s
                """.formatted(HASH, sha256("another").toUpperCase(Locale.ROOT)));

        assertEquals("ada", identity(tokens, "secret").getPrincipal().getName());
        assertEquals(Set.of("viewer", "operator"), identity(tokens, "secret").getRoles());
        assertEquals(Set.of("caller"), identity(tokens, "another").getRoles());
        assertFalse(identity(tokens, "secret").isAnonymous());
        assertNull(tokens.find("Secret"));
        assertNull(tokens.find(HASH));
    }

    @ParameterizedTest
    @CsvSource({"operator", "approver", "admin"})
    void who_may_change_approve_or_administer_may_read(String role) {
        assertEquals(
                Set.of(role, "viewer"),
                identity(Tokens.parse("ada " + role + " " + HASH), "secret").getRoles());
    }

    @Test
    void a_token_in_a_comment_is_revoked() {
        assertNull(Tokens.parse("# ada viewer " + HASH).find("secret"));
    }

    @Test
    void one_name_may_have_two_tokens_while_they_are_exchanged() {
        Tokens tokens = Tokens.parse("ada viewer " + HASH + "\nada viewer " + sha256("next"));

        assertEquals("ada", identity(tokens, "secret").getPrincipal().getName());
        assertEquals("ada", identity(tokens, "next").getPrincipal().getName());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ada viewer | 2 words",
                "ada viewer HASH # gone | 5 words",
                "ada viewer, HASH | the role \"\"",
                "ada Viewer HASH | the role \"Viewer\"",
                "ada root HASH | the role \"root\"",
                "ada viewer secret | 64 hexadecimal digits",
                "ada viewer HASH0 | 64 hexadecimal digits",
                "guardrails viewer HASH | reserved",
                "ada viewer e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 | the hash of nothing"
            })
    void a_line_that_is_not_valid_is_refused_with_its_number_and_without_its_hash(String line, String words) {
        String file = "# tokens\n" + line.replace("HASH", HASH);

        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> Tokens.parse(file))
                .getMessage());

        assertTrue(message.startsWith("line 2: "), message);
        assertTrue(message.contains(words), message);
        assertFalse(message.contains(HASH), message);
        assertFalse(message.contains("secret"), message);
    }

    @Test
    void one_token_cannot_have_two_names() {
        String file = "ada viewer " + HASH + "\nbob operator " + HASH.toUpperCase(Locale.ROOT);

        assertTrue(String.valueOf(assertThrows(IllegalArgumentException.class, () -> Tokens.parse(file))
                        .getMessage())
                .startsWith("line 2: got a token that an earlier line has"));
    }

    @Test
    void there_is_a_bound_on_the_number_of_tokens() {
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < 1001; i++) {
            file.append("ada viewer ").append(sha256("token " + i)).append('\n');
        }

        assertThrows(IllegalArgumentException.class, () -> Tokens.parse(file.toString()));
    }

    private static SecurityIdentity identity(Tokens tokens, String token) {
        Token found = tokens.find(token);
        assertNotNull(found);
        return found.identity().await().atMost(Duration.ofSeconds(30));
    }
}

package ai.ultrathink.understudy.http.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientsTest {

    @Test
    void a_subject_has_a_name_and_roles_however_it_is_written() {
        Clients clients = Clients.parse("# a comment\n\n  ada  operator  cn = Ada Lovelace , o=Desk\n");
        Uni<SecurityIdentity> client = clients.find(new X500Principal("CN=Ada Lovelace, O=Desk").getName());

        assertNotNull(client);
        SecurityIdentity identity = client.await().indefinitely();
        assertEquals("ada", identity.getPrincipal().getName());
        assertEquals(Set.of("operator", "viewer"), identity.getRoles());
        assertNull(clients.find("CN=Ada Lovelace"));
        assertEquals("1 subjects", clients.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ada operator | line 1: got 2 words",
                "ada root CN=a | the role",
                "ada viewer no subject | the subject",
                "guardrails viewer CN=a | line 1",
                "'ada viewer CN=a\ngrace viewer cn=a' | line 2: got a subject that an earlier line has"
            })
    void a_line_that_is_not_valid_is_named(String text, String words) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Clients.parse(text));

        assertTrue(String.valueOf(refused.getMessage()).contains(words), refused.getMessage());
    }
}

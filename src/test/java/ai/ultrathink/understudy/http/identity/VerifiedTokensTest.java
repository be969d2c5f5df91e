package ai.ultrathink.understudy.http.identity;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class VerifiedTokensTest {

    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final Uni<SecurityIdentity> ADA = Uni.createFrom()
            .item(QuarkusSecurityIdentity.builder()
                    .setPrincipal(new QuarkusPrincipal("ada"))
                    .build());

    private final VerifiedTokens tokens = new VerifiedTokens();

    @Test
    void a_token_is_known_until_it_expires() {
        tokens.keep("token", until(NOW.plusSeconds(10)), NOW);

        assertNotNull(tokens.find("token", NOW.plusSeconds(9)));
        assertNull(tokens.find("token", NOW.plusSeconds(10)));
        assertNull(tokens.find("tokem", NOW));
    }

    @Test
    void a_token_that_lives_long_is_checked_again_after_a_minute() {
        tokens.keep("token", until(NOW.plusSeconds(3600)), NOW);

        assertNotNull(tokens.find("token", NOW.plusSeconds(59)));
        assertNull(tokens.find("token", NOW.plusSeconds(60)));
    }

    @Test
    void the_number_of_tokens_is_bounded_and_those_that_ended_make_room() {
        for (int i = 0; i < VerifiedTokens.MOST; i++) {
            tokens.keep("token-" + i, until(NOW.plusSeconds(10)), NOW);
        }
        tokens.keep("one more", until(NOW.plusSeconds(30)), NOW);
        assertNull(tokens.find("one more", NOW));

        Instant later = NOW.plusSeconds(11);
        tokens.keep("one more", until(NOW.plusSeconds(30)), later);
        assertNotNull(tokens.find("one more", later));
    }

    private static Credential.Valid until(Instant expires) {
        return new Credential.Valid(ADA, expires);
    }
}

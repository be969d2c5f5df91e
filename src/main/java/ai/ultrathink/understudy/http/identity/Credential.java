package ai.ultrathink.understudy.http.identity;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.time.Instant;

/** What came of a token of the identity provider. */
sealed interface Credential {

    /**
     * It is valid.
     *
     * @param identity who has it, with roles of the service
     * @param expires when it ends
     */
    record Valid(Uni<SecurityIdentity> identity, Instant expires) implements Credential {}

    /**
     * It is not valid.
     *
     * @param why what is wrong with it, without anything of its content
     */
    record Invalid(String why) implements Credential {}

    /** It cannot be checked, because the keys of the provider are not known. */
    record Unverified() implements Credential {}
}

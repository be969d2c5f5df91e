package ai.ultrathink.understudy.http.identity;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.util.HashMap;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Who has which certificate: a name and roles for each subject. */
record Clients(Map<String, Uni<SecurityIdentity>> bySubject) {

    private static final String FORM =
            "a line with name, roles and the subject of the certificate, such as \"trading caller CN=trading,O=Desk\"";

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException if a line is not valid, or if one subject is there twice
     */
    static Clients parse(String text) {
        Map<String, Uni<SecurityIdentity>> clients = new HashMap<>();
        for (CallerLine line : CallerLine.parse(text, 3, FORM)) {
            if (clients.put(subject(line), line.identity()) != null) {
                throw line.refused("a subject that an earlier line has", "each subject once");
            }
        }
        return new Clients(Map.copyOf(clients));
    }

    /** In the form that certificates have, however it is written. */
    private static String subject(CallerLine line) {
        try {
            return new X500Principal(line.credential()).getName();
        } catch (IllegalArgumentException e) {
            throw line.refused("the subject \"" + line.credential() + "\"", FORM);
        }
    }

    /** Who has a certificate with this subject, or null. */
    @Nullable Uni<SecurityIdentity> find(String subject) {
        return bySubject.get(subject);
    }

    @Override
    public String toString() {
        return bySubject.size() + " subjects";
    }
}

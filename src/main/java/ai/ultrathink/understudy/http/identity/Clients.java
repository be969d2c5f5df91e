package ai.ultrathink.understudy.http.identity;

import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.http.request.Roles;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Who has which certificate: a name and roles for each subject. */
record Clients(Map<String, Client> bySubject) {

    private static final int MOST = 1000;
    private static final String FORM =
            "a line with name, roles and the subject of the certificate, such as \"trading caller CN=trading,O=Desk\"; a"
                    + " comment has a line of its own, which begins with #";

    /** Who has a certificate. */
    record Client(Uni<SecurityIdentity> identity) {}

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException if a line is not valid, or if one subject is there twice
     */
    static Clients parse(String text) {
        Map<String, Client> clients = new HashMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.strip().startsWith("#")) {
                continue;
            }
            String[] parts = line.strip().split("\\s+", 3);
            if (parts.length != 3) {
                throw refused(number, parts.length + " words", FORM);
            }
            if (clients.put(subject(number, parts[2]), client(number, parts[0], parts[1])) != null) {
                throw refused(number, "a subject that an earlier line has", "each subject once");
            }
        }
        if (clients.size() > MOST) {
            throw new IllegalArgumentException("got " + clients.size() + " subjects; allowed: " + MOST);
        }
        return new Clients(Map.copyOf(clients));
    }

    /** In the form that certificates have, however it is written. */
    private static String subject(int number, String text) {
        try {
            return new X500Principal(text).getName();
        } catch (IllegalArgumentException e) {
            throw refused(number, "the subject \"" + text + "\"", FORM);
        }
    }

    private static Client client(int number, String name, String roles) {
        List<String> named = List.of(roles.split(",", -1));
        for (String role : named) {
            if (!Roles.ALL.contains(role)) {
                throw refused(number, "the role \"" + role + "\"", String.join(", ", Roles.ALL));
            }
        }
        try {
            SecurityIdentity identity = QuarkusSecurityIdentity.builder()
                    .setPrincipal(new QuarkusPrincipal(Actors.notReserved("name", IdentifierRules.id("name", name))))
                    .addRoles(Roles.withIncluded(Set.copyOf(named)))
                    .build();
            return new Client(Uni.createFrom().item(identity));
        } catch (InvalidValueException e) {
            throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
        }
    }

    /** Who has a certificate with this subject, or null. */
    @Nullable Client find(String subject) {
        return bySubject.get(subject);
    }

    @Override
    public String toString() {
        return bySubject.size() + " subjects";
    }

    private static IllegalArgumentException refused(int number, String got, String allowed) {
        return new IllegalArgumentException("line " + number + ": got " + got + "; allowed: " + allowed);
    }
}

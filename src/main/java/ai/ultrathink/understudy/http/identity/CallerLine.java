package ai.ultrathink.understudy.http.identity;

import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.http.request.Roles;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A line of a file of callers: a name, its roles, and by what the caller is known.
 *
 * @param number from 1
 * @param credential by what the caller is known, as it is written
 */
record CallerLine(int number, Uni<SecurityIdentity> identity, String credential) {

    private static final int MOST = 1000;

    /**
     * Reads the lines of a file without those that are blank or comments.
     *
     * @param words 3 where the credential may have spaces in it, negative where it may not
     * @param form what a line has, for messages
     * @throws IllegalArgumentException if a line has another form, or a name or role that is not allowed; the message has
     *     nothing of the credential
     */
    static List<CallerLine> parse(String text, int words, String form) {
        List<CallerLine> lines = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.strip().startsWith("#")) {
                continue;
            }
            String[] parts = line.strip().split("\\s+", words);
            if (parts.length != 3) {
                throw refused(
                        number,
                        parts.length + " words",
                        form + "; a comment has a line of its own, which begins with #");
            }
            lines.add(new CallerLine(number, identity(number, parts[0], parts[1]), parts[2]));
        }
        if (lines.size() > MOST) {
            throw new IllegalArgumentException("got " + lines.size() + " callers; allowed: " + MOST);
        }
        return lines;
    }

    private static Uni<SecurityIdentity> identity(int number, String name, String roles) {
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
            return Uni.createFrom().item(identity);
        } catch (InvalidValueException e) {
            throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
        }
    }

    IllegalArgumentException refused(String got, String allowed) {
        return refused(number, got, allowed);
    }

    private static IllegalArgumentException refused(int number, String got, String allowed) {
        return new IllegalArgumentException("line " + number + ": got " + got + "; allowed: " + allowed);
    }
}

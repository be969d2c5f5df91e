package ai.ultrathink.understudy.http.request;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The roles of callers. docs/security.md has the table of what each may do. */
public final class Roles {

    /** Sends predictions. */
    public static final String CALLER = "caller";

    /** Reads. */
    public static final String VIEWER = "viewer";

    /** Changes experiments. */
    public static final String OPERATOR = "operator";

    /** Approves what another person has asked for. */
    public static final String APPROVER = "approver";

    /** Reloads models and exports the audit trail. */
    public static final String ADMIN = "admin";

    public static final List<String> ALL = List.of(CALLER, VIEWER, OPERATOR, APPROVER, ADMIN);

    private Roles() {}

    /** The roles with those that they include: who may change or approve may also read. */
    public static Set<String> withIncluded(Set<String> roles) {
        return roles.stream()
                .flatMap(role -> role.equals(CALLER) ? Stream.of(role) : Stream.of(role, VIEWER))
                .collect(Collectors.toUnmodifiableSet());
    }
}

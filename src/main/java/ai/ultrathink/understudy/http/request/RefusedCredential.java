package ai.ultrathink.understudy.http.request;

import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a request has no caller.
 *
 * @param status 401, or 503 where the credential cannot be checked
 * @param detail what was got, without anything of the credential
 */
public record RefusedCredential(int status, String detail) {

    private static final String KEY = RefusedCredential.class.getName();

    /** A token that is not valid. */
    public static RefusedCredential invalid(String why) {
        return new RefusedCredential(401, "Authorization: got " + why + "; allowed: one");
    }

    /** A token of an identity provider whose keys are not known. */
    public static RefusedCredential unverified() {
        return new RefusedCredential(
                503,
                "the identity provider does not answer, so this token cannot be checked; tokens whose key is known, and those of"
                        + " the tokens file, are accepted");
    }

    /** A login for the console that has ended, or is none. */
    public static RefusedCredential login(String why) {
        return new RefusedCredential(401, "login: got " + why + "; allowed: a new one, by /console/login,");
    }

    /** A login for the console that needs the identity provider, which is away. */
    public static RefusedCredential noLogin() {
        return new RefusedCredential(
                503,
                "the identity provider does not answer, so a login cannot begin or go on; tokens whose key is known, and those of"
                        + " the tokens file, are accepted");
    }

    /** What was noted of a request, or null. */
    public static @Nullable RefusedCredential noted(@Nullable RoutingContext request) {
        return request == null ? null : request.get(KEY);
    }

    /** What was noted of a request or, when nothing was, what its headers say. */
    public static RefusedCredential of(@Nullable RoutingContext request, @Nullable List<String> authorization) {
        RefusedCredential noted = noted(request);
        if (noted != null) {
            return noted;
        }
        String malformed = BearerToken.of(authorization == null ? List.of() : authorization)
                .problem();
        return malformed == null ? invalid("a token that is not known") : new RefusedCredential(401, malformed);
    }

    /** Notes it at its request. */
    public void put(RoutingContext request) {
        request.put(KEY, this);
    }
}

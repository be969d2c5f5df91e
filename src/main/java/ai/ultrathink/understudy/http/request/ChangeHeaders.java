package ai.ultrathink.understudy.http.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.Principal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** Headers of a change: who makes it, and the generation for which it was decided. */
public class ChangeHeaders {

    private static final Pattern ETAG = Pattern.compile("\"?(\\d{1,18})\"?");

    private static final String UNKNOWN = "unknown";
    private static final String IN_UTF_8 = "UTF-8''";
    private static final Pattern UNSHOWN = Pattern.compile("\\p{Cntrl}|[\\u0080-\\u009F]");

    @HeaderParam("X-Actor")
    @Parameter(
            description =
                    "who makes the change, for the audit trail; 1-100 characters in UTF-8, none of the service's own names;"
                            + " also in ASCII as RFC 8187 has it, such as UTF-8''Zo%C3%AB; \"unknown\" when absent. It counts for nothing where callers have tokens: the name of the token does")
    @Nullable String actor;

    @HeaderParam("If-Match")
    @Parameter(description = "the generation for which the change was decided; 409 if the test has changed since")
    @Nullable String ifMatch;

    @Context
    @Nullable SecurityContext security;

    /** Who makes the change: the one that is authenticated, or the one that the header names. */
    public String actor() {
        String known = authenticated();
        if (known != null) {
            return known;
        }
        return actor == null ? UNKNOWN : Actors.notReserved("X-Actor", IdentifierRules.id("X-Actor", decoded(actor)));
    }

    /** Cuts a name that is too long, and replaces what cannot be shown. */
    private String actorInHaste() {
        String known = authenticated();
        if (known != null) {
            return known;
        }
        if (actor == null) {
            return UNKNOWN;
        }
        String shown = UNSHOWN.matcher(decoded(actor)).replaceAll("\uFFFD").strip();
        int length = shown.codePointCount(0, shown.length());
        String cut = length <= IdentifierRules.MAX_ID
                ? shown
                : shown.substring(0, shown.offsetByCodePoints(0, IdentifierRules.MAX_ID));
        return cut.isEmpty() ? UNKNOWN : Actors.notReserved("X-Actor", cut);
    }

    private @Nullable String authenticated() {
        Principal caller = security == null ? null : security.getUserPrincipal();
        // the anonymous caller has no name
        return caller == null || caller.getName().isEmpty() ? null : caller.getName();
    }

    /**
     * Decodes a header. The server decodes it as ISO 8859-1; most clients send UTF-8, some older ones ISO 8859-1, and those that can send
     * ASCII alone the form of RFC 8187.
     */
    private static String decoded(String header) {
        if (header.startsWith(IN_UTF_8)) {
            try {
                return URLDecoder.decode(header.substring(IN_UTF_8.length()).replace("+", "%2B"), UTF_8);
            } catch (IllegalArgumentException e) {
                return header;
            }
        }
        byte[] bytes = header.getBytes(ISO_8859_1);
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return header;
        }
    }

    /** A change of an experiment. */
    public interface Command {
        /**
         * Makes the change.
         *
         * @param expectedGeneration refuses the change unless the experiment is at that generation, or null
         */
        Uni<EditResult> change(String testId, String actor, @Nullable Long expectedGeneration);
    }

    /**
     * Makes a change as the headers say.
     *
     * @param testId from the path
     */
    public Uni<EditResult> change(String testId, Command command) {
        return command.change(RequestParameters.testId(testId), actor(), expectedGeneration());
    }

    /** The same for a change that must not fail because of a name. */
    public Uni<EditResult> changeInHaste(String testId, Command command) {
        return command.change(RequestParameters.testId(testId), actorInHaste(), expectedGeneration());
    }

    private @Nullable Long expectedGeneration() {
        if (ifMatch == null || ifMatch.equals("*")) {
            return null;
        }
        Matcher etag = ETAG.matcher(ifMatch.strip());
        if (!etag.matches()) {
            throw new InvalidValueException("If-Match", ifMatch, "a generation, such as \"3\"");
        }
        return Long.valueOf(etag.group(1));
    }
}

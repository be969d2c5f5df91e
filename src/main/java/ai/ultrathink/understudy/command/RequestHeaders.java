package ai.ultrathink.understudy.command;

import java.util.regex.Pattern;

/** What may be a header of a request. Java's HTTP client sends ASCII alone, and throws what it cannot send with a stack trace. */
final class RequestHeaders {

    private static final Pattern SHOWN_ASCII = Pattern.compile("[!-~]+");
    private static final Pattern ASCII = Pattern.compile("[ -~]*");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}|[\\u0080-\\u009f]");
    private static final String IN_UTF_8 = "UTF-8''";

    private RequestHeaders() {}

    /**
     * A token that can be sent.
     *
     * @param place where it was found
     * @throws CommandException if it cannot; the token is not in its message
     */
    static String token(String place, String token) {
        if (!SHOWN_ASCII.matcher(token).matches()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    place + ": got " + (token.isEmpty() ? "nothing" : "something that is not repeated here")
                            + "; allowed: the token alone, in one line of ASCII without blanks");
        }
        return token;
    }

    /**
     * The header that says who acts. Other names than those in ASCII are encoded as RFC 8187 has it, which the service decodes.
     *
     * @throws CommandException if it has control characters
     */
    static String actor(String name) {
        if (CONTROL.matcher(name).find()) {
            throw GivenArguments.refused("--actor", name, "characters that are no control characters");
        }
        boolean plain = ASCII.matcher(name).matches() && !name.startsWith(IN_UTF_8);
        return plain ? name : IN_UTF_8 + ServiceClient.part(name);
    }
}

package ai.ultrathink.understudy.http.problem;

import jakarta.ws.rs.core.Response;

/** Ends a call with a problem where its method returns the body of a good answer. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Response response;

    /** @param response as {@link Problem} makes it */
    public ProblemException(Response response) {
        // nothing has gone wrong here, so its stack would not be read
        super(null, null, false, false);
        this.response = response;
    }

    Response response() {
        return response;
    }
}

package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.assignment.ChangeLostException;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.http.request.MediaTypes;
import ai.ultrathink.understudy.http.request.RequestParameters;
import ai.ultrathink.understudy.inference.ModelsDirectoryException;
import ai.ultrathink.understudy.log.LogFields;
import ai.ultrathink.understudy.rollout.ModelsLoadingException;
import ai.ultrathink.understudy.storage.db.DatabaseAwayException;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Maps every exception to a problem document. Only defects of the service are logged as errors. */
class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    private final Operations operations;
    private final Correlation correlation;

    ProblemMappers(Operations operations, Correlation correlation) {
        this.operations = operations;
        this.correlation = correlation;
    }

    @ServerExceptionMapper
    public Response answered(ProblemException problem) {
        return problem.response();
    }

    @ServerExceptionMapper
    public Response invalid(InvalidValueException problem) {
        return Problem.badRequest(String.valueOf(problem.getMessage()));
    }

    @ServerExceptionMapper
    public Response json(JacksonException problem) {
        return Problem.badRequest(JsonProblems.detail(problem));
    }

    /** Quarkus has its own mapper for this exception, which a more general one would not replace. */
    @ServerExceptionMapper
    public Response mismatch(MismatchedInputException problem) {
        return json(problem);
    }

    @ServerExceptionMapper
    public Response databaseAway(DatabaseAwayException problem) {
        return Problem.unavailable(problem.getMessage() + "; predictions continue, try this call again later");
    }

    @ServerExceptionMapper
    public Response changeLost(ChangeLostException problem) {
        return Problem.unavailable(String.valueOf(problem.getMessage()));
    }

    @ServerExceptionMapper
    public Response modelsDirectory(ModelsDirectoryException problem) {
        return Problem.unavailable(problem.getMessage() + "; the models in memory continue to answer");
    }

    @ServerExceptionMapper
    public Response modelsLoading(ModelsLoadingException problem) {
        return Problem.unavailable(problem.getMessage()
                + ", and which of them a test may use is not known before; try this call again when"
                + " GET /q/health/ready is up");
    }

    @ServerExceptionMapper
    public Response unknownExperiment(RequestParameters.UnknownExperimentException problem) {
        return Problem.unknownExperiment(problem.testId());
    }

    @ServerExceptionMapper
    public Response notKnown(RequestParameters.NotKnownException problem) {
        return Problem.unavailable(
                "the tests have not been read from the database yet; GET /q/health/ready shows when they have");
    }

    @ServerExceptionMapper
    public Response http(WebApplicationException problem, UriInfo uri, RoutingContext exchange) {
        Throwable cause = problem.getCause();
        if (cause instanceof JacksonException json) {
            return json(json);
        }
        if (cause instanceof InvalidValueException invalid) {
            return invalid(invalid);
        }
        int status = problem.getResponse().getStatus();
        Response.StatusType type = problem.getResponse().getStatusInfo();
        Response answer = Problem.response(status, type.getReasonPhrase(), detail(status, uri));
        return switch (status) {
            case 405 -> with(answer, HttpHeaders.ALLOW, allowed(uri));
            // the rest of the body is not read; HTTP/2 has no such header, and its clients drop an answer that has it
            case 413 ->
                exchange.request().version() == HttpVersion.HTTP_2 ? answer : with(answer, "Connection", "close");
            default -> answer;
        };
    }

    @ServerExceptionMapper
    public Response coding(BodyDecoding.UnknownCodingException problem) {
        return with(
                Problem.response(415, "Unsupported Media Type", String.valueOf(problem.getMessage())),
                "Accept-Encoding",
                "gzip");
    }

    /** Maps all other exceptions, also Errors: the service continues, and callers see no internals. */
    @ServerExceptionMapper
    public Response unexpected(Throwable problem, RoutingContext exchange) {
        LogFields.of(LogFields.REQUEST, correlation.idOf(exchange.request()))
                .tell(() -> LOG.error("unexpected error in a request; please report this", problem));
        return Problem.response(500, "Internal server error", "unexpected error; the service's log has details");
    }

    private String allowed(UriInfo uri) {
        return operations.at(uri.getPath()).map(Operations.Call::allowed).orElse("");
    }

    private static Response with(Response answer, String header, String value) {
        return Response.fromResponse(answer).header(header, value).build();
    }

    private static String detail(int status, UriInfo uri) {
        return switch (status) {
            case 404 -> "there is nothing at " + uri.getPath() + "; GET /q/openapi lists what there is";
            case 405 -> uri.getPath() + " does not take this method; GET /q/openapi lists what it takes";
            case 406 ->
                "Accept: this call answers "
                        + (uri.getPath().endsWith("/changes")
                                ? MediaType.SERVER_SENT_EVENTS
                                : MediaType.APPLICATION_JSON
                                        + (uri.getPath().endsWith("/report") ? " or " + MediaTypes.MARKDOWN : ""));
            case 415 -> "Content-Type: allowed: application/json";
            case 413 -> "the body is too large; allowed: 256 KiB";
            default -> "the request could not be served";
        };
    }
}

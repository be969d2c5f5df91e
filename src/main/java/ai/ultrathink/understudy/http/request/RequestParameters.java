package ai.ultrathink.understudy.http.request;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.change.RecordedExperiment;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks what a request carries. JAX-RS would answer a parameter that is not a number with 404 and no reason. */
public final class RequestParameters {

    private static final int MOST_HOURS = 2160;

    private RequestParameters() {}

    /**
     * The body of a call that needs one. An empty body is null, and so is the JSON {@code null}.
     *
     * @throws InvalidValueException if there is none
     */
    public static <T> T body(@Nullable T body) {
        if (body == null) {
            throw new InvalidValueException("body", null, "a JSON object");
        }
        return body;
    }

    /** Length of a window of time, at most the time for which results are kept. */
    public static int hours(String value) {
        return number("hours_back", value, 1, MOST_HOURS);
    }

    /** A whole number within limits. */
    public static int number(String name, String value, int min, int max) {
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // falls through to the exception
        }
        throw new InvalidValueException(name, value, "a whole number from " + min + " to " + max);
    }

    public static @Nullable Boolean bool(String name, @Nullable String value) {
        return switch (value) {
            case null -> null;
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> throw new InvalidValueException(name, value, "true or false");
        };
    }

    /**
     * Checks the experiment id in a path.
     *
     * @throws UnknownExperimentException if no experiment can have it; PostgreSQL would reject some of them
     */
    public static String testId(String path) {
        try {
            return IdentifierRules.testId(path);
        } catch (InvalidValueException e) {
            throw new UnknownExperimentException(path);
        }
    }

    /**
     * Rejects a call while the experiments are not known.
     *
     * @throws NotKnownException if they have not been read from the database yet
     */
    public static void requireKnown(CatalogFollower experiments) {
        if (!experiments.known()) {
            throw new NotKnownException();
        }
    }

    /**
     * The experiment that a call names.
     *
     * @throws UnknownExperimentException if there is no such experiment
     */
    public static Experiment requireExperiment(CatalogFollower experiments, String testId) {
        requireKnown(experiments);
        return experiments.current().find(testId).orElseThrow(() -> new UnknownExperimentException(testId));
    }

    /** An experiment that may be deleted, because its results are kept. Fails if there never was one. */
    public static Uni<RecordedExperiment> recorded(CatalogFollower experiments, String testId) {
        requireKnown(experiments);
        Catalog catalog = experiments.current();
        Optional<RecordedExperiment> known = catalog.find(testId)
                .map(experiment ->
                        new RecordedExperiment(experiment, catalog.unreadable().get(testId), null));
        return known.isPresent()
                ? Uni.createFrom().item(known.get())
                : experiments
                        .recorded(testId(testId))
                        .map(found -> found.orElseThrow(() -> new UnknownExperimentException(testId)));
    }

    /** The experiments have not been read yet. */
    public static final class NotKnownException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** There is no such experiment. */
    public static final class UnknownExperimentException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String testId;

        public UnknownExperimentException(String testId) {
            super(testId);
            this.testId = testId;
        }

        public String testId() {
            return testId;
        }
    }
}

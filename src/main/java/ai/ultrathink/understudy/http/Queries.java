package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.assignment.ExperimentRegistry;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.Texts;
import ai.ultrathink.understudy.storage.RecordedTest;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads query parameters: JAX-RS would answer a number that is none with 404 and without a word. */
final class Queries {

    private static final int MOST_HOURS = 2160;

    private Queries() {}

    /** How far back a window of time reaches: as far as results are kept, at the most. */
    static int hours(String value) {
        return number("hours_back", value, 1, MOST_HOURS);
    }

    /** A whole number within bounds. */
    static int number(String name, String value, int min, int max) {
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new InvalidValueException(name, value, "a whole number from " + min + " to " + max);
    }

    static @Nullable Boolean bool(String name, @Nullable String value) {
        return switch (value) {
            case null -> null;
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> throw new InvalidValueException(name, value, "true or false");
        };
    }

    /**
     * A test id of a path.
     *
     * @throws UnknownTestException when no test can have it; PostgreSQL would not even take some of them
     */
    static String testId(String path) {
        try {
            return Texts.testId(path);
        } catch (InvalidValueException e) {
            throw new UnknownTestException(path);
        }
    }

    /** @throws NotKnownException when the tests have not been read from the database yet */
    static void requireKnown(ExperimentRegistry experiments) {
        if (!experiments.known()) {
            throw new NotKnownException();
        }
    }

    /** @throws UnknownTestException when there is no such test */
    static Experiment requireTest(ExperimentRegistry experiments, String testId) {
        requireKnown(experiments);
        return experiments.current().find(testId).orElseThrow(() -> new UnknownTestException(testId));
    }

    /** A test that may be deleted: its results are kept. Fails when there never was one. */
    static Uni<RecordedTest> recorded(ExperimentRegistry experiments, String testId) {
        requireKnown(experiments);
        Catalog catalog = experiments.current();
        Optional<RecordedTest> known = catalog.find(testId)
                .map(test -> new RecordedTest(test, catalog.unreadable().get(testId), null));
        return known.isPresent()
                ? Uni.createFrom().item(known.get())
                : experiments
                        .recorded(testId(testId))
                        .map(found -> found.orElseThrow(() -> new UnknownTestException(testId)));
    }

    /** The tests have not been read yet. */
    static final class NotKnownException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** There is no such test. */
    static final class UnknownTestException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String testId;

        UnknownTestException(String testId) {
            super(testId);
            this.testId = testId;
        }

        String testId() {
            return testId;
        }
    }
}

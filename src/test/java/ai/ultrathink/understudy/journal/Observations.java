package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Observations for tests, told apart by a number. */
final class Observations {

    static final Outcome.Answered ANSWER = new Outcome.Answered(new Answer(0.2f, 0.7f, 0.1f), "bull", "1", 400_000);

    private Observations() {}

    static Observation split(int number) {
        return observation(number, Group.CONTROL);
    }

    static Observation shadow(int number) {
        return observation(number, Group.SHADOW);
    }

    private static Observation observation(int number, Group group) {
        return new Observation(
                new UUID(7, number),
                Instant.EPOCH,
                "t",
                1,
                "r-" + number,
                "u-" + number,
                "SPX",
                group,
                Variant.CONTROL,
                null,
                group == Group.SHADOW ? null : (Double) 0.1,
                ANSWER,
                null);
    }

    /** The request ids of the numbers from 0 on. */
    static List<String> requests(int count) {
        return IntStream.range(0, count).mapToObj(number -> "r-" + number).toList();
    }
}

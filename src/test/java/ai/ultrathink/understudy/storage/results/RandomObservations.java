package ai.ultrathink.understudy.storage.results;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.ObservationCopies;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.outcome.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Observations of a test with shadow and split generations in which everything happens that can: every outcome of both models,
 * every reason for a fallback, every timing of control, units that come back. Confidences and latencies are multiples of powers of two, so their sums
 * are exact in whatever order they are added.
 */
final class RandomObservations {

    /** By generation; null is a shadow. */
    private static final @Nullable Double[] SPLITS = {null, 0.25, 0.5, null, 1.0, 0.0};

    private static final List<Answer> ANSWERS = List.of(
            new Answer(0.5f, 0.25f, 0.25f), new Answer(0.125f, 0.75f, 0.125f), new Answer(0.0625f, 0.3125f, 0.625f));
    private static final Duration SPAN = Duration.ofMinutes(10);

    private final String testId;
    private final Instant from;
    private final Random random;
    private final List<Fallback> withheld;

    /** @param from the observations are of the ten minutes after it */
    RandomObservations(String testId, Instant from, long seed) {
        this(testId, from, seed, List.of(Fallback.GUARD_OPEN, Fallback.TEST_DISABLED, Fallback.FENCED));
    }

    private RandomObservations(String testId, Instant from, long seed, List<Fallback> withheld) {
        this.testId = testId;
        this.from = from;
        this.random = new Random(seed);
        this.withheld = withheld;
    }

    /** Of a service that always hears its database. */
    static RandomObservations unfenced(String testId, Instant from, long seed) {
        return new RandomObservations(testId, from, seed, List.of(Fallback.GUARD_OPEN, Fallback.TEST_DISABLED));
    }

    List<Observation> take(int count) {
        return IntStream.range(0, count).mapToObj(i -> next()).toList();
    }

    Observation next() {
        int generation = 1 + random.nextInt(SPLITS.length);
        Double split = SPLITS[generation - 1];
        if (split == null) {
            return shadow(generation);
        }
        return random.nextDouble() < split ? treatment(generation, split) : control(generation, split);
    }

    private Observation control(int generation, double split) {
        Outcome control = outcome("bull");
        return random.nextInt(3) > 0
                ? observation(generation, Group.CONTROL, split, null, control, null)
                : pair(observation(generation, Group.CONTROL, split, null, control, null), Variant.TREATMENT);
    }

    /** The second model answers, fails, gets no turn or is left out; or the process ends before it is done. */
    private Observation pair(Observation first, Variant second) {
        return switch (random.nextInt(5)) {
            case 0 -> ObservationCopies.paired(first, Pairing.SHED);
            case 1 -> ObservationCopies.paired(first, Pairing.WITHHELD);
            case 2 -> ObservationCopies.paired(first, Pairing.PAIRED);
            default ->
                ObservationCopies.paired(first, Pairing.PAIRED)
                        .with(second, outcome(second == Variant.CONTROL ? "bull" : "bull_v2"));
        };
    }

    private Observation treatment(int generation, double split) {
        return switch (random.nextInt(3)) {
            case 0 -> observation(generation, Group.TREATMENT, split, withheld(), outcome("bull"), null);
            case 1 -> {
                Outcome.Failure failure = failure();
                Observation failed =
                        observation(generation, Group.TREATMENT, split, Fallback.of(failure), outcome("bull"), failure);
                yield random.nextBoolean() ? failed : ObservationCopies.paired(failed, Pairing.PAIRED);
            }
            default -> {
                Observation answered = observation(generation, Group.TREATMENT, split, null, null, answered("bull_v2"));
                yield random.nextInt(3) > 0 ? answered : pair(answered, Variant.CONTROL);
            }
        };
    }

    private Fallback withheld() {
        return withheld.get(random.nextInt(withheld.size()));
    }

    private Observation shadow(int generation) {
        return switch (random.nextInt(4)) {
            case 0 -> observation(generation, Group.SHADOW, null, withheld(), outcome("bull"), null);
            // the process was killed before the treatment was done
            case 1 -> observation(generation, Group.SHADOW, null, null, outcome("bull"), null);
            default -> observation(generation, Group.SHADOW, null, null, outcome("bull"), outcome("bull_v2"));
        };
    }

    private Observation observation(
            int generation,
            Group group,
            @Nullable Double split,
            @Nullable Fallback fallback,
            @Nullable Outcome control,
            @Nullable Outcome treatment) {
        String requestId = "r-" + random.nextLong();
        Variant servedBy = control instanceof Outcome.Answered ? Variant.CONTROL : null;
        return new Observation(
                new UUID(random.nextLong(), random.nextLong()),
                from.plusMillis(random.nextLong(SPAN.toMillis())).truncatedTo(ChronoUnit.MICROS),
                testId,
                generation,
                requestId,
                random.nextBoolean() ? requestId : "u-" + random.nextInt(60),
                "SPX",
                group,
                group == Group.TREATMENT && fallback == null ? Variant.TREATMENT : servedBy,
                fallback,
                split,
                control,
                treatment,
                random.nextInt(20) == 0 ? null : version("bull"),
                random.nextInt(20) == 0 ? null : version("bull_v2"),
                null,
                control == null ? null : timing(),
                null);
    }

    /** An earlier release noted none. */
    private @Nullable Timing timing() {
        return switch (random.nextInt(10)) {
            case 0 -> null;
            case 1, 2 -> Timing.LATE;
            case 3 -> Timing.QUEUED;
            case 4 -> Timing.UNCOMPARED;
            default -> Timing.IN_TIME;
        };
    }

    /** The treatment has a second version, and now and then a row names none. */
    private ModelVersion version(String model) {
        return new ModelVersion(
                model,
                "1",
                model.equals("bull") ? "b00000000001" : random.nextBoolean() ? "b20000000001" : "b20000000002");
    }

    private Outcome outcome(String model) {
        return random.nextInt(3) > 0 ? answered(model) : failure();
    }

    private Outcome.Answered answered(String model) {
        long quarters = 1 + random.nextLong(40);
        return new Outcome.Answered(ANSWERS.get(random.nextInt(ANSWERS.size())), version(model), quarters * 250_000);
    }

    private Outcome.Failure failure() {
        return switch (random.nextInt(5)) {
            case 0 -> new Outcome.TimedOut(200);
            case 1 -> new Outcome.Queued(200);
            case 2 -> new Outcome.Rejected("full");
            case 3 -> new Outcome.Failed("boom");
            default -> new Outcome.Invalid("NaN");
        };
    }
}

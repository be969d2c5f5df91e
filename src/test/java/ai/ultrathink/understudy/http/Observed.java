package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.ObservationCopies;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.storage.OwnStores;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Observations of a test by the thousand, as the journal would store them. Each request is a unit of its own. */
final class Observed {

    /** Guardrails wide enough for a few thousand rows to show that they are kept. */
    static final JsonObject WIDE = new JsonObject("""
            {"alpha": 0.1, "confidence_delta": {"limit": 0.3}, "split_deviation": {"limit": 0.2},
             "error_rate_delta": {"limit": 0.2}, "agreement": {"limit": 0.5}}""");

    private static final double SLOWEST_MICROS = 500;
    private static final int BATCH = 1_000;
    private static final int ATTEMPTS = 10;
    private static final Duration WITHIN = Duration.ofMinutes(1);

    private final String testId;
    private final long generation;

    Observed(String testId, long generation) {
        this.testId = testId;
        this.generation = generation;
    }

    /** Requests of a split, of which treatment failed some of its own. Control's are pairs, in which the models agree. */
    List<Observation> split(double split, int control, int treatment, int failed) {
        return Stream.of(
                        many(
                                control,
                                i -> paired(observation(Group.CONTROL, null, split, answer(i), null), answer(i + 1))),
                        many(treatment - failed, i -> observation(Group.TREATMENT, null, split, null, answer(i))),
                        many(
                                failed,
                                i -> observation(
                                        Group.TREATMENT,
                                        Fallback.TREATMENT_ERROR,
                                        split,
                                        answer(i),
                                        new Outcome.Failed("it threw"))))
                .flatMap(rows -> rows)
                .toList();
    }

    /** Requests of a split that nobody failed, of which control's are pairs in which the models disagree. */
    List<Observation> disagreeing(double split, int control, int treatment) {
        return Stream.concat(
                        many(control, i -> paired(observation(Group.CONTROL, null, split, answer(i), null), other(i))),
                        many(treatment, i -> observation(Group.TREATMENT, null, split, null, answer(i))))
                .toList();
    }

    /** Requests of a split that nobody failed and none of which is a pair. */
    List<Observation> unpaired(double split, int control, int treatment) {
        return Stream.concat(
                        many(control, i -> observation(Group.CONTROL, null, split, answer(i), null)),
                        many(treatment, i -> observation(Group.TREATMENT, null, split, null, answer(i))))
                .toList();
    }

    /** Requests in shadow, on some of which the models agreed. */
    List<Observation> shadow(int pairs, int agreeing) {
        return many(
                        pairs,
                        i -> observation(Group.SHADOW, null, null, answer(i), i < agreeing ? answer(i + 1) : other(i)))
                .toList();
    }

    /**
     * Stores rows in batches such as the journal's: mixed, because somebody looks in between, and again where a busy machine was
     * too slow, because a row is stored once.
     */
    static void store(List<Observation> rows) {
        List<Observation> mixed = new ArrayList<>(rows);
        Collections.shuffle(mixed, new Random(1));
        try (OwnStores stores = new OwnStores()) {
            for (int from = 0; from < mixed.size(); from += BATCH) {
                stores.results()
                        .insert(mixed.subList(from, Math.min(mixed.size(), from + BATCH)))
                        .onFailure()
                        .retry()
                        .atMost(ATTEMPTS)
                        .await()
                        .atMost(WITHIN);
            }
        }
    }

    /** In a mixed order of time, because requests that are alike and follow one another would depend on each other. */
    private static Stream<Observation> many(int count, IntFunction<Observation> each) {
        List<Integer> numbers =
                new ArrayList<>(IntStream.range(0, count).boxed().toList());
        Collections.shuffle(numbers, new Random(2));
        return numbers.stream().map(each::apply);
    }

    private Observation observation(
            Group group,
            @Nullable Fallback fallback,
            @Nullable Double split,
            @Nullable Outcome control,
            @Nullable Outcome treatment) {
        UUID id = UUID.randomUUID();
        return new Observation(
                id,
                Instant.now(),
                testId,
                generation,
                id.toString(),
                id.toString(),
                "SPX",
                group,
                group == Group.TREATMENT && fallback == null ? Variant.TREATMENT : Variant.CONTROL,
                fallback,
                split,
                control,
                treatment);
    }

    private static Observation paired(Observation o, Outcome treatment) {
        return ObservationCopies.paired(o, Pairing.PAIRED).with(Variant.TREATMENT, treatment);
    }

    private static Outcome answer(int number) {
        float buy = 0.6f + number % 10 / 100f;
        return answered(new Answer(1 - buy, buy, 0), number);
    }

    private static Outcome other(int number) {
        float sell = 0.6f + number % 10 / 100f;
        return answered(new Answer(1 - sell, 0, sell), number);
    }

    private static Outcome answered(Answer answer, int number) {
        return new Outcome.Answered(answer, "model", "1", (long) (1_000 * (SLOWEST_MICROS - number % 100)));
    }
}

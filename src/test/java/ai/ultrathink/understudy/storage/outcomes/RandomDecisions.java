package ai.ultrathink.understudy.storage.outcomes;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.ObservationCopies;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.storage.outcomes.RealisedOutcome.Subject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Predictions of a test in which everything happens that can: shadows, a split with pairs and without, failed models, two versions of
 * the treatment, units that come back and such that do not; and outcomes of requests and of ranges, of some of them.
 */
final class RandomDecisions {

    private final String testId;
    private final Instant from;
    private final Duration span;
    private final String symbols;
    private final Random random;
    private ModelVersion control = new ModelVersion("bull", "1", "b00000000001");
    private ModelVersion treatment = new ModelVersion("bull_v2", "1", "b20000000001");

    /** @param symbols what the names of the symbols begin with */
    RandomDecisions(String testId, Instant from, Duration span, String symbols, long seed) {
        this.testId = testId;
        this.from = from;
        this.span = span;
        this.symbols = symbols;
        this.random = new Random(seed);
    }

    List<Observation> observations(int count) {
        return IntStream.range(0, count).mapToObj(i -> observation()).toList();
    }

    /** The versions of {@link #losing}; evaluations count only those that the experiment's models have. */
    RandomDecisions by(ModelVersion ofControl, ModelVersion ofTreatment) {
        control = ofControl;
        treatment = ofTreatment;
        return this;
    }

    /** Shadows in which control holds, and treatment holds as well or, in each third, buys. */
    List<Observation> losing(String symbol, long generation, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    String id = "r-" + random.nextLong();
                    return shadow(
                            testId,
                            generation,
                            time(),
                            id,
                            id,
                            symbol,
                            i % 3 == 0 ? "BUY" : "HOLD",
                            control,
                            treatment);
                })
                .toList();
    }

    /** A shadow in which control holds. */
    static Observation shadow(
            String testId,
            long generation,
            Instant time,
            String id,
            String unit,
            String symbol,
            String treatments,
            ModelVersion control,
            ModelVersion treatment) {
        Observation seen = new Observation(
                UUID.nameUUIDFromBytes((testId + id).getBytes(StandardCharsets.UTF_8)),
                time,
                testId,
                generation,
                id,
                unit,
                symbol,
                Group.SHADOW,
                Variant.CONTROL,
                null,
                null,
                answered("HOLD", control),
                answered(treatments, treatment));
        return ObservationCopies.copy(seen, control, treatment, null);
    }

    private Observation observation() {
        boolean shadow = random.nextInt(3) > 0;
        Group group = shadow ? Group.SHADOW : random.nextBoolean() ? Group.CONTROL : Group.TREATMENT;
        ModelVersion treatment =
                new ModelVersion("bull_v2", "1", random.nextInt(4) > 0 ? "b20000000001" : "b20000000002");
        Pairing pairing = shadow || random.nextBoolean() ? null : Pairing.PAIRED;
        Outcome ofControl = group == Group.TREATMENT && pairing == null ? null : outcome(control);
        Outcome ofTreatment = group == Group.CONTROL && pairing == null ? null : outcome(treatment);
        Fallback fallback = null;
        if (group == Group.TREATMENT && ofTreatment instanceof Outcome.Failure failure) {
            fallback = Fallback.of(failure);
            ofControl = outcome(control);
        }
        String id = "r-" + random.nextLong();
        Observation seen = new Observation(
                new UUID(random.nextLong(), random.nextLong()),
                time(),
                testId,
                1 + random.nextInt(2),
                id,
                random.nextInt(3) == 0 ? id : "u-" + random.nextInt(5),
                symbol(),
                group,
                group == Group.TREATMENT && fallback == null ? Variant.TREATMENT : Variant.CONTROL,
                fallback,
                shadow ? null : 0.5,
                ofControl,
                ofTreatment);
        return ObservationCopies.copy(seen, control, treatment, pairing);
    }

    private Outcome outcome(ModelVersion by) {
        if (random.nextInt(6) == 0) {
            return new Outcome.Failed("boom");
        }
        return answered(Actions.USUAL.name(random.nextInt(Actions.USUAL.size())), by);
    }

    private static Outcome answered(String action, ModelVersion by) {
        return new Outcome.Answered(
                new Answer(
                        action.equals("HOLD") ? 0.75f : 0.125f,
                        action.equals("BUY") ? 0.75f : 0.125f,
                        action.equals("SELL") ? 0.75f : 0.125f),
                by,
                500_000);
    }

    /** Outcomes of some of the requests, and of ranges of the symbols that overlap and have gaps. */
    List<RealisedOutcome> outcomes(List<Observation> observations) {
        List<RealisedOutcome> outcomes = new ArrayList<>();
        for (Observation seen : observations) {
            int chance = random.nextInt(5);
            if (chance < 2) {
                add(outcomes, new Subject.Request(seen.requestId()), chance == 0 ? seen.time() : null);
            }
        }
        for (int i = 0; i < 40; i++) {
            Instant begin = time();
            Instant end = begin.plusSeconds(1 + random.nextInt(240));
            add(
                    outcomes,
                    new Subject.Range(symbol(), begin, end),
                    random.nextInt(4) == 0 ? begin.plusSeconds(30) : null);
        }
        return outcomes;
    }

    private void add(List<RealisedOutcome> outcomes, Subject of, @Nullable Instant observed) {
        outcomes.add(new RealisedOutcome(outcomes.size(), of, random.nextGaussian() * 0.02, observed, 0));
    }

    private Instant time() {
        return from.plusMillis(random.nextLong(span.toMillis())).truncatedTo(ChronoUnit.MICROS);
    }

    private String symbol() {
        return symbols + random.nextInt(3);
    }
}

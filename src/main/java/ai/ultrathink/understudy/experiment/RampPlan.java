package ai.ultrathink.understudy.experiment;

import java.time.Duration;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * How a test's split is raised, step by step.
 *
 * @param steps the splits, each larger than the one before
 * @param hold how long each step lasts at least
 * @param minimumSamples requests that treatment has to get at each step, and during the rehearsal, before it may end
 * @param approval who decides about the next step
 * @param rehearsal how long the test is a shadow before the first step; zero for no rehearsal
 */
public record RampPlan(List<Split> steps, Duration hold, long minimumSamples, Approval approval, Duration rehearsal) {

    private static final int MOST_STEPS = 100;
    private static final long MOST_SAMPLES = 1_000_000_000L;
    private static final Duration LONGEST = Duration.ofDays(90);

    /** What a ramp does that names nothing else. */
    public static final RampPlan USUAL = new RampPlan(
            DoubleStream.of(0.05, 0.10, 0.25, 0.50, 1.00).mapToObj(Split::new).toList(),
            Duration.ofHours(1),
            1000,
            Approval.AUTO,
            Duration.ZERO);

    /** @throws InvalidValueException when a value makes no sense */
    public RampPlan {
        steps = List.copyOf(steps);
        if (!rising(steps)) {
            throw new InvalidValueException(
                    "ramp.steps",
                    steps.stream().map(Split::fraction).toList(),
                    "1 to " + MOST_STEPS + " numbers above 0.0 and up to 1.0, each larger than the one before");
        }
        checkLength("ramp.hold_seconds", hold);
        checkLength("ramp.rehearse_seconds", rehearsal);
        if (minimumSamples < 1 || minimumSamples > MOST_SAMPLES) {
            throw new InvalidValueException("ramp.minimum_samples", minimumSamples, "1 to " + MOST_SAMPLES);
        }
    }

    private static boolean rising(List<Split> steps) {
        double below = 0;
        for (Split step : steps) {
            if (step.fraction() <= below) {
                return false;
            }
            below = step.fraction();
        }
        return !steps.isEmpty() && steps.size() <= MOST_STEPS;
    }

    private static void checkLength(String field, Duration length) {
        if (length.isNegative() || length.compareTo(LONGEST) > 0) {
            throw new InvalidValueException(field, length.toSeconds(), "0 to " + LONGEST.toSeconds());
        }
    }

    /** Whether the test is a shadow at first. */
    public boolean rehearses() {
        return !rehearsal.isZero();
    }
}

package ai.ultrathink.understudy.experiment;

import java.time.Duration;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Plan by which the split of an experiment is raised, step by step.
 *
 * @param steps each with a larger split than the one before
 * @param hold the minimum time of each step that has no time of its own
 * @param minimumSamples requests that treatment has to get at each step, and in the shadow stage, before it may end
 * @param approval who approves the next step
 * @param shadowStage whether the experiment is a shadow before the first step, and for how long
 */
public record RampPlan(
        List<RampStep> steps, Duration hold, long minimumSamples, Approval approval, ShadowStagePlan shadowStage) {

    private static final int MOST_STEPS = 100;
    private static final long MOST_SAMPLES = 1_000_000_000L;
    private static final Duration LONGEST = Duration.ofDays(90);

    /** The default plan. */
    public static final RampPlan USUAL = new RampPlan(
            splits(0.05, 0.10, 0.25, 0.50, 1.00),
            Duration.ofHours(1),
            1000,
            Approval.AUTO,
            ShadowStagePlan.UNTIL_SHOWN);

    /** @throws InvalidValueException if a value is out of range */
    public RampPlan {
        steps = List.copyOf(steps);
        if (!rising(steps)) {
            throw new InvalidValueException(
                    "ramp.steps",
                    steps.stream().map(step -> step.split().fraction()).toList(),
                    "1 to " + MOST_STEPS + " numbers above 0.0 and up to 1.0, each larger than the one before");
        }
        checkLength("ramp.hold_seconds", hold);
        for (int i = 0; i < steps.size(); i++) {
            Duration own = steps.get(i).hold();
            if (own != null) {
                checkLength("ramp.steps[" + i + "].hold_seconds", own);
            }
        }
        checkLength("ramp.rehearse_seconds", shadowStage.least());
        if (minimumSamples < 1 || minimumSamples > MOST_SAMPLES) {
            throw new InvalidValueException("ramp.minimum_samples", minimumSamples, "1 to " + MOST_SAMPLES);
        }
    }

    /** Steps with the plan's time. */
    public static List<RampStep> splits(double... fractions) {
        return DoubleStream.of(fractions)
                .mapToObj(fraction -> new RampStep(new Split(fraction)))
                .toList();
    }

    private static boolean rising(List<RampStep> steps) {
        double below = 0;
        for (RampStep step : steps) {
            double fraction = step.split().fraction();
            if (fraction <= below) {
                return false;
            }
            below = fraction;
        }
        return !steps.isEmpty() && steps.size() <= MOST_STEPS;
    }

    private static void checkLength(String field, Duration length) {
        if (length.isNegative() || length.compareTo(LONGEST) > 0) {
            throw new InvalidValueException(field, length.toSeconds(), "0 to " + LONGEST.toSeconds());
        }
    }

    /** The split of a step, by its number from 1. */
    public Split split(int number) {
        return steps.get(number - 1).split();
    }

    /** The minimum time of a step, by its number from 1. */
    public Duration hold(int number) {
        Duration own = steps.get(number - 1).hold();
        return own == null ? hold : own;
    }

    /** Whether any step has a time of its own. */
    public boolean hasOwnHolds() {
        return steps.stream().anyMatch(step -> step.hold() != null);
    }
}

package ai.ultrathink.understudy.experiment;

import java.time.Duration;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How the realised outcomes of an experiment are evaluated. A decision earns position × value − cost × |position − the position of
 * the unit's decision before in the same symbol|.
 *
 * @param positions the position that each action takes, by the name of the action
 * @param cost the cost of a change of position by 1, as a fraction
 * @param clip values beyond ±clip count as ±clip where earnings are evaluated
 * @param block the length of a block of time, aligned to 1970-01-01T00:00Z; each block is one sample
 * @param horizon how long after its end a block waits for its outcomes
 * @param limit the mean difference per block, treatment minus control, that may not be undercut
 * @param action what to do when it is undercut
 * @param promote what a promotion asks
 * @param holidays days without a market, in UTC: a decision of such a day is left out unless an outcome came for it. They may change without
 *     new evidence, and count for blocks that are closed afterwards
 * @param alpha the probability of a wrong answer to each question, apart from the α of the other guardrails
 */
public record OutcomePlan(
        Map<String, Double> positions,
        double cost,
        double clip,
        Duration block,
        Duration horizon,
        double limit,
        GuardrailAction action,
        OutcomePromotion promote,
        double alpha,
        Set<LocalDate> holidays) {

    /** The default α. */
    public static final double USUAL_ALPHA = 0.05;

    /** The largest value of an outcome, in both directions. */
    public static final double LARGEST_VALUE = 1e6;

    private static final double LARGEST_POSITION = 1e6;
    private static final double LEAST_ALPHA = 1e-140;
    private static final double MOST_ALPHA = 0.5;
    private static final Duration SHORTEST_BLOCK = Duration.ofMinutes(1);
    private static final Duration LONGEST_BLOCK = Duration.ofDays(31);
    private static final Duration LONGEST_HORIZON = Duration.ofDays(366);
    /** A block has a bet for each block that its horizon overlaps. */
    private static final int MOST_STREAMS = 60;

    private static final int MOST_HOLIDAYS = 1_000;

    /** Without holidays. */
    public OutcomePlan(
            Map<String, Double> positions,
            double cost,
            double clip,
            Duration block,
            Duration horizon,
            double limit,
            GuardrailAction action,
            OutcomePromotion promote,
            double alpha) {
        this(positions, cost, clip, block, horizon, limit, action, promote, alpha, Set.of());
    }

    /** @throws InvalidValueException if a value is out of range */
    public OutcomePlan {
        positions.forEach((named, position) -> require(
                Math.abs(position) <= LARGEST_POSITION,
                "positions." + named,
                position,
                "a number from -1000000 to 1000000"));
        positions = Collections.unmodifiableMap(new TreeMap<>(positions));
        require(cost >= 0 && cost <= 1, "cost", cost, "a number from 0 to 1; 0.0001 is one basis point");
        require(clip > 0 && clip <= LARGEST_VALUE, "clip", clip, "a number above 0, up to 1000000");
        require(within(block, SHORTEST_BLOCK, LONGEST_BLOCK), "block", block, "whole seconds from PT1M to P31D");
        require(
                within(horizon, Duration.ZERO, LONGEST_HORIZON),
                "horizon",
                horizon,
                "whole seconds from PT0S to P366D");
        require(
                horizon.compareTo(block.multipliedBy(MOST_STREAMS)) <= 0,
                "horizon",
                horizon,
                "at most " + MOST_STREAMS + " blocks: lengthen the block or shorten the horizon");
        require(
                limit <= 0 && limit >= -LARGEST_VALUE,
                "limit",
                limit,
                "a number up to 0: the mean difference per block, treatment minus control, that is still acceptable");
        // decisions that were stored before there were holidays
        holidays = Collections.unmodifiableSet(new TreeSet<>(Objects.requireNonNullElse(holidays, Set.of())));
        require(
                holidays.size() <= MOST_HOLIDAYS,
                "holidays",
                holidays.size() + " days",
                "up to " + MOST_HOLIDAYS + "; days whose blocks are closed can be left out");
        require(alpha >= LEAST_ALPHA && alpha <= MOST_ALPHA, "alpha", alpha, "a number from 1e-140 to 0.5");
    }

    private static boolean within(Duration length, Duration least, Duration most) {
        return length.compareTo(least) >= 0
                && length.compareTo(most) <= 0
                && length.equals(Duration.ofSeconds(length.toSeconds()));
    }

    private static void require(boolean allowed, String field, Object got, String what) {
        if (!allowed) {
            throw new InvalidValueException("outcome." + field, got, what);
        }
    }

    /**
     * Checks that every action of the models has a position, and nothing else has one.
     *
     * @throws InvalidValueException which names the action
     */
    public void requireActions(Set<String> actions) {
        String needed = "a position for each of " + String.join(", ", new TreeSet<>(actions)) + ", and no other";
        for (String given : positions.keySet()) {
            require(actions.contains(given), "positions", given, needed);
        }
        for (String named : new TreeSet<>(actions)) {
            require(positions.containsKey(named), "positions", "nothing for " + named, needed);
        }
    }

    /** A length of time as ISO 8601 has it: whole days as days. */
    public static String text(Duration length) {
        return length.isZero() || !length.equals(Duration.ofDays(length.toDays()))
                ? length.toString()
                : "P" + length.toDays() + "D";
    }
}

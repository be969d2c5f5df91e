package ai.ultrathink.understudy.stats;

import java.util.List;

/**
 * How many observations say as much as one that is independent of all others (Kish 1965, Survey Sampling): evidence from n
 * observations is worth n / deff independent ones. It is measured, so what is corrected with it holds approximately.
 *
 * <p>Values are compared between groups. If groups differ clearly more than independent values would, values within a group
 * depend on each other. If not, the effect is taken as 1: independent observations lose nothing by being measured.
 *
 * @param value 1 or more
 * @param lasting whether the dependence may last longer than the largest groups that could be compared. The value then assumes
 *     that it lasts for a large part of all observations
 * @param measured the value of the groups that could be compared, without that assumption; 1 or more
 */
public record DesignEffect(double value, boolean lasting, double measured) {

    /** That of independent observations. */
    public static final DesignEffect NONE = new DesignEffect(1, false);

    /** Standard errors of an effect beyond which it is clearly above 1. */
    private static final double CLEAR = 3;

    /** Standard errors by which the effect of time is taken to be larger than it was seen. */
    private static final double UNSURE = 2;

    /** The fewest groups that are compared, but for the shortest stretches. */
    private static final double LEAST_GROUPS = 20;

    /** Groups from which the variance is known well; with fewer, evidence is weakened further. */
    private static final double ENOUGH_GROUPS = 30;

    /** Correlation of larger groups, as a part of that of the smallest, from which the dependence is lasting. */
    private static final double LASTING = 0.25;

    public DesignEffect {
        requireEffect("value", value);
        requireEffect("measured", measured);
    }

    /** An effect that was measured. */
    public DesignEffect(double value, boolean lasting) {
        this(value, lasting, value);
    }

    private static void requireEffect(String name, double effect) {
        if (!(effect >= 1 && effect < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + ": got " + effect + "; allowed: 1 or more, finite");
        }
    }

    /** The effect of groups that are not stretches of time, such as units. */
    public static DesignEffect ofGroups(GroupSums groups) {
        if (!clear(groups)) {
            return NONE;
        }
        double few = groups.effectiveGroups() < ENOUGH_GROUPS ? 1 + ENOUGH_GROUPS / groups.effectiveGroups() : 1;
        return new DesignEffect(groups.ratio() * few, false);
    }

    /**
     * The effect of time.
     *
     * @param stretches the same observations, or the newest of them, in groups of neighbours, from short stretches to long ones
     * @param parts into so many parts that are independent of each other the observations are divided at least, if dependence
     *     lasts longer than could be compared; above 0
     */
    public static DesignEffect ofTime(List<GroupSums> stretches, double parts) {
        Arguments.positive("parts", parts);
        double value = 1;
        double nearest = 0;
        double farthest = 0;
        long count = 0;
        for (GroupSums groups : stretches) {
            if (groups.groups() < 2 || (count > 0 && groups.effectiveGroups() < LEAST_GROUPS)) {
                continue;
            }
            if (clear(groups)) {
                nearest = value == 1 ? groups.correlation() : nearest;
                value = Math.max(value, groups.ratio() * (1 + UNSURE * error(groups)));
            }
            farthest = groups.correlation();
            count = Math.max(count, groups.count());
        }
        boolean lasting = value > 1 && farthest >= LASTING * nearest;
        return new DesignEffect(lasting ? Math.max(value, 1 + farthest * count / parts) : value, lasting, value);
    }

    private static boolean clear(GroupSums groups) {
        return groups.groups() >= 2 && groups.effectiveGroups() > 1 && groups.ratio() > 1 + CLEAR * error(groups);
    }

    /** The standard error of a ratio, as a part of it. */
    private static double error(GroupSums groups) {
        return Math.sqrt(2 / (groups.effectiveGroups() - 1));
    }

    /** The larger effect of the two. */
    public DesignEffect or(DesignEffect other) {
        return new DesignEffect(
                Math.max(value, other.value), lasting || other.lasting, Math.max(measured, other.measured));
    }

    /** The effect on a sample of the observations, which is less crowded than all of them. */
    public DesignEffect ofSample(double part) {
        return new DesignEffect(1 + (value - 1) * part, lasting, 1 + (measured - 1) * part);
    }

    /** Whether observations clearly depend on each other. */
    public boolean dependent() {
        return value > 1;
    }
}

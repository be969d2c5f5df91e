package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.Clustering;
import ai.ultrathink.understudy.evidence.Clustering.Grouping;
import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.stats.DesignEffect;
import ai.ultrathink.understudy.stats.GroupSums;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How much less the requests of a phase say than as many independent ones, by quantity. Evidence of earlier decisions does
 * not say; its requests are taken as independent.
 */
final class RequestDependence {

    /** Parts of a phase that are taken as independent at least, if dependence lasts for more than a minute. */
    private static final double PARTS = 10;

    /** Minutes for which dependence may last that is seen within a minute: longer stretches are known for pairs only. */
    private static final double MINUTES = 10;

    private static final List<Grouping> OF_TIME =
            List.of(Grouping.RUN, Grouping.STRETCH_64, Grouping.STRETCH_256, Grouping.STRETCH_1024, Grouping.MINUTE);

    /** Units in an arm, where units have several requests, from which the arm's own figures may be compared. */
    static final double ENOUGH_UNITS = 30;

    static final String UNSOUND = "the sums of how requests depend on each other are not those of groups";

    private RequestDependence() {}

    /** Whether the sums are those of groups. */
    static boolean sound(Phase phase) {
        return clusterings(phase)
                .allMatch(each -> each.groups() >= 0
                        && each.count() >= 0
                        && notNegative(each.sumOfSquares())
                        && notNegative(each.sizes())
                        && notNegative(each.groupSquares())
                        && Double.isFinite(each.sum())
                        && Double.isFinite(each.products()));
    }

    private static boolean notNegative(double sum) {
        return sum >= 0 && sum < Double.POSITIVE_INFINITY;
    }

    /** The effect on a quantity of so many requests. */
    static DesignEffect of(Phase phase, Quantity quantity, long count) {
        double parts = Math.max(PARTS, sums(phase, quantity, Grouping.MINUTE).groups() / MINUTES);
        return of(phase, quantity, count, List.of(), parts);
    }

    /**
     * The effect on a quantity of so many requests.
     *
     * @param longer the requests in stretches of more than a minute, from short ones to long ones
     * @param parts see {@link DesignEffect#ofTime}
     */
    static DesignEffect of(Phase phase, Quantity quantity, long count, List<GroupSums> longer, double parts) {
        List<GroupSums> stretches = new ArrayList<>();
        for (Grouping grouping : OF_TIME) {
            stretches.add(sums(phase, quantity, grouping));
        }
        stretches.addAll(longer);
        // a minute may have more requests than the longest stretch of pairs, or fewer than the shortest
        stretches.sort(Comparator.comparingDouble(GroupSums::effectiveSize));
        return DesignEffect.ofTime(stretches, parts).or(ofUnits(phase, quantity, count));
    }

    /** The effect of units that have several requests. Requests that are units of their own depend on no other. */
    static DesignEffect ofUnits(Phase phase, Quantity quantity, long count) {
        GroupSums units = sums(phase, quantity, Grouping.UNIT);
        DesignEffect effect = DesignEffect.ofGroups(units);
        return effect.dependent() && count > units.count() ? effect.ofSample((double) units.count() / count) : effect;
    }

    /** Whether the order of the requests is known; that of earlier decisions is not. */
    static boolean known(Phase phase, Quantity quantity) {
        return sums(phase, quantity, Grouping.RUN).count() > 0;
    }

    /** Whether units have several requests. */
    static boolean unitsRepeat(Phase phase, Quantity quantity) {
        GroupSums units = sums(phase, quantity, Grouping.UNIT);
        return units.groups() < units.count();
    }

    /** Whether an arm with so many answers has enough units, where units have several requests. */
    static boolean enoughUnits(Phase phase, Quantity quantity, long answers) {
        GroupSums units = sums(phase, quantity, Grouping.UNIT);
        return units.groups() >= units.count()
                || units.effectiveGroups() + Math.max(0, answers - units.count()) >= ENOUGH_UNITS;
    }

    private static GroupSums sums(Phase phase, Quantity quantity, Grouping grouping) {
        return clusterings(phase)
                .filter(each -> each.quantity() == quantity && each.grouping() == grouping)
                .map(each -> new GroupSums(
                        each.groups(),
                        each.count(),
                        each.sum(),
                        each.sumOfSquares(),
                        each.sizes(),
                        each.products(),
                        each.groupSquares()))
                .reduce(GroupSums.NONE, GroupSums::plus);
    }

    private static Stream<Clustering> clusterings(Phase phase) {
        return phase.generations().stream().flatMap(each -> each.clusterings().stream());
    }

    /** The effect in words for a reader, or nothing if there is none. */
    static String remark(DesignEffect effect) {
        if (!effect.dependent()) {
            return "";
        }
        return "requests depend on each other: design effect %s%s"
                .formatted(
                        MetricFormat.decimal(Math.rint(10 * effect.value()) / 10),
                        effect.lasting() ? ", over times that are longer than could be compared so far" : "");
    }
}

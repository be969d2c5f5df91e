package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.evidence.Clustering;
import ai.ultrathink.understudy.evidence.Clustering.Grouping;
import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.evidence.PairStretches;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How the values of all quantities vary between runs, minutes and units. */
final class ClusterTally {

    private static final int RUN = 16;

    private final Map<Quantity, GroupTally> runs = sums(Grouping.RUN);
    private final Map<Quantity, GroupTally> minutes = sums(Grouping.MINUTE);
    private final Map<Quantity, GroupTally> units = sums(Grouping.UNIT);
    private Map<Quantity, GroupTally.Group> run = groups();
    private Map<Quantity, GroupTally.Group> minute = groups();
    private Map<Quantity, GroupTally.Group> unit = Map.of();
    private final List<Boolean> newest = new ArrayList<>();
    private int rowsOfRun;
    private long presentMinute = -1;

    private static Map<Quantity, GroupTally> sums(Grouping grouping) {
        Map<Quantity, GroupTally> sums = new EnumMap<>(Quantity.class);
        for (Quantity quantity : Quantity.values()) {
            sums.put(quantity, new GroupTally(quantity, grouping));
        }
        return sums;
    }

    /** An open group of each quantity. */
    static Map<Quantity, GroupTally.Group> groups() {
        Map<Quantity, GroupTally.Group> groups = new EnumMap<>(Quantity.class);
        for (Quantity quantity : Quantity.values()) {
            groups.put(quantity, new GroupTally.Group());
        }
        return groups;
    }

    /** Before the values of a row. */
    void row(SimulatedRow row, int version) {
        if (rowsOfRun == RUN) {
            run = groups();
            rowsOfRun = 0;
        }
        rowsOfRun++;
        if (row.minute() != presentMinute) {
            minute = groups();
            presentMinute = row.minute();
        }
        unit = row.unit().sums(version);
    }

    void add(Quantity quantity, double value) {
        if (quantity == Quantity.AGREEMENT) {
            newest.add(value > 0);
        }
        add(runs, run, quantity, value);
        add(minutes, minute, quantity, value);
        add(units, unit, quantity, value);
    }

    private static void add(
            Map<Quantity, GroupTally> sums, Map<Quantity, GroupTally.Group> groups, Quantity quantity, double value) {
        GroupTally all = sums.get(quantity);
        GroupTally.Group group = groups.get(quantity);
        if (all != null && group != null) {
            all.add(group, value);
        }
    }

    /** The agreeing pairs of each complete stretch of the newest ones, newest first. */
    List<Long> stretches() {
        List<Long> agreeing = new ArrayList<>();
        int least = Math.max(0, newest.size() - PairStretches.NEWEST);
        for (int end = newest.size(); end - PairStretches.SHORTEST >= least; end -= PairStretches.SHORTEST) {
            agreeing.add(newest.subList(end - PairStretches.SHORTEST, end).stream()
                    .filter(Boolean::booleanValue)
                    .count());
        }
        return agreeing;
    }

    List<Clustering> clusterings() {
        List<Clustering> clusterings = new ArrayList<>();
        for (Map<Quantity, GroupTally> grouping : List.of(runs, minutes, units)) {
            for (GroupTally sums : grouping.values()) {
                Clustering clustering = sums.clustering();
                if (clustering.count() > 0) {
                    clusterings.add(clustering);
                }
            }
        }
        return clusterings;
    }
}

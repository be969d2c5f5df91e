package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.experiment.Variant;
import java.util.Map;

/** A unit, such as an account, and what has happened to it. */
final class SimulatedUnit {

    private static final Map<Quantity, GroupTally.Group> NONE = Map.of();

    private final double draw;
    private final double character;
    private final boolean lasting;
    private final boolean apart;
    private Map<Quantity, GroupTally.Group> sums = NONE;
    private int summed = -1;
    private boolean seen;
    private int failed = -1;
    private int failedControl = -1;
    private int discordant = -1;
    private long pairs;
    private long agreeing;

    private SimulatedUnit(double draw, double character, boolean lasting, boolean apart) {
        this.draw = draw;
        this.character = character;
        this.lasting = lasting;
        this.apart = apart;
    }

    /** A request that is a unit of its own. */
    static SimulatedUnit single(double draw) {
        return new SimulatedUnit(draw, 0, false, false);
    }

    /**
     * An account with several requests.
     *
     * @param draw 0 to 1: the unit is assigned to treatment where it is below the split
     * @param character how it differs from others: a standard normal number
     */
    static SimulatedUnit account(double draw, double character) {
        return new SimulatedUnit(draw, character, true, false);
    }

    /** The account that a scenario is about. */
    SimulatedUnit setApart() {
        return new SimulatedUnit(draw, character, lasting, true);
    }

    double draw() {
        return draw;
    }

    double character() {
        return character;
    }

    boolean apart() {
        return apart;
    }

    /** Whether this is its first row. */
    boolean first() {
        boolean first = !seen;
        seen = true;
        return first;
    }

    /** Whether this is its first failure with these versions: in a shadow of this model, in a split of either. */
    boolean firstFailure(Variant model, boolean shadow, int versions) {
        boolean ofControl = shadow && model == Variant.CONTROL;
        boolean first = (ofControl ? failedControl : failed) != versions;
        if (ofControl) {
            failedControl = versions;
        } else {
            failed = versions;
        }
        return first;
    }

    /** Whether this is the first of its requests that exactly one of these models failed. */
    boolean firstDiscordance(int versions) {
        boolean first = discordant != versions;
        discordant = versions;
        return first;
    }

    /** Its running sums with these versions, by quantity; none for a unit of one request. */
    Map<Quantity, GroupTally.Group> sums(int versions) {
        if (lasting && summed != versions) {
            sums = ClusterTally.groups();
            summed = versions;
        }
        return sums;
    }

    void pair(boolean agrees) {
        pairs++;
        agreeing += agrees ? 1 : 0;
    }

    long pairs() {
        return pairs;
    }

    long agreeing() {
        return agreeing;
    }
}

package ai.ultrathink.understudy.storage.outcomes;

import java.util.List;

/**
 * What came of a batch of outcomes.
 *
 * @param accepted stored, those that replace an earlier revision and those that wait included
 * @param duplicates known already, or of a lower revision than one that is known
 * @param waiting of the accepted, those whose prediction is not stored yet
 * @param rejected those that cannot be taken as things are in the database
 */
public record TakenOutcomes(long accepted, long duplicates, long waiting, List<Rejected> rejected) {

    /** The result of an empty batch. */
    public static final TakenOutcomes NONE = new TakenOutcomes(0, 0, 0, List.of());

    public TakenOutcomes {
        rejected = List.copyOf(rejected);
    }

    /**
     * An outcome that was not taken.
     *
     * @param place its index in the caller's list
     */
    public record Rejected(int place, Fault fault) {}

    /** Why an outcome was not taken. */
    public enum Fault {
        /** It was observed before the prediction that it belongs to. */
        EARLY,
        /** Its prediction is not stored, and as many outcomes wait as may. */
        FULL
    }
}

package ai.ultrathink.understudy.assignment;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.Variant;

/**
 * Version 1 of the assignment of units to variants: a pure function of experiment, unit and split.
 *
 * <p>bucket = XXH3-64 (seed 0) of utf8(experiment id), a zero byte, utf8(unit id), unsigned, shifted right by 32; treatment if and
 * only if bucket &lt; floor(split × 2^32). Treatment's range grows from 0, so raising the split only ever moves units from
 * control to treatment. The experiment id is part of the hash, so experiments are independent of each other; the zero byte keeps
 * ("ab", "c") apart from ("a", "bc").
 *
 * <p>Hash: Yann Collet's XXH3, <a href="https://github.com/Cyan4973/xxHash">github.com/Cyan4973/xxHash</a>.
 */
public final class Assignment {

    /** The version of the rule, published with the vectors that clients in other languages check themselves against. */
    public static final int VERSION = 1;

    private static final IdHash HASH = new IdHash(0);

    private Assignment() {}

    /** The group of a unit in an experiment. */
    public static Group draw(Experiment experiment, String unitId) {
        return experiment.shadow() ? Group.SHADOW : Group.of(assign(experiment.testId(), unitId, experiment.split()));
    }

    /** The variant of a unit. */
    public static Variant assign(String testId, String unitId, Split split) {
        return bucket(testId, unitId) < split.threshold() ? Variant.TREATMENT : Variant.CONTROL;
    }

    /** The bucket of a unit in an experiment, 0 to 2^32 - 1. */
    public static long bucket(String testId, String unitId) {
        return HASH.bucket(testId, unitId);
    }
}

package ai.ultrathink.understudy.analysis;

import java.util.List;

/** Judges a test by its evidence: a pure function, so that whoever has the case can judge again. */
public final class Judge {

    private Judge() {}

    /** What the evidence says; one finding for each measure. */
    public static Judgement judge(Case evidence) {
        return new Judgement(Verdict.INSUFFICIENT_DATA, List.of(), List.of());
    }
}

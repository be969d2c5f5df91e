package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.stats.GroupSums;
import ai.ultrathink.understudy.stats.Proportion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Blocks in the order of time, merged by 1, 2, 4, 8, …: how much they differ at each of these scales. */
final class MergedBlocks {

    private static final int SCALES = 9;

    private final GroupSums[] complete = new GroupSums[SCALES];
    private final Proportion[] begun = new Proportion[SCALES];
    private int blocks;

    MergedBlocks() {
        Arrays.fill(complete, GroupSums.NONE);
        Arrays.fill(begun, Proportion.NONE);
    }

    void add(Proportion block) {
        blocks++;
        for (int scale = 0; scale < SCALES; scale++) {
            begun[scale] = begun[scale].plus(block);
            if (blocks % (1 << scale) == 0) {
                complete[scale] = complete[scale].plus(GroupSums.ofGroup(begun[scale]));
                begun[scale] = Proportion.NONE;
            }
        }
    }

    /** From single blocks to the largest merged ones; also those that are not complete. */
    List<GroupSums> stretches() {
        List<GroupSums> stretches = new ArrayList<>(SCALES);
        for (int scale = 0; scale < SCALES; scale++) {
            stretches.add(complete[scale].plus(GroupSums.ofGroup(begun[scale])));
        }
        return stretches;
    }
}

package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.Block;
import ai.ultrathink.understudy.evidence.Clustering.Quantity;
import ai.ultrathink.understudy.stats.DesignEffect;
import ai.ultrathink.understudy.stats.GroupSums;
import ai.ultrathink.understudy.stats.Proportion;
import ai.ultrathink.understudy.stats.RestartedBet.Beginning;
import ai.ultrathink.understudy.stats.Restarts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pairs in the order of time, from which a bet on agreement begins again and again.
 *
 * <p>A bet that begins late uses the design effect of the blocks before it, and begins only after enough of them: the change
 * that it is to find would itself look like dependence. Before that, a bad spell cannot be told from a change for the worse.
 *
 * <p>The weights of the beginnings are those of {@link Restarts}.
 *
 * @param known whether the order is known; that of earlier decisions is not
 * @param effect the design effect of all pairs
 * @param beginnings of the bet, with the pairs of each; the first is for the whole
 * @param starts the times of the beginnings, or nothing
 */
record AgreementHistory(boolean known, DesignEffect effect, List<Beginning> beginnings, List<Instant> starts) {

    /** Parts of the time that are taken as independent if spells last longer than could be compared: a single change. */
    private static final double PARTS = 2;

    /** Blocks before a bet begins again. */
    private static final int BEFORE = 33;

    AgreementHistory {
        beginnings = List.copyOf(beginnings);
        starts = List.copyOf(starts);
    }

    /** No pairs yet. */
    static final AgreementHistory NONE = new AgreementHistory(true, DesignEffect.NONE, List.of(), List.of());

    /** All pairs at once, in no known order. */
    static AgreementHistory of(Proportion agreeing) {
        return new AgreementHistory(false, DesignEffect.NONE, List.of(new Beginning(1, agreeing, 1)), List.of());
    }

    static AgreementHistory of(Phase paired, Proportion agreeing) {
        Map<Instant, Proportion> blocks = new TreeMap<>();
        Proportion inBlocks = Proportion.NONE;
        for (Block block : blocks(paired)) {
            Proportion pairs = new Proportion(block.agreeing(), block.pairs());
            blocks.merge(block.start(), pairs, Proportion::plus);
            inBlocks = inBlocks.plus(pairs);
        }
        long others = agreeing.count() - inBlocks.count();
        long othersAgreeing = agreeing.successes() - inBlocks.successes();
        if (blocks.isEmpty() || !EvidenceSanity.part(othersAgreeing, others)) {
            return of(agreeing);
        }
        // pairs of no block, such as those of an earlier release, come first
        List<Instant> starts = List.copyOf(blocks.keySet());
        List<Proportion> pairs = new ArrayList<>(blocks.values());
        pairs.set(0, pairs.getFirst().plus(new Proportion(othersAgreeing, others)));
        return of(paired, agreeing, starts, pairs);
    }

    private static List<Block> blocks(Phase paired) {
        return paired.generations().stream()
                .flatMap(each -> each.blocks().stream())
                .filter(block -> block.pairs() > 0)
                .toList();
    }

    /** Whether no block has more agreeing pairs than pairs. */
    static boolean sound(Phase paired) {
        return paired.generations().stream()
                .flatMap(each -> each.blocks().stream())
                .allMatch(block -> EvidenceSanity.part(block.agreeing(), block.pairs()));
    }

    private static AgreementHistory of(
            Phase paired, Proportion agreeing, List<Instant> starts, List<Proportion> pairs) {
        DesignEffect units = RequestDependence.ofUnits(paired, Quantity.AGREEMENT, agreeing.count());
        double[] weights = Restarts.weights(starts);
        MergedBlocks merged = new MergedBlocks();
        List<Beginning> beginnings = new ArrayList<>();
        for (int place = 0; place < pairs.size(); place++) {
            double before = place < BEFORE
                    ? Double.POSITIVE_INFINITY
                    : DesignEffect.ofTime(merged.stretches(), PARTS).or(units).value();
            beginnings.add(new Beginning(weights[place], pairs.get(place), before));
            merged.add(pairs.get(place));
        }
        List<GroupSums> stretches = merged.stretches();
        DesignEffect effect = RequestDependence.of(
                paired, Quantity.AGREEMENT, agreeing.count(), stretches.subList(1, stretches.size()), PARTS);
        beginnings.set(0, new Beginning(weights[0], pairs.getFirst(), effect.value()));
        return new AgreementHistory(true, effect, beginnings, starts);
    }
}

package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class RestartedBetProperties {

    private static final RateBet BET = RateBet.around(Hypothesis.AT_LEAST, 0.85, 20);
    private static final RestartedBet RESTARTED = new RestartedBet(BET);

    @Property
    void it_is_the_sum_over_the_beginnings(@ForAll("blocks") List<Proportion> blocks) {
        double sum = 0;
        for (int from = 0; from < blocks.size(); from++) {
            Proportion since = blocks.subList(from, blocks.size()).stream().reduce(Proportion.NONE, Proportion::plus);
            if (since.count() > 0 && (from == 0 || since.rate() < 0.85)) {
                sum += weight(from) * Math.exp(BET.eValue(since).log());
            }
        }

        assertEquals(
                sum,
                Math.exp(RESTARTED.of(beginnings(blocks)).evidence().log()),
                1e-9 * Math.max(1, sum) + (sum == 0 ? 1 : 0));
    }

    @Property
    void the_beginning_that_contributes_most_is_named_with_what_came_since(@ForAll("blocks") List<Proportion> blocks) {
        RestartedBet.Result result = RESTARTED.of(beginnings(blocks));

        Proportion since =
                blocks.subList(result.from(), blocks.size()).stream().reduce(Proportion.NONE, Proportion::plus);
        assertEquals(since, result.since());
    }

    /** With weights that belong to the beginnings, blocks that are merged leave only some of the beginnings out. */
    @Property
    void merged_blocks_never_say_more(
            @ForAll("blocks") List<Proportion> blocks, @ForAll @IntRange(min = 1, max = 40) int cut) {
        List<RestartedBet.Beginning> all = beginnings(blocks);
        int merged = Math.min(cut, all.size());
        List<RestartedBet.Beginning> fewer = new ArrayList<>();
        fewer.add(new RestartedBet.Beginning(
                weight(0), blocks.subList(0, merged).stream().reduce(Proportion.NONE, Proportion::plus), 1));
        fewer.addAll(all.subList(merged, all.size()));

        assertTrue(RESTARTED.of(fewer).evidence().log()
                <= RESTARTED.of(all).evidence().log() + 1e-9);
    }

    @Property
    void dependence_weakens_evidence(
            @ForAll("blocks") List<Proportion> blocks, @ForAll @DoubleRange(min = 1, max = 50) double effect) {
        List<RestartedBet.Beginning> weaker = beginnings(blocks).stream()
                .map(each -> new RestartedBet.Beginning(each.weight(), each.seen(), effect))
                .toList();

        double before = RESTARTED.of(beginnings(blocks)).evidence().log();
        assertTrue(RESTARTED.of(weaker).evidence().log() <= Math.max(0, before) + 1e-9);
    }

    @Example
    void late_harm_is_found_within_a_few_hundred_and_the_whole_would_need_thousands() {
        List<Proportion> blocks = new ArrayList<>(Collections.nCopies(33, new Proportion(285, 300)));
        blocks.addAll(Collections.nCopies(6, new Proportion(75, 100)));

        RestartedBet.Result result = RESTARTED.of(beginnings(blocks));

        assertTrue(result.evidence().rejects(0.002), result::toString);
        assertEquals(33, result.from());
        assertEquals(new Proportion(450, 600), result.since());
        assertTrue(BET.eValue(blocks.stream().reduce(Proportion.NONE, Proportion::plus))
                        .log()
                < 0);
    }

    /** 600 runs of 100 blocks, looked at after each: at most α and four standard errors of them may ever reject. */
    @Example
    void a_rate_at_the_limit_is_seldom_ever_rejected() {
        double alpha = 0.05;
        long rejected = IntStream.range(0, 600)
                .filter(run -> {
                    SplittableRandom random = new SplittableRandom(run);
                    List<Proportion> blocks = new ArrayList<>();
                    for (int block = 0; block < 100; block++) {
                        int agreeing = 0;
                        for (int pair = 0; pair < 20; pair++) {
                            agreeing += random.nextDouble() < 0.85 ? 1 : 0;
                        }
                        blocks.add(new Proportion(agreeing, 20));
                        if (RESTARTED.of(beginnings(blocks)).evidence().rejects(alpha)) {
                            return true;
                        }
                    }
                    return false;
                })
                .count();

        assertTrue(rejected <= 600 * alpha + 4 * Math.sqrt(600 * alpha * (1 - alpha)), () -> rejected + " of 600");
    }

    @Example
    void nothing_seen_says_nothing() {
        assertEquals(EValue.NONE, RESTARTED.of(List.of()).evidence());
        assertEquals(
                EValue.NONE, RESTARTED.of(beginnings(List.of(Proportion.NONE))).evidence());
    }

    @Example
    void what_cannot_be_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new RestartedBet.Beginning(1.1, Proportion.NONE, 1));
        assertThrows(IllegalArgumentException.class, () -> new RestartedBet.Beginning(Double.NaN, Proportion.NONE, 1));
        assertThrows(IllegalArgumentException.class, () -> new RestartedBet.Beginning(0.5, Proportion.NONE, 0.9));
    }

    /** Independent observations, begun again at each block. */
    static List<RestartedBet.Beginning> beginnings(List<Proportion> blocks) {
        return IntStream.range(0, blocks.size())
                .mapToObj(place -> new RestartedBet.Beginning(weight(place), blocks.get(place), 1))
                .toList();
    }

    /** 1 / ((j + 1) (j + 2)), all of which sum to 1. */
    private static double weight(int place) {
        return 1 / ((place + 1.0) * (place + 2.0));
    }

    @Provide
    Arbitrary<List<Proportion>> blocks() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.integers().between(0, 30))
                .as((agreeing, others) -> new Proportion(agreeing, agreeing + others))
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }
}
